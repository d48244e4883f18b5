/**
 * A whole migration, told as `npm start -- --story migration --once` tells it, on a stack of its own. Up to the night it is
 * the story `shadow`, step by step.
 */
import { expect, test } from 'vitest'
import { told } from './told.ts'

test('parity names the planted bug by its field, stores are handed over under load, one goes back and over again, and every fact is told once, whoever is killed', {
  timeout: 1_200_000,
}, async () => {
  const { code, output } = await told(['--story', 'migration', '--seed', '3'])
  const said = [
    /parity names the bug: OrderShipped field-mismatch previousStatus/,
    /parity of order-lifecycle passes: 0 unexplained beside \d+ that match/,
    /parity of order-placed passes: 0 unexplained beside \d+ that match/,
    /the way back is rehearsed/,
    /handed over to the new service: store 1 /,
    /a late write of the shop is refused: falsework: refused, because scope 1/,
    /a forced one is set aside/,
    /handed over to the new service: store 2 /,
    /the new service woke up, found itself fenced and ended/,
    /store 2 is the shop's again/,
    /handed over to the new service: all other stores /,
    /are retired, and their guard is taken down/,
    /\nstory: \d+ source transactions, \d+ events, 0 missing, 0 duplicate, 0 out of order\n/,
  ]
  for (const line of said) expect(output).toMatch(line)
  expect(code).toBe(0)
})
