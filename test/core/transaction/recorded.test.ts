/** What the real connector emitted, through decoder and assembler: a fixture for each line of the assembly table. */
import { describe, expect, it } from 'vitest'
import type { SourcePosition } from '../../../src/core/capture/row-change.ts'
import { FalseworkError } from '../../../src/core/diagnostics/falsework-error.ts'
import { postgresDialect } from '../../../src/core/capture/positions/postgres.ts'
import { Assembler } from '../../../src/core/transaction/assembler.ts'
import { netChanges } from '../../../src/core/transaction/net-changes.ts'
import type { SourceTransaction } from '../../../src/core/transaction/source-transaction.ts'
import { UNAVAILABLE } from '../../../src/core/values/value.ts'
import { decodeAll, recorded, type TextRecord } from '../capture/raw-log-of.ts'
import { shown } from '../images.ts'

interface Reading {
  readonly transactions: readonly SourceTransaction[]
  readonly counts: Readonly<Record<string, number>>
  readonly assembler: Assembler
}

function read(records: readonly TextRecord[], position: SourcePosition | null = null): Reading {
  const latestCommitUs = position === null ? null : undefined
  const start = {
    next: records[0]?.offset ?? 0,
    position,
    latestCommitUs,
    snapshot: { run: 0, phase: 'none' },
  } as const
  const assembler = new Assembler({ ...start, habits: postgresDialect.transactions })
  const transactions: SourceTransaction[] = []
  const counts: Record<string, number> = {}
  for (const message of decodeAll(records)) {
    const outcome = assembler.accept(message, 0)
    counts[outcome.kind] = (counts[outcome.kind] ?? 0) + 1
    if (outcome.kind === 'complete') transactions.push(outcome.transaction)
  }
  return { transactions, counts, assembler }
}

/** `uc orders 10`: op, table without schema, key. The mark that ends each fixture is left out. */
function changesOf({ transactions }: Reading): readonly (readonly string[])[] {
  const brief = transactions.map(({ changes }) =>
    changes.map(({ op, table, key }) =>
      [op, table.slice('shop.'.length), ...Object.values(key?.toJSON() ?? {})].join(' '),
    ),
  )
  expect(brief.at(-1)?.[0]).toMatch(/^c marks mark/)
  return brief.slice(0, -1)
}

const net = (reading: Reading): readonly unknown[] =>
  reading.transactions
    .slice(0, -1)
    .flatMap((transaction) => netChanges(transaction))
    .map(({ op, before, after }) => [op, shown(before), shown(after)])

describe('a recorded log', () => {
  const contents: readonly (readonly [string, readonly (readonly string[])[]])[] = [
    [
      'transaction',
      [['c orders 10', 'c lines 10 1', 'c lines 10 2', 'u orders 10', 'u orders 10', 'd lines 10 2'], ['u orders 1']],
    ],
    [
      'interleaved',
      [
        ['c orders 21', 'u orders 21'],
        ['c orders 20', 'u orders 20'],
      ],
    ],
    ['rolled-back', []],
    ['savepoint', [['c orders 40', 'c orders 42']]],
    ['truncate', [['c journal', 't journal', 't lines']]],
    ['identity-default', [['u plain 1'], ['d plain 1'], ['c journal'], ['u journal'], ['d journal']]],
    ['added-column', [['u orders 1', 'u orders 1']]],
    ['logical-message', [['u orders 1']]],
    ['initial-snapshot', []],
    ['empty-transaction', []],
  ]
  it.each(contents)('of %s gives the source transactions in commit order', (name, expected) => {
    expect(changesOf(read(recorded(name)))).toStrictEqual(expected)
  })

  it('of a transaction folds to what became of each row', () => {
    expect(net(read(recorded('transaction')))).toStrictEqual([
      ['insert', null, { id: 10, state: 'P', total: '1.50', note: 'x' }],
      ['insert', null, { order_id: 10, line: 1, sku: 'a' }],
      ['update', { id: 1, state: 'N', total: '10.00', note: null }, { id: 1, state: 'S', total: '10.00', note: null }],
    ])
  })

  it('of changed keys follows the row, whatever characters the key has', () => {
    const reading = read(recorded('changed-key'))
    expect(changesOf(reading)).toHaveLength(4)
    expect(net(reading)).toStrictEqual([
      [
        'rekey',
        { id: 2, state: 'P', total: '20.00', note: 'paid' },
        { id: 51, state: 'M', total: '20.00', note: 'paid' },
      ],
      ['insert', null, { code: 'a"b\\c\nd', meaning: 'old' }],
      ['rekey', { code: 'a"b\\c\nd', meaning: 'old' }, { code: 'tab\there {"id":1}', meaning: 'old' }],
      [
        'rekey',
        expect.objectContaining({ id: 2, name: UNAVAILABLE, amount: UNAVAILABLE }) as unknown,
        { id: 50, name: 'two', amount: 22, note: null },
      ],
    ])
  })

  it('of REPLICA IDENTITY DEFAULT shows no value that the row never had', () => {
    const [update, erase] = read(recorded('identity-default')).transactions.flatMap(({ changes }) => changes)
    expect(update?.before).toBeNull()
    expect(shown(erase?.before)).toStrictEqual({ id: 1, name: UNAVAILABLE, amount: UNAVAILABLE, note: UNAVAILABLE })
  })

  it('of a column added in mid-transaction lacks it before and has it after', () => {
    const [before, after] = read(recorded('added-column')).transactions[0]?.changes ?? []
    expect(before?.after?.columns).not.toContain('added')
    expect(shown(after?.after)).toMatchObject({ added: 1 })
  })

  it('of logical messages counts them, in transactions of rows and in those of their own', () => {
    const { counts } = read(recorded('logical-message'))
    expect(counts).toMatchObject({ complete: 2, passed: 1 })
  })

  it('of an empty transaction passes it and moves the commit position', () => {
    const records = recorded('empty-transaction').slice(0, 2)
    const { counts, assembler } = read(records)
    expect(counts).toStrictEqual({ nothing: 1, passed: 1 })
    expect(assembler.safePosition.position).toMatch(/^[0-9a-f]{16}$/)
  })

  it('of heartbeats moves the safe position with each', () => {
    const beats = recorded('heartbeats').filter(({ key }) => String(key).includes('serverName'))
    expect(beats.length).toBeGreaterThan(1)
    const { assembler, counts } = read(beats)
    expect(counts).toStrictEqual({ nothing: beats.length })
    expect(assembler.safePosition.next).toBe((beats.at(-1)?.offset ?? 0) + 1)
  })

  it('of an initial snapshot is done with its last row, and skips its rows', () => {
    const { counts, assembler } = read(recorded('initial-snapshot'))
    expect(counts).toMatchObject({ snapshotRow: 5, complete: 1 })
    expect(assembler.safePosition.snapshot).toStrictEqual({ run: 1, phase: 'done' })
  })

  it('of an incremental snapshot leaves its rows out of the transaction that they stand in', () => {
    const reading = read(recorded('incremental-snapshot'))
    expect(reading.counts['snapshotRow']).toBeGreaterThan(5)
    expect(reading.assembler.safePosition.snapshot).toStrictEqual({ run: 0, phase: 'none' })
    expect(
      new Set(
        changesOf(reading)
          .flat()
          .map((change) => change.split(' ')[1]),
      ),
    ).toStrictEqual(new Set(['signals']))
  })
})

/** The rows of the large transaction of the faults, as they were written. */
const large = [...Array.from({ length: 60 }, (_, index) => `c lines 7 ${index + 1}`), 'c orders 300']

describe('a log recorded around a fault', () => {
  it('of Connect killed after transactions repeats them whole, and they are dropped', () => {
    const reading = read(recorded('killed-after-transactions'))
    const inserted = [100, 101, 102, 103, 104, 105].map((id) => [`c orders ${id}`, `c orders ${id + 100}`])
    expect(changesOf(reading)).toStrictEqual(inserted)
    expect(reading.counts['replayed']).toBeGreaterThan(0)
  })

  it('of Connect killed in mid-transaction repeats its BEGIN and rows, and they are dropped', () => {
    const reading = read(recorded('killed-in-transaction'))
    expect(changesOf(reading)).toStrictEqual([large])
    expect(reading.counts['repeatedRow']).toBeGreaterThan(10)
  })

  it('of Connect that goes back before the open transaction has it owed until it comes again', () => {
    const records = recorded('killed-going-back')
    const reading = read(records)
    expect(changesOf(reading)).toStrictEqual([['c orders 400'], ['c orders 401'], large])
    expect(reading.counts['replayed']).toBeGreaterThan(0)
    expect(reading.assembler.rewinds).toBe(1)
  })

  it('of a connector restarted in mid-transaction goes on where it was', () => {
    expect(changesOf(read(recorded('restarted-in-transaction')))).toStrictEqual([large])
  })

  it('of Connect killed in mid-snapshot is a second run, done with its last row', () => {
    const { assembler, counts } = read(recorded('killed-in-snapshot'))
    expect(assembler.safePosition.snapshot).toStrictEqual({ run: 2, phase: 'done' })
    expect(counts['snapshotRow']).toBeGreaterThan(65)
  })

  it('of Connect with exactly-once shows no repeat to a read_committed reader', () => {
    const { counts } = read(recorded('killed-exactly-once'))
    expect(counts['replayed'] ?? 0).toBe(0)
    expect(counts['repeatedRow'] ?? 0).toBe(0)
    expect(counts['complete']).toBe(7)
  })

  it('of Connect with exactly-once repeats rows without BEGIN to a read_uncommitted reader, and they are dropped', () => {
    const reading = read(recorded('killed-exactly-once-uncommitted'))
    expect(changesOf(reading)).toStrictEqual([large])
    expect(reading.counts['repeatedRow']).toBeGreaterThan(0)
    const begins = recorded('killed-exactly-once-uncommitted').filter(({ value }) => String(value).includes('"BEGIN"'))
    expect(begins).toHaveLength(2)
  })
})

/**
 * Synthetic, cut out of recorded logs: a healthy connector does none of this, and a transform or a second writer that
 * would is what the rules are there to notice.
 */
describe('a recorded log that was tampered with', () => {
  const isEndOfLarge = ({ value }: TextRecord): boolean => String(value).includes('"event_count":61,')
  const isRow = (number: number) => (record: TextRecord) => String(record.value).includes(`"total_order":${number},`)

  function haltOf(records: readonly TextRecord[], position: SourcePosition | null = null): string {
    try {
      read(records, position)
    } catch (error) {
      if (error instanceof FalseworkError) return error.code
      throw error
    }
    return 'none'
  }

  it('halts with TX_LOST when the owed transaction is left out', () => {
    const records = recorded('killed-going-back')
    const end = records.findLastIndex(isEndOfLarge)
    const begin = records.findLastIndex(({ value }, at) => at < end && String(value).includes('"BEGIN"'))
    expect(haltOf(records.filter((_, at) => at < begin || at > end))).toBe('TX_LOST')
  })

  const restarted = recorded('restarted-in-transaction')

  it('halts with TX_GAP when a row in the middle is left out', () => {
    expect(haltOf(restarted.filter((record) => !isRow(30)(record)))).toBe('TX_GAP')
  })

  it('halts with TX_INCOMPLETE when the last row is left out', () => {
    expect(haltOf(restarted.filter((record) => !isRow(61)(record)))).toBe('TX_INCOMPLETE')
  })

  it('halts with TX_DIVERGED when a repeated row is another', () => {
    const records = recorded('killed-in-transaction')
    const again = records.findLastIndex(isRow(5))
    const other = records.findIndex(isRow(6))
    const swapped = records.map((record, at) =>
      at === again ? { ...record, ...otherRow(record, records[other]) } : record,
    )
    expect(haltOf(swapped)).toBe('TX_DIVERGED')
  })

  /** The key and row of another record under the number of this one. */
  function otherRow(record: TextRecord, other: TextRecord | undefined): Partial<TextRecord> {
    const number = /"total_order":\d+/
    const value = String(other?.value).replace(number, number.exec(String(record.value))?.[0] ?? '')
    return { key: other?.key ?? null, value }
  }

  it('is a replay or TX_HEAD_MISSING when it begins in the middle, by the commit position of the checkpoint', () => {
    const headless = restarted.slice(restarted.findIndex(isRow(30)))
    expect(haltOf(headless)).toBe('TX_HEAD_MISSING')
    const { position } = read(restarted.slice(0, restarted.findIndex(isEndOfLarge) + 1)).assembler.safePosition
    const { counts } = read(headless, position)
    expect(counts).toMatchObject({ replayed: 1, complete: 1 })
  })

  it('halts with SNAPSHOT_UNEXPECTED when another snapshot follows one that is done', () => {
    expect(haltOf([...recorded('initial-snapshot'), ...recorded('initial-snapshot')])).toBe('SNAPSHOT_UNEXPECTED')
  })
})
