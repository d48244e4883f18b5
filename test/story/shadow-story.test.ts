/** The first half of a migration, told as `npm start -- --story shadow --once` tells it, on a stack of its own. */
import { expect, test } from 'vitest'
import { told } from './told.ts'

test('parity names the planted bug by its field, passes without it, and no event is lost, repeated or reordered', {
  timeout: 900_000,
}, async () => {
  const { code, output } = await told(['--story', 'shadow', '--seed', '3'])
  expect(output).toContain('parity names the bug: OrderShipped field-mismatch previousStatus')
  expect(output).toMatch(/parity of order-lifecycle passes: 0 unexplained beside \d+ that match/)
  expect(output).toMatch(/parity of order-placed passes: 0 unexplained beside \d+ that match/)
  expect(output).toMatch(/\nstory: \d+ source transactions, \d+ events, 0 missing, 0 duplicate, 0 out of order\n/)
  expect(code).toBe(0)
})
