/** The first half of a migration, told as `npm start -- --story shadow --once` tells it, on a stack of its own. */
import { spawn } from 'node:child_process'
import { expect, test } from 'vitest'

interface Told {
  readonly code: number | null
  readonly output: string
}

async function told(parameters: readonly string[]): Promise<Told> {
  const child = spawn(process.execPath, ['demo/start.ts', '--once', ...parameters], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text))
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { code, output }
}

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
