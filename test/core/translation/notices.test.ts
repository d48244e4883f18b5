import { describe, expect, it } from 'vitest'
import type { CaptureMessage } from '../../../src/core/capture/capture-message.ts'
import { mariadbDialect } from '../../../src/core/capture/positions/gtid.ts'
import { type Table, type TableName, tableName } from '../../../src/core/catalog/catalog.ts'
import { decodeCheckpoint, encodeCheckpoint } from '../../../src/core/delivery/checkpoint-codec.ts'
import { type Checkpoint, firstCheckpoint, type Noticed } from '../../../src/core/delivery/checkpoint.ts'
import type { TablesRecord } from '../../../src/core/registry/control-record.ts'
import { type KnownToCatalog, Notices } from '../../../src/core/translation/notices.ts'
import { decodeAll, mariadbTables, recorded, recordedTables } from '../capture/raw-log-of.ts'

const orders = tableName('public', 'orders')
const renamed = tableName('public', 'orders_2026')

const nothingKnown: KnownToCatalog = { knownTables: null, knownColumns: new Map() }

const knowsTables = (onUnknownTable: TablesRecord['onUnknownTable'], tables: readonly string[]): TablesRecord => ({
  kind: 'tables',
  format: 1,
  uuid: 'u',
  basedOn: 0,
  atMs: 0,
  actor: 'ana',
  source: 's',
  tables,
  onUnknownTable,
})

const knows = (onUnknownTable: TablesRecord['onUnknownTable'], ...tables: readonly string[]): KnownToCatalog => ({
  ...nothingKnown,
  knownTables: knowsTables(onUnknownTable, tables),
})

const columnsKnown = (...columns: readonly string[]): KnownToCatalog => ({
  ...knows('report', orders),
  knownColumns: new Map([[orders, new Set(columns)]]),
})

describe('a table that the catalog does not know', () => {
  it('is new at its first row, and a notice from then on', () => {
    const notices = new Notices(undefined, knows('report', orders))
    expect([notices.row(orders, 1), notices.row(renamed, 2), notices.row(renamed, 3)]).toEqual([
      'known',
      'new',
      'unknown',
    ])
    expect(notices.noticed).toEqual({ unknownTables: [{ table: renamed, offset: 2 }], suspectedHeads: null })
  })

  it('is not new to a process that goes on from a checkpoint which names it', () => {
    const before = new Notices(undefined, knows('report', orders))
    before.row(renamed, 2)
    expect(new Notices(before.noticed, knows('report', orders)).row(renamed, 9)).toBe('unknown')
  })

  it('is no notice any more when the catalog comes to know it', () => {
    const notices = new Notices(undefined, knows('report', orders))
    notices.row(renamed, 2)
    notices.know(knows('report', orders, renamed))
    expect(notices.noticed).toBeUndefined()
    expect(notices.row(renamed, 3)).toBe('known')
  })

  it('does not exist where no registration has said what the catalog knows', () => {
    expect(new Notices(undefined, nothingKnown).row(renamed, 2)).toBe('known')
  })

  it('halts its source where the project wants that', () => {
    const notices = new Notices(undefined, knows('halt', orders))
    expect(notices.row(orders, 1)).toBe('known')
    for (const offset of [2, 3]) {
      expect(() => notices.row(renamed, offset)).toThrow(
        expect.objectContaining({
          code: 'UNKNOWN_TABLE',
          message: `offset ${offset}: a row of public.orders_2026, which the catalog does not know`,
        }),
      )
    }
  })

  it('is named among the first sixteen of them, and no checkpoint grows without end', () => {
    const notices = new Notices(undefined, knows('report'))
    for (let part = 0; part < 100; part++) notices.row(tableName('public', `part_${part}`), part)
    expect(notices.noticed?.unknownTables).toHaveLength(16)
  })
})

describe('a column that the catalog does not know', () => {
  it('is said once, at the first row that has it, and once more to nobody who goes on from the checkpoint', () => {
    const notices = new Notices(undefined, columnsKnown('id'))
    const added = { table: orders, column: 'added', offset: 3 }
    expect(notices.columns(orders, ['id'], 2)).toEqual([])
    expect(notices.columns(orders, ['id', 'added'], 3)).toEqual([added])
    expect(notices.columns(orders, ['id', 'added'], 4)).toEqual([])
    expect(notices.noticed).toEqual({ unknownTables: [], unknownColumns: [added], suspectedHeads: null })
    expect(new Notices(notices.noticed, columnsKnown('id')).columns(orders, ['id', 'added'], 5)).toEqual([])
  })

  it('is no notice any more when a catalog knows it, or when no mapping reads its table', () => {
    for (const known of [columnsKnown('id', 'added'), knows('report', orders)]) {
      const notices = new Notices(undefined, columnsKnown('id'))
      notices.columns(orders, ['id', 'added'], 3)
      notices.know(known)
      expect(notices.noticed).toBeUndefined()
      expect(notices.columns(orders, ['id', 'added'], 4)).toEqual([])
    }
  })

  it('is named among the first of them, and no checkpoint grows without end', () => {
    const notices = new Notices(undefined, columnsKnown('id'))
    for (let row = 0; row < 200; row++) notices.columns(orders, ['id', `column_${row}`], row)
    expect(notices.noticed?.unknownColumns).toHaveLength(64)
  })
})

describe('a table that gets another name', () => {
  it('is named with the one before at its first row, also in a halt', () => {
    const notices = new Notices(undefined, knows('report', orders))
    notices.renamed([{ from: orders, to: renamed }])
    expect(notices.row(renamed, 2)).toBe('new')
    expect(notices.formerName(renamed)).toBe(orders)
    const halting = new Notices(undefined, knows('halt', orders))
    halting.renamed([{ from: orders, to: renamed }])
    expect(() => halting.row(renamed, 2)).toThrow(/does not know and which was public\.orders$/)
  })

  it('is said where it has the name of one that the catalog knows, once, until an operator has looked', () => {
    const [fresh, spare] = [tableName('public', 'fresh'), tableName('public', 'spare')]
    const notices = new Notices(undefined, knows('report', orders))
    expect(notices.row(orders, 1)).toBe('known')
    notices.renamed([
      { from: orders, to: spare },
      { from: fresh, to: orders },
      { from: spare, to: fresh },
    ])
    expect(notices.row(orders, 5)).toBe('renamed')
    expect(notices.row(orders, 6)).toBe('known')
    expect(notices.noticed?.renamedTables).toContainEqual({ table: orders, from: fresh, row: 5 })
    const later = new Notices(notices.noticed, knows('report', orders))
    expect([later.row(orders, 7), later.row(fresh, 8)]).toEqual(['known', 'new'])
    later.seen()
    expect(later.noticed?.renamedTables).toBeUndefined()
  })

  it('is nothing when it gets its own name back, and where the catalog knows neither name', () => {
    const notices = new Notices(undefined, knows('report', orders))
    notices.renamed([{ from: orders, to: renamed }])
    notices.renamed([{ from: renamed, to: orders }])
    notices.renamed([{ from: tableName('public', 'a'), to: tableName('public', 'b') }])
    expect(notices.row(orders, 5)).toBe('known')
    expect(notices.noticed).toBeUndefined()
  })
})

describe('a recorded history of a schema', () => {
  /** What is said of it under the catalog with which the recording began. */
  function said(messages: readonly CaptureMessage[], catalog: ReadonlyMap<TableName, Table>): readonly string[] {
    const columnsOf = ({ columns }: Table) => new Set(columns.map(({ name }) => name))
    const notices = new Notices(undefined, {
      ...knows('report', ...catalog.keys()),
      knownColumns: new Map([...catalog.values()].map((table) => [table.name, columnsOf(table)])),
    })
    return messages.flatMap((message) => {
      if (message.kind === 'schemaChange') notices.renamed(message.renames)
      if (message.kind !== 'row') return []
      const { table, offset, change } = message
      const found = notices.row(table, offset)
      const columns = notices.columns(table, change?.after?.columns ?? [], offset)
      return [
        ...(found === 'new' || found === 'renamed'
          ? [`${found} ${table} was ${String(notices.formerName(table))}`]
          : []),
        ...columns.map(({ column }) => `${column} at ${offset}`),
      ]
    })
  }

  it('is told of MariaDB: columns that are added and renamed, tables that are made and renamed', () => {
    const records = recorded('mariadb/schema-changes')
    const messages = decodeAll(records, mariadbTables, mariadbDialect)
    const first = (column: string): string => {
      const record = records.find(
        ({ value }) => String(value).includes(`"op"`) && String(value).includes(`"${column}":`),
      )
      return `${column} at ${record?.offset ?? ''}`
    }
    expect(said(messages, mariadbTables)).toEqual([
      'new shapes.later was null',
      first('added'),
      first('remark'),
      'new shapes.renamed was shapes.later',
    ])
  })

  it('is told of PostgreSQL, in the middle of a transaction', () => {
    const pulled = new Map(
      [...recordedTables].map(([name, table]) => {
        return [name, { ...table, columns: table.columns.filter(({ name: column }) => column !== 'added') }]
      }),
    )
    expect(said(decodeAll(recorded('added-column')), pulled)).toEqual(['added at 125'])
  })
})

describe('suspected lost heads', () => {
  it('are counted, with the last of them by name; a replay counts none twice', () => {
    const notices = new Notices(undefined, nothingKnown)
    for (const [transaction, offset] of [
      ['7', 10],
      ['8', 20],
      ['7', 10],
      ['8', 20],
    ] as const) {
      notices.suspect({ transaction, offset })
    }
    expect(notices.noticed?.suspectedHeads).toEqual({ times: 2, transaction: '8', offset: 20 })
  })
})

describe('an operator who has looked', () => {
  it('takes suspected lost heads away, and no table that the catalog does not know', () => {
    const notices = new Notices(undefined, knows('report', orders))
    notices.row(renamed, 2)
    notices.suspect({ transaction: '7', offset: 10 })
    notices.seen()
    expect(notices.noticed).toEqual({ unknownTables: [{ table: renamed, offset: 2 }], suspectedHeads: null })
  })
})

describe('notices in a checkpoint', () => {
  const checkpoint: Checkpoint = firstCheckpoint({
    source: 's',
    incarnation: 1,
    next: 7,
    registryOffset: 0,
    timeZoneDatabase: 'test',
  })
  const noticed: Noticed = {
    unknownTables: [{ table: renamed, offset: 2 }],
    suspectedHeads: { times: 1, transaction: '7', offset: 4 },
  }
  const drifted: Noticed = {
    ...noticed,
    unknownColumns: [{ table: orders, column: 'added', offset: 3 }],
    renamedTables: [
      { table: renamed, from: orders, row: 2 },
      { table: orders, from: renamed, row: null },
    ],
  }

  it.each([
    ['none', checkpoint],
    ['both kinds', { ...checkpoint, noticed }],
    ['columns and names', { ...checkpoint, noticed: drifted }],
    ['one kind', { ...checkpoint, noticed: { ...noticed, suspectedHeads: null } }],
  ])('come back as they went: %s', (_, written) => {
    expect(decodeCheckpoint(encodeCheckpoint(written))).toStrictEqual(written)
  })

  it.each([null, 1, {}, { ...noticed, unknownTables: [1] }, { ...noticed, suspectedHeads: { times: 1 } }])(
    'that are broken stop the source: %j',
    (broken) => {
      const written = { ...checkpoint, noticed: broken as unknown as Noticed }
      expect(() => decodeCheckpoint(encodeCheckpoint(written))).toThrow(
        expect.objectContaining({ code: 'CHECKPOINT_CORRUPT' }),
      )
    },
  )
})
