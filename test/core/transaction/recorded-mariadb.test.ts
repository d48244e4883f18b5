/** What MariaDB's connector (3.5.0, with the transformations of connect-plugin/) emitted, through decoder and assembler. */
import { describe, expect, it } from 'vitest'
import { mariadbDialect } from '../../../src/core/capture/positions/gtid.ts'
import type { Table, TableName } from '../../../src/core/catalog/catalog.ts'
import type { SourcePosition } from '../../../src/core/capture/row-change.ts'
import { Assembler } from '../../../src/core/transaction/assembler.ts'
import { netChanges } from '../../../src/core/transaction/net-changes.ts'
import type { SourceTransaction } from '../../../src/core/transaction/source-transaction.ts'
import { decodeAll, mariadbTables, recorded, type TextRecord } from '../capture/raw-log-of.ts'
import { shown } from '../images.ts'
import { begin, whole } from './messages.ts'

interface Reading {
  readonly transactions: readonly SourceTransaction[]
  readonly counts: Readonly<Record<string, number>>
  readonly assembler: Assembler
  /** Raw offsets behind which a checkpoint may stand. */
  readonly boundaries: ReadonlySet<number>
}

function read(
  records: readonly TextRecord[],
  position: SourcePosition | null = null,
  tables: ReadonlyMap<TableName, Table> = mariadbTables,
): Reading {
  const next = records[0]?.offset ?? 0
  const assembler = new Assembler({
    next,
    position,
    latestCommitUs: position === null ? null : undefined,
    snapshot: { run: 1, phase: position === null && next === 0 ? 'none' : 'done' },
    habits: mariadbDialect.transactions,
  })
  const transactions: SourceTransaction[] = []
  const counts: Record<string, number> = {}
  const boundaries = new Set<number>()
  for (const message of decodeAll(records, tables, mariadbDialect)) {
    const outcome = assembler.accept(message, 0)
    counts[outcome.kind] = (counts[outcome.kind] ?? 0) + 1
    if (outcome.kind === 'complete') transactions.push(outcome.transaction)
    if (assembler.safePosition.next === message.offset + 1) boundaries.add(message.offset)
  }
  return { transactions, counts, assembler, boundaries }
}

/** That has seen the snapshot, and nothing else. */
const newAssembler = (): Assembler =>
  new Assembler({
    next: 0,
    position: null,
    latestCommitUs: null,
    snapshot: { run: 1, phase: 'done' },
    habits: mariadbDialect.transactions,
  })

/** `u orders 10`: op, table without database, key. The mark that ends each fixture is left out. */
function changesOf({ transactions }: Reading): readonly (readonly string[])[] {
  const brief = transactions.map(({ changes }) =>
    changes.map(({ op, table, key }) =>
      [op, table.slice(table.indexOf('.') + 1), ...Object.values(key?.toJSON() ?? {})].join(' '),
    ),
  )
  expect(brief.at(-1)?.[0]).toMatch(/^c marks mark/)
  return brief.slice(0, -1)
}

const net = (reading: Reading): readonly (readonly unknown[])[] =>
  reading.transactions
    .slice(0, -1)
    .flatMap((transaction) => netChanges(transaction))
    .map(({ op, before, after }) => [op, shown(before), shown(after)])

describe('a recorded log of MariaDB', () => {
  const contents: readonly (readonly [string, readonly (readonly string[])[]])[] = [
    ['initial-snapshot', []],
    [
      'transaction',
      [
        ['c orders 10', 'c line_items 10 1', 'c line_items 10 2', 'u orders 10', 'u orders 10', 'd line_items 10 2'],
        ['u orders 1'],
      ],
    ],
    [
      'interleaved',
      [
        ['c orders 21', 'u orders 21'],
        ['c orders 20', 'u orders 20'],
      ],
    ],
    ['rolled-back', [['c orders 31', 'c orders 33'], ['c counters 1']]],
    ['upserts', [['u orders 1'], ['d orders 3', 'c orders 3'], ['u orders 10', 'u line_items 10 7']]],
    ['generated', [['c gauges 1'], ['u gauges 1']]],
    ['truncate', [['t line_items'], ['c line_items 1 1']]],
    ['cascades', [['d orders 2', 'c orders 40'], ['d orders 40']]],
    ['restarted', [['c line_items 60 1', 'c line_items 60 2'], ['c line_items 61 1']]],
  ]
  it.each(contents)('of %s gives the source transactions in commit order', (name, expected) => {
    expect(changesOf(read(recorded(`mariadb/${name}`)))).toStrictEqual(expected)
  })

  it('of rows that a statement replaces folds to what became of each row', () => {
    expect(net(read(recorded('mariadb/upserts')))).toContainEqual([
      'update',
      { id: 3, state: 'N', total: '30.00', note: null },
      { id: 3, state: 'R', total: '2.00', note: 'replaced' },
    ])
  })

  it('of changed keys follows the row, to a key that its collation calls the same, too', () => {
    const moved = net(read(recorded('mariadb/changed-key'))).filter(([op]) => op === 'rekey')
    expect(moved).toStrictEqual([
      ['rekey', { order_id: 10, line: 1, sku: 'a' }, { order_id: 10, line: 7, sku: 'a' }],
      ['rekey', { code: 'ab', meaning: 'small' }, { code: 'AB', meaning: 'large' }],
    ])
  })

  it('gives rows before and behind schema changes, whose transactions have no END and no rows', () => {
    const reading = read(recorded('mariadb/schema-changes'))
    expect(net(reading).map(([op]) => op)).toStrictEqual(['update', 'update', 'update'])
    expect(reading.counts['passed']).toBe(2)
    expect(reading.assembler.rewinds).toBe(0)
  })

  it('passes over a BEGIN that neither rows nor a schema change follow, and owes nothing', () => {
    // A schema change of a database that is not captured leaves no more than that.
    const records = recorded('mariadb/schema-changes').filter(({ value }) => !String(value).includes('"tableChanges"'))
    const reading = read(records)
    expect(net(reading).map(([op]) => op)).toStrictEqual(['update', 'update', 'update'])
    expect(reading.assembler.rewinds).toBe(0)
  })

  it('suspects no lost rows where END counts nothing: transactions of other tables come like that', () => {
    const assembler = newAssembler()
    const outcomes = [begin(7), ...whole(8, 0)].map((message, offset) => assembler.accept({ ...message, offset }, 0))
    expect(outcomes.at(-1)).toStrictEqual({ kind: 'passed', rows: 0, suspect: null })
  })

  it('may be left behind a schema change and a truncate, before anything follows', () => {
    const changes = recorded('mariadb/schema-changes')
    const last = changes.findLast(({ value }) => String(value).includes('DROP TABLE'))
    expect(read(changes).boundaries).toContain(last?.offset)
    const truncates = recorded('mariadb/truncate')
    const truncate = truncates.find(({ value }) => String(value).includes('"op":"t"'))
    expect(read(truncates).boundaries).toContain(truncate?.offset)
  })

  it('halts where an XA transaction has been prepared: nobody knows whether it was committed', () => {
    expect(() => read(recorded('mariadb/xa'))).toThrow(
      expect.objectContaining({
        code: 'XA_SUSPECTED',
        message: expect.stringContaining('a later one follows its 1 rows') as string,
      }),
    )
  })

  it('passes over what was translated before, by the position of its checkpoint', () => {
    const records = recorded('mariadb/transaction')
    const { position } = read(records).assembler.safePosition
    const again = read(records, position)
    expect(again.counts).toMatchObject({ replayed: 3 })
    expect(again.transactions).toStrictEqual([])
  })

  it('takes a transaction again from which the connector went back, and calls a truncate that comes again a replay', () => {
    const records = recorded('mariadb/truncate')
    const cut = records.findIndex(({ value }) => String(value).includes('"op":"c"'))
    const again = [...records.slice(0, cut + 1), ...records]
    const renumbered = again.map((record, index) => ({ ...record, offset: index }))
    const reading = read(renumbered)
    expect(changesOf(reading)).toStrictEqual([['t line_items'], ['c line_items 1 1']])
    expect(reading.counts).toMatchObject({ replayed: 1, repeatedRow: 1 })
    expect(reading.assembler.rewinds).toBe(1)
  })

  it('halts where another domain writes transactions: the two have no order', () => {
    const records = recorded('mariadb/transaction')
    const other = records.map((record) => ({ ...record, value: String(record.value).replaceAll('"0-1-', '"1-1-') }))
    const reading = read(records)
    expect(() => read(other, reading.assembler.safePosition.position)).toThrow(
      expect.objectContaining({ code: 'HISTORY_CHANGED' }),
    )
  })

  it('leaves the rows of an incremental snapshot out of the transaction that they stand in', () => {
    const { counts, transactions } = read(recorded('mariadb/incremental-snapshot'))
    expect(counts['snapshotRow']).toBe(7)
    expect(transactions).toHaveLength(6)
  })

  it('has heartbeats between transactions', () => {
    expect(read(recorded('mariadb/heartbeats')).assembler.safePosition.position).toMatch(/^0:[0-9a-f]{16}$/)
  })
})

/**
 * Without the transformation `BoundaryOffsets` the connector may come back in mid-transaction and count its rows anew.
 * Such a log is read as far as nobody has to guess.
 */
describe("a recorded log of MariaDB's connector without its transformation", () => {
  const large = [...Array.from({ length: 60 }, (_, index) => `c line_items 7 ${index + 1}`), 'c orders 300']

  /** `number`: of the last transaction before the fixture, in whose database the tables have the same columns. */
  function readBare(name: string, number: number): Reading {
    const database = name.replaceAll('-', '_')
    const tables = [...mariadbTables.values()].map((table) => ({ ...table, name: inDatabase(database, table.name) }))
    const position = `0:${number.toString(16).padStart(16, '0')}` as SourcePosition
    return read(recorded(`mariadb/${name}`), position, new Map(tables.map((table) => [table.name, table])))
  }

  const inDatabase = (database: string, table: TableName): TableName =>
    `${database}.${table.slice(table.indexOf('.') + 1)}` as TableName

  it('gives a transaction without what a savepoint took back, and passes one of tables that are not captured', () => {
    const reading = readBare('bare-shapes', 15)
    expect(changesOf(reading)).toStrictEqual([['c orders 30', 'c orders 32']])
    expect(reading.counts['passed']).toBe(1)
  })

  it('drops whole transactions that come again behind a kill', () => {
    const reading = readBare('bare-killed-after-transactions', 15)
    const inserted = [100, 101, 102, 103, 104, 105].map((id) => [`c orders ${id}`, `c orders ${id + 100}`])
    expect(changesOf(reading)).toStrictEqual(inserted)
    expect(reading.counts['replayed']).toBe(7)
  })

  it('has a transaction that broke off owed, until it comes again whole', () => {
    const reading = readBare('bare-killed-in-transaction', 37)
    expect(changesOf(reading)).toStrictEqual([large])
    expect(reading.assembler.rewinds).toBe(1)
  })

  it('has it owed, too, where older ones come again before it', () => {
    const reading = readBare('bare-killed-going-back', 54)
    expect(changesOf(reading)).toStrictEqual([['c orders 400'], ['c orders 401'], large])
    expect(reading.assembler.rewinds).toBe(1)
  })

  it('halts where the connector came back in mid-transaction and counts what is left from one', () => {
    expect(() => readBare('bare-killed-behind-its-offset', 15)).toThrow(
      expect.objectContaining({ code: 'TX_DIVERGED' }),
    )
  })
})
