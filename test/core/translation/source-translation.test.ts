import { firstCheckpoint } from '../../../src/core/delivery/checkpoint.ts'
import { describe, expect, it } from 'vitest'
import { transactionRecords } from '../../../bench/workload.ts'
import { readRegistry } from '../../../src/app/observe/registered.ts'
import type { RawRecords } from '../../../src/core/capture/record/raw-records.ts'
import { batchBytesMaxByDefault } from '../../../src/core/event/event-size.ts'
import { activateRevisions } from '../../../src/core/translation/revisions/active-revisions.ts'
import type { HeldState } from '../../../src/core/held/held-state.ts'
import { SourceTranslation } from '../../../src/core/translation/source-translation.ts'
import type { TransactionBudget } from '../../../src/core/transaction/large/transaction-budget.ts'
import { rowsInMemory } from '../rows/rows-in-memory.ts'
import { benchProject, installation, names, rawLog } from '../../app/bench-project.ts'

const records = Array.from({ length: 260 }, (_, number) => transactionRecords(rawLog, number)).flat()
const raw: RawRecords = {
  offset: (index) => index,
  timestampMs: () => 0,
  key: (index) => records[index]?.key ?? null,
  value: (index) => records[index]?.value ?? null,
  header: () => null,
}

async function translation(
  edit?: (mapping: string) => string,
  budget?: TransactionBudget,
  held?: HeldState,
): Promise<SourceTranslation> {
  const { kafka, register } = installation()
  await register(await benchProject(edit))
  const state = await readRegistry(kafka.openControlLog)
  const context = {
    source: 'bench',
    incarnation: 1,
    names,
    keys: new Map<string, string>(),
    batchBytesMaxOf: () => batchBytesMaxByDefault,
  }
  const active = activateRevisions(state, context)
  return new SourceTranslation({
    active,
    rows: rowsInMemory(active),
    ...(budget === undefined ? {} : { budget }),
    checkpoint: {
      ...firstCheckpoint({
        source: 'bench',
        incarnation: 1,
        next: 0,
        registryOffset: state.end,
        timeZoneDatabase: 'test',
      }),
      ...(held === undefined ? {} : { held }),
    },
  })
}

/** The raw records that were taken when the slice was full. */
function recordsUntilFull(step: SourceTranslation): number {
  for (let index = 0; index < records.length; index++) {
    step.accept(raw, index)
    if (step.full) return index + 1
  }
  return Number.POSITIVE_INFINITY
}

describe('a slice', () => {
  it('is full at 2,000 changes, behind the END of the transaction that reaches them', async () => {
    const step = await translation()
    expect(recordsUntilFull(step)).toBe(200 * 12)
    expect(step.take()).toMatchObject({ checkpoint: { next: 200 * 12, anchor: { offset: 200 * 12 - 1 } } })
    expect(step.hasOutput).toBe(false)
  })

  it('is full at a megabyte of output, however few the changes are', async () => {
    const long = 'x'.repeat(20_000)
    const step = await translation((text) =>
      text.replace("'NONE'", `'${long}'`).replace('coalesce(after.carrier_cd, ', 'coalesce(null, '),
    )
    // 53 events of 20,000 bytes are a megabyte: six transactions of ten.
    expect(recordsUntilFull(step)).toBe(6 * 12)
  })

  it('has the rows of a transaction that was open when its batch was let go', async () => {
    const [kept, whole] = [await translation(), await translation()]
    for (let index = 0; index < 24; index++) {
      whole.accept(raw, index)
      // The second transaction is read in two batches, each in a buffer that is written over when it was let go.
      const bytes = { key: Buffer.from(raw.key(index) ?? ''), value: Buffer.from(raw.value(index) ?? '') }
      kept.accept({ ...raw, key: () => bytes.key, value: () => bytes.value }, index)
      kept.letGo()
      bytes.key.fill('x')
      bytes.value.fill('x')
    }
    const { records: published, checkpoint } = kept.take()
    const wanted = whole.take()
    expect(published).toEqual(wanted.records)
    expect(checkpoint).toEqual(wanted.checkpoint)
  })

  it('never holds a part of a source transaction', async () => {
    const step = await translation()
    for (let index = 0; index < 17; index++) step.accept(raw, index)
    expect(step.atBoundary).toBe(false)
    expect(step.take()).toMatchObject({ checkpoint: { next: 12 }, records: { length: 10 } })
  })
})

describe('a transaction that is read again', () => {
  it('must have every row that it had when it was read to its END', async () => {
    const step = await translation(undefined, { rows: 5, bytes: 1_000_000 })
    for (let index = 0; index < 12; index++) step.accept(raw, index)
    if (step.waiting?.kind !== 'readAgain') throw new Error('nothing waits')
    const whole = step.waiting.reading()
    const lacking = step.waiting.reading()
    const taken = (reading: typeof whole, rows: readonly number[]): number =>
      rows.flatMap((index) => reading.take('translate', raw, index)).length
    expect(taken(whole, [0, 1, 2, 2, 1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13])).toBe(10)
    expect(() => whole.endPass()).not.toThrow()
    expect(taken(lacking, [0, 1, 2, 3, 5, 6, 7, 8, 9, 10, 11])).toBe(3)
    expect(() => lacking.endPass()).toThrow('had 10 rows and now has 3')
  })
})

describe('what waits', () => {
  it('is not released as long as a source transaction is lost', async () => {
    const hold = { unit: { topic: 'order-changes.v1', key: '1' }, next: 0, end: 1, sinceUs: '0' }
    const held = { next: 1, inputs: 1, bytes: 1, holds: [hold], blockers: [], releasing: true } as const
    const step = await translation(undefined, undefined, held)
    expect(step.mayRelease).toBe(true)
    for (let index = 0; index < 12; index++) step.accept(raw, index)
    expect(step.mayRelease).toBe(true)
    // The second transaction begins, and never ends: the third one comes in its place.
    for (const index of [12, 13]) step.accept(raw, index)
    const others = Array.from({ length: 12 }, (_, index) => 24 + index)
    expect(() => {
      for (const index of others) step.accept(raw, index)
    }).toThrow(expect.objectContaining({ code: 'TX_LOST' }) as Error)
    expect([step.lost?.code, step.mayRelease]).toEqual(['TX_LOST', false])
  })
})
