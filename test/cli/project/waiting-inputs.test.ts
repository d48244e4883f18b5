/** What `plan` and `register` say of inputs that wait for the revision that they are about. */
import { describe, expect, it } from 'vitest'
import { fillRawLog } from '../../app/bench-project.ts'
import { reached, start } from '../../app/translate/running-daemon.ts'
import { copiedBench, type CopiedBench } from './copied-bench.ts'

/** Ten updates wait, since their status has no code. */
async function waitingBench(): Promise<CopiedBench> {
  const copied = copiedBench()
  const { bench, edit, run } = copied
  edit('mappings/order-changed.yaml', (text) =>
    text.replace('P: PAID, ', '').concat('onError: {unknownCode: holdMapping}\n'),
  )
  expect((await run('register')).code).toBe(0)
  await fillRawLog(bench, 0, 1)
  const { daemon, stop } = start(bench)
  await reached(daemon, ({ next }) => next === 12)
  await stop()
  return copied
}

/** The legacy table has got a column, which no row that waits has. */
function readNewColumn({ edit }: CopiedBench): void {
  edit('mappings/order-changed.yaml', (text) =>
    text.replace('{N: NEW, ', '{N: NEW, P: PAID, ').replace('"after.qty"', '"after.amount"'),
  )
  edit('catalog/bench.json', (text) => text.replace('"name": "qty"', '"name": "amount"'))
}

const lacking =
  /order-changed: (\d+) inputs of \1 that wait would fail again, since they do not carry what it reads: schemaDrift at changed\.quantity \(mappings\/order-changed\.yaml:\d+:\d+\): column public\.orders\.amount is absent from the row; .*; register a revision first that reads them as they are/

describe('a revision that lets inputs go', () => {
  it('is planned with how many wait', async () => {
    const copied = await waitingBench()
    copied.edit('mappings/order-changed.yaml', (text) => text.replace('{N: NEW, ', '{N: NEW, P: PAID, '))
    const { out } = await copied.run('plan')
    expect(out).toMatch(/^ {4}lets go what waits: \d+ inputs$/m)
    expect(out).not.toContain('would fail again')
    expect((await copied.run('register')).err).not.toContain('would fail again')
  })

  it('is planned with the columns that it reads and what waits does not carry', async () => {
    const copied = await waitingBench()
    readNewColumn(copied)
    expect((await copied.run('plan')).out).toMatch(lacking)
    const { items, warnings } = JSON.parse((await copied.run('plan', '-o', 'json')).out) as {
      items: readonly unknown[]
      warnings: readonly string[]
    }
    expect(warnings).toEqual([expect.stringMatching(lacking)])
    expect(items).toMatchObject([
      {
        waiting: {
          failing: [
            { class: 'schemaDrift', at: 'changed.quantity', lacks: expect.stringContaining('amount') as unknown },
          ],
        },
      },
    ])
  })

  it('is registered with the same words, and not twice', async () => {
    const copied = await waitingBench()
    readNewColumn(copied)
    expect((await copied.run('register')).err).toMatch(lacking)
    expect((await copied.run('register')).err).not.toContain('warning')
  })

  it('is planned with the place where values fail again, and without a value', async () => {
    const copied = await waitingBench()
    copied.edit('mappings/order-changed.yaml', (text) => text.replace('after.qty', 'after.qty + 1'))
    const { out } = await copied.run('plan')
    expect(out).toMatch(
      /warning: order-changed: \d+ inputs? of \d+ that wait would fail again: unknownCode at changed\.status \([^)]*\)$/m,
    )
  })
})
