import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SnapshotRowMessage } from '../../../src/core/capture/capture-message.ts'
import { tableName } from '../../../src/core/catalog/catalog.ts'
import { decodeCheckpoint, encodeCheckpoint } from '../../../src/core/delivery/checkpoint-codec.ts'
import { type Checkpoint, firstCheckpoint, type SnapshotState } from '../../../src/core/delivery/checkpoint.ts'
import { FalseworkError } from '../../../src/core/diagnostics/falsework-error.ts'
import { SnapshotProgress } from '../../../src/core/transaction/snapshots/snapshot-progress.ts'

const done = { run: 1, phase: 'done' } as const

/** What stands in the log at a second: a signal, anything that is streamed, or a row of a snapshot. */
type Step = { readonly second: number } & (
  | { readonly kind: 'signal'; readonly id: string; readonly tables: readonly string[] }
  | { readonly kind: 'streamed' }
  | { readonly kind: 'row'; readonly place: SnapshotRowMessage['place']; readonly table: string }
)

const signal = (second: number, id: string, ...tables: readonly string[]): Step => ({
  kind: 'signal',
  second,
  id,
  tables: tables.map((table) => `shop.${table}`),
})
const streamed = (second: number): Step => ({ kind: 'streamed', second })
const row = (second: number, place: SnapshotRowMessage['place'], table = 'orders'): Step => ({
  kind: 'row',
  second,
  place,
  table,
})

function take(progress: SnapshotProgress, step: Step): void {
  const atMs = step.second * 1000
  // A signal is itself a row that is streamed.
  if (step.kind !== 'row') progress.streams(atMs)
  if (step.kind === 'signal')
    progress.ask({ kind: 'blocking', id: step.id, tables: step.tables, isPartial: false }, atMs)
  if (step.kind !== 'row') return
  const table = tableName('shop', step.table)
  const record = { table, key: null, value: null, bytes: 100, change: null }
  progress.accept({ kind: 'snapshotRow', offset: 7, place: step.place, ...record }, { streamed: true, atMs })
}

/** As a process does that starts again from what the other one has written. */
function restarted({ state }: SnapshotProgress): SnapshotProgress {
  const checkpoint: Checkpoint = {
    ...firstCheckpoint({ source: 's', incarnation: 1, next: 0, registryOffset: 0, timeZoneDatabase: 'test' }),
    snapshot: state,
  }
  return new SnapshotProgress(decodeCheckpoint(encodeCheckpoint(checkpoint)).snapshot)
}

/** Reads the steps, started again before each of which `restart` says so. */
function read(
  steps: readonly Step[],
  restart: (index: number) => boolean = () => false,
  state: SnapshotState = done,
): { readonly halt: string | null; readonly at: number; readonly state: SnapshotState } {
  let progress = new SnapshotProgress(state)
  for (const [at, step] of steps.entries()) {
    if (restart(at)) progress = restarted(progress)
    try {
      take(progress, step)
    } catch (error) {
      if (error instanceof FalseworkError) return { halt: error.code, at, state: progress.state }
      throw error
    }
  }
  return { halt: null, at: steps.length, state: progress.state }
}

const restarts = [
  ['without a restart', () => false],
  ['with a restart before each record', () => true],
] as const

describe.each(restarts)('a snapshot after anything has streamed, %s,', (_, restart) => {
  const served = [row(1, 'firstOfTable'), row(2, 'middle'), row(3, 'last')]
  it.each<readonly [string, readonly Step[]]>([
    ['when a signal has asked for it', [signal(0, 's1', 'orders'), ...served]],
    ['however long it takes', [signal(0, 's1', 'orders'), row(900, 'firstOfTable'), row(9000, 'last')]],
    [
      'with rows between markers',
      [signal(0, 's1', 'orders'), row(1, 'middle'), row(1, 'firstOfTable'), row(2, 'last')],
    ],
    ['when it has one row', [signal(0, 's1', 'orders'), row(1, 'last')]],
    ['when streaming ends a moment after the signal', [signal(0, 's1', 'orders'), streamed(60), row(70, 'last')]],
    [
      'when several tables were asked for, some by a regular expression',
      [signal(0, 's1', 'orders', 'line.*'), row(1, 'firstOfTable'), row(2, 'firstOfTable', 'lines'), row(3, 'last')],
    ],
    [
      'once, when its signal comes again before it',
      [signal(0, 's1', 'orders'), streamed(1), signal(2, 's1', 'orders'), row(3, 'last')],
    ],
    [
      'again, when its signal comes again behind it',
      [
        signal(0, 's1', 'orders'),
        ...served,
        streamed(4),
        signal(5, 's1', 'orders'),
        row(6, 'firstOfTable'),
        row(7, 'last'),
      ],
    ],
    [
      'again, when the connector died in it and was set back before the signal',
      [signal(0, 's1', 'orders'), row(1, 'firstOfTable'), streamed(90), signal(90, 's1', 'orders'), row(91, 'last')],
    ],
    [
      'one after the other, the second beginning long after its signal',
      [
        signal(0, 's1', 'orders'),
        signal(0, 's2', 'orders'),
        row(1, 'firstOfTable'),
        row(900, 'last'),
        streamed(901),
        row(902, 'last'),
      ],
    ],
    [
      'behind one that had no rows, and took long to find none',
      [signal(0, 's1', 'nothing'), signal(0, 's2', 'orders'), streamed(900), streamed(901), row(902, 'last')],
    ],
  ])('passes %s', (__, steps) => {
    expect(read(steps, restart)).toStrictEqual({ halt: null, at: steps.length, state: done })
  })

  it.each<readonly [string, readonly Step[]]>([
    ['none was asked for', [streamed(0), row(1, 'firstOfTable')]],
    ['other tables were asked for', [signal(0, 's1', 'lines'), row(1, 'firstOfTable')]],
    ['the one that was asked for is over', [signal(0, 's1', 'orders'), row(1, 'last'), row(2, 'firstOfTable')]],
    ['the one that was asked for had no rows', [signal(0, 's1', 'orders'), streamed(61), row(62, 'firstOfTable')]],
    [
      'streaming went on before its last row',
      [signal(0, 's1', 'orders'), row(1, 'middle'), streamed(2), row(3, 'middle')],
    ],
    [
      'one behind the one that was asked for was served',
      [signal(0, 's1', 'orders'), signal(0, 's2', 'lines'), row(1, 'last', 'lines'), row(2, 'middle')],
    ],
    [
      'two were asked for without rows',
      [signal(0, 's1', 'orders'), signal(0, 's2', 'orders'), streamed(61), streamed(122), row(123, 'last')],
    ],
    [
      'streaming went on before its last row, though one of another table is asked for',
      [signal(0, 's1', 'orders'), signal(0, 's2', 'lines'), row(1, 'middle'), streamed(2), row(3, 'middle')],
    ],
    ['what was asked for is no regular expression', [signal(0, 's1', '(['), row(1, 'last')]],
  ])('halts when %s', (__, steps) => {
    expect(read(steps, restart)).toMatchObject({ halt: 'SNAPSHOT_UNEXPECTED', at: steps.length - 1 })
  })

  it.each<readonly [string, SnapshotState]>([
    ['none was ever taken', { run: 0, phase: 'none' }],
    ['the last row of one never came', { run: 1, phase: 'running' }],
  ])('halts when %s', (__, state) => {
    expect(read([row(0, 'firstOfTable')], restart, state).halt).toBe('SNAPSHOT_UNEXPECTED')
  })
})

describe('requests for snapshots', () => {
  const second = fc.nat({ max: 200 })
  const table = fc.constantFrom('orders', 'lines')
  const step = fc.oneof(
    fc.record({ kind: fc.constant('streamed' as const), second }),
    fc.tuple(second, fc.constantFrom('s1', 's2'), table).map(([at, id, asked]) => signal(at, id, asked)),
    fc.tuple(second, fc.constantFrom('firstOfTable', 'middle', 'last'), table).map((of) => row(...of)),
  )
  const log = fc
    .array(step, { maxLength: 12 })
    .map((steps) => steps.toSorted((one, other) => one.second - other.second))

  it('are the same to a process that is started again anywhere', () => {
    fc.assert(
      fc.property(log, fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }), (steps, restart) => {
        expect(read(steps, (index) => restart[index] === true)).toStrictEqual(read(steps))
      }),
    )
  })

  it('excuse nothing once streaming has gone on for as long as each of them may wait', () => {
    fc.assert(
      fc.property(log, table, (steps, of) => {
        const { halt, state } = read(steps)
        fc.pre(halt === null)
        const later = [400, 500, 600, 700, 800, 900, 1000, 1100, 1200, 1300, 1400, 1500].map(streamed)
        expect(read([...later, row(1501, 'firstOfTable', of)], undefined, state)).toMatchObject({
          halt: 'SNAPSHOT_UNEXPECTED',
          state: done,
        })
      }),
    )
  })

  it('are bounded, the latest kept', () => {
    const { asked } = read(Array.from({ length: 100 }, (_, number) => signal(0, `s${number}`, 'orders'))).state
    expect(asked?.map(({ id }) => id)).toStrictEqual(Array.from({ length: 16 }, (_, number) => `s${84 + number}`))
  })

  it('are kept when the log has no times, as those of very old topics', () => {
    expect(read([signal(-0.001, 's1', 'orders'), row(-0.001, 'last')], () => true).halt).toBeNull()
  })
})

describe('a checkpoint', () => {
  it('that a build without requests has written has none', () => {
    expect(restarted(new SnapshotProgress(done)).state).toStrictEqual(done)
  })

  const whole = { id: 's1', tables: ['shop.orders'], phase: 'waiting', sinceMs: 0 }
  it.each([1, [1], [{ ...whole, tables: 1 }], [{ ...whole, phase: 'other' }], [{ ...whole, sinceMs: undefined }]])(
    'whose requests are broken is not read: %j',
    (asked) => {
      expect(() => restarted(new SnapshotProgress({ ...done, asked } as unknown as SnapshotState))).toThrow(
        expect.objectContaining({ code: 'CHECKPOINT_CORRUPT' }),
      )
    },
  )
})

describe('the first snapshot', () => {
  it('that begins anew is a new run, also for a process that has not seen the one before', () => {
    const accept = (
      progress: SnapshotProgress,
      place: SnapshotRowMessage['place'],
      table: string,
    ): SnapshotProgress => {
      const row = { table: tableName('shop', table), key: null, value: null, bytes: 100, change: null }
      progress.accept({ kind: 'snapshotRow', offset: 7, place, ...row }, { streamed: false, atMs: 0 })
      return restarted(progress)
    }
    let progress = new SnapshotProgress({ run: 0, phase: 'none' })
    progress = accept(progress, 'firstOfTable', 'lines')
    progress = accept(progress, 'firstOfTable', 'orders')
    expect(progress.state).toMatchObject({ run: 1, phase: 'running' })
    progress = accept(progress, 'firstOfTable', 'lines')
    progress = accept(progress, 'last', 'orders')
    expect(progress.state).toStrictEqual({ run: 2, phase: 'done' })
  })
})
