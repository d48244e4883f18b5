import { describe, expect, it } from 'vitest'
import { MemoryRowStores } from '../../../src/adapters/memory/stores/memory-row-store.ts'
import { systemClock } from '../../../src/adapters/system/system-clock.ts'
import { LiveEntries } from '../../../src/app/translate/rows/live-entries.ts'
import { RowWriter } from '../../../src/app/translate/rows/row-writer.ts'
import { RowsReport } from '../../../src/app/translate/rows/rows-report.ts'
import { firstCheckpoint } from '../../../src/core/delivery/checkpoint.ts'
import { PendingRows } from '../../../src/core/rows/pending-rows.ts'
import { decodeMark } from '../../../src/core/rows/stored/store-mark.ts'
import type { StoreKey } from '../../../src/core/rows/stored/store-key.ts'
import type { StoreBatch } from '../../../src/ports/row-store.ts'
import { uncounted } from './running-daemon.ts'

const checkpointAt = (next: number) =>
  firstCheckpoint({ source: 'bench', incarnation: 1, next, registryOffset: 0, timeZoneDatabase: 'test' })
const rowCount = 10_000
const space = { from: 'r' as StoreKey, to: 's' as StoreKey }
/** Not in their order. */
const keyOf = (number: number): StoreKey => `r${String((number * 7_919) % rowCount).padStart(5, '0')}` as StoreKey

/** The steps in which rows of one slice were written: how many entries, in which order, with which mark. */
async function stepsOf(fill: (pending: PendingRows) => void) {
  const store = await new MemoryRowStores().openRowStore('bench')
  const entries = new LiveEntries(store)
  const pending = new PendingRows(entries)
  const report = new RowsReport({ source: 'bench', metrics: uncounted })
  const writer = new RowWriter({ entries, pending, keys: new Map(), clock: systemClock, report })
  await writer.markAt(checkpointAt(1))
  const steps: { keys: StoreKey[]; next: number | undefined; emptied: number | undefined }[] = []
  const write = store.write.bind(store)
  store.write = async (batch: StoreBatch) => {
    const entries = [...batch.entries]
    const mark = decodeMark(batch.mark)
    const emptied = mark?.emptied.spaces.size
    steps.push({ keys: entries.map(([key]) => key), next: mark?.checkpoint.next, emptied })
    await write({ ...batch, entries })
  }
  fill(pending)
  pending.seal(checkpointAt(2))
  writer.visible()
  await writer.flush()
  return steps
}

const fillRows = (pending: PendingRows): void => {
  for (let number = 0; number < rowCount; number++) pending.set(keyOf(number), Buffer.from('row'))
}

describe('rows that are written', () => {
  it('go to the store in the order of their keys, in steps of which the last alone has the new mark', async () => {
    const steps = await stepsOf(fillRows)
    const keys = steps.flatMap((step) => step.keys)
    expect(keys).toEqual(keys.toSorted())
    expect(keys).toHaveLength(rowCount)
    expect(steps.map(({ next }) => next)).toEqual([1, 1, 1, 2])
  })

  it('go in one step where a row has moved to another key', async () => {
    const steps = await stepsOf((pending) => {
      fillRows(pending)
      pending.move()
    })
    expect(steps).toMatchObject([{ next: 2 }])
  })

  it('go in steps where a table was emptied, which the first of them says', async () => {
    const steps = await stepsOf((pending) => {
      pending.empty(space)
      fillRows(pending)
    })
    expect(steps.map(({ next, emptied }) => [next, emptied])).toEqual([
      [1, 1],
      [1, 1],
      [1, 1],
      [2, 1],
    ])
  })
})

describe('rows of a table that was emptied', () => {
  const emptied = async () => {
    const store = await new MemoryRowStores().openRowStore('bench')
    const entries = new LiveEntries(store)
    const pending = new PendingRows(entries)
    const report = new RowsReport({ source: 'bench', metrics: uncounted })
    const writer = new RowWriter({ entries, pending, keys: new Map(), clock: systemClock, report })
    await writer.markAt(checkpointAt(1))
    fillRows(pending)
    const slice = async (next: number): Promise<void> => {
      pending.seal(checkpointAt(next))
      writer.visible()
      await writer.flush()
    }
    await slice(2)
    pending.empty(space)
    await slice(3)
    return { store, pending, writer }
  }

  it('are removed behind slices, until none is left, while nobody waits for it', async () => {
    const { store, pending, writer } = await emptied()
    expect(store.size().entries).toBe(rowCount)
    pending.seal(checkpointAt(4))
    writer.visible()
    while (decodeMark(store.mark ?? '')?.emptied.spaces.size !== 0) await systemClock.sleep(1)
    expect(store.size().entries).toBe(0)
    await writer.flush()
    expect(decodeMark(store.mark ?? '')?.checkpoint.next).toBe(4)
  })

  it('stay for another time when the source is to be closed meanwhile', async () => {
    const { store, pending, writer } = await emptied()
    pending.seal(checkpointAt(4))
    writer.visible()
    await writer.flush()
    const left = store.size().entries
    await store.close()
    expect(left).toBeGreaterThan(0)
  })
})
