import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mariadbDialect } from '../../../../src/core/capture/positions/gtid.ts'
import { KeptForm } from '../../../../src/core/capture/image/other-form.ts'
import { namedForms } from '../../../../src/core/capture/row/named-forms.ts'
import type { RowChange } from '../../../../src/core/capture/row-change.ts'
import { type ForeignKey, type Table, tableName } from '../../../../src/core/catalog/catalog.ts'
import { changedWith, UnfollowedChanges } from '../../../../src/core/rows/cascades/unfollowed-changes.ts'
import { keepsTheSame, storedCatalog, storedTables } from '../../../../src/core/rows/stored/stored-catalog.ts'
import { UNAVAILABLE } from '../../../../src/core/values/value.ts'
import { decodeAll, mariadbSettings, mariadbTables, recorded } from '../../capture/raw-log-of.ts'
import { imageOf, shown, type Values } from '../../images.ts'
import { Kept } from '../kept.ts'
import { InnodbModel, referring, referringTables } from './referring-tables.ts'

const slicesMax = 10

/** Rows in the store, by table, when all slices are written. */
function rowsOf(kept: Kept): Readonly<Record<string, readonly unknown[]>> {
  kept.pending.written()
  for (let slices = 0; slices < slicesMax; slices += 1) kept.bring(4)
  return Object.fromEntries(
    [...kept.rows.tables].map(([table, { range, codec }]) => {
      const own = [...kept.stored].filter(([key]) => key >= range.from && key < range.to)
      const rows = own.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, bytes]) => shown(codec.decode(bytes)))
      return [table, rows]
    }),
  )
}

const told = ({ table, op, before, after, derived }: RowChange): unknown => ({
  table,
  op,
  before: shown(before),
  after: shown(after),
  derived: derived ?? false,
})

describe('what foreign keys change in the recorded database', () => {
  const orders = tableName('shapes', 'orders')
  const refer = (onDelete: ForeignKey['onDelete']): ForeignKey => ({
    columns: ['order_id'],
    references: orders,
    referencedColumns: ['id'],
    onDelete,
    onUpdate: 'cascade',
  })
  const tables = new Map<Table['name'], Table>(mariadbTables)
  for (const [table, onDelete] of [
    ['parts', 'cascade'],
    ['remarks', 'set null'],
  ] as const) {
    const name = tableName('shapes', table)
    const known = mariadbTables.get(name)
    if (known !== undefined) tables.set(name, { ...known, foreignKeys: [refer(onDelete)] })
  }
  const catalog = { source: 'shapes', kind: 'mariadb', tables } as const
  const messages = (name: string) => decodeAll(recorded(`mariadb/${name}`), tables, mariadbDialect)

  it('is done to the rows that are kept, behind the change of the order', () => {
    const kept = new Kept(storedTables(storedCatalog({ capture: mariadbSettings, catalog }, new Set())))
    for (const message of messages('initial-snapshot')) {
      if (message.kind === 'snapshotRow' && message.change !== null) kept.rows.snapshotRow(message.change, false)
    }
    const changes = messages('cascades').flatMap((message) =>
      message.kind === 'row' && message.change !== null ? [message.change] : [],
    )
    const moved = kept.complete(...changes.slice(0, 2))
    expect(moved.slice(2).map(told)).toEqual([
      update('parts', { id: 1, order_id: 2, label: 'a' }, { id: 1, order_id: 40, label: 'a' }),
      update('parts', { id: 2, order_id: 2, label: 'b' }, { id: 2, order_id: 40, label: 'b' }),
      update('remarks', { id: 1, order_id: 2 }, { id: 1, order_id: 40 }),
    ])
    kept.complete(...changes.slice(2))
    const rows = rowsOf(kept)
    expect(rows['shapes.parts']).toEqual([])
    expect(rows['shapes.remarks']).toEqual([{ id: 1, order_id: null }])
  })

  const update = (table: string, before: Values, after: Values) => ({
    table: `shapes.${table}`,
    op: 'u',
    before,
    after,
    derived: true,
  })
})

const ids = fc.nat(2)
const reference = fc.option(ids, { nil: null })
const step = fc.oneof(
  ...Object.entries(referring).map(([table, { columns, key }]) =>
    fc.record({
      act: fc.constant('put' as const),
      table: fc.constant(table),
      values: fc.record(Object.fromEntries(columns.map((column) => [column, key.includes(column) ? ids : reference]))),
    }),
  ),
  fc.record({ act: fc.constant('drop' as const), table: fc.constantFrom('orders', 'parts', 'nodes'), id: ids }),
  fc.record({ act: fc.constant('move' as const), table: fc.constantFrom('orders', 'parts'), id: ids, to: ids }),
)

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

function perform(model: InnodbModel, one: Step): readonly RowChange[] {
  if (one.act === 'move') return model.move(one.table, one.id, one.to)
  const change = one.act === 'put' ? model.put(one.table, one.values) : model.drop(one.table, { id: one.id })
  return change === null ? [] : [change]
}

describe('rows that refer to each other', () => {
  it('are after any history as InnoDB has them, whose log has only what was asked for', () => {
    const history = fc.array(fc.record({ steps: fc.array(step, { minLength: 1, maxLength: 6 }), bring: fc.nat(4) }), {
      maxLength: 8,
    })
    fc.assert(
      fc.property(history, (transactions) => {
        const model = new InnodbModel()
        const kept = new Kept(referringTables)
        for (const { steps, bring } of transactions) {
          kept.complete(...steps.flatMap((one) => perform(model, one)))
          kept.bring(bring)
        }
        const found = rowsOf(kept)
        for (const table of Object.keys(referring)) {
          const expected = model.rows.filter((row) => row.table === table).map(({ values }) => values)
          expect(found[`shop.${table}`]).toHaveLength(expected.length)
          expect(found[`shop.${table}`]).toEqual(expect.arrayContaining(expected))
        }
      }),
      { numRuns: 300 },
    )
  })

  it('have the same changes behind each other whenever they are read again', () => {
    const changes = () => {
      const [model, kept] = [new InnodbModel(), new Kept(referringTables)]
      const rows = [
        model.put('orders', { id: 1 }),
        model.put('parts', { id: 1, order: 1 }),
        model.put('lines', { part: 1, n: 2 }),
        model.put('lines', { part: 1, n: 1 }),
        model.put('notes', { id: 1, part: 1, n: 1, order: 1 }),
        model.drop('orders', { id: 1 }),
      ]
      return kept.complete(...rows.filter((row) => row !== null)).slice(rows.length)
    }
    expect(changes().map(({ table, op }) => `${op} ${table}`)).toEqual([
      'u shop.notes',
      'd shop.parts',
      'd shop.lines',
      'd shop.notes',
      'd shop.lines',
    ])
    expect(changes().map(told)).toEqual(changes().map(told))
  })
})

describe('a table with a foreign key', () => {
  const [parents, children] = [tableName('shop', 'orders'), tableName('shop', 'parts')]
  const key: ForeignKey = {
    columns: ['order'],
    references: parents,
    referencedColumns: ['id'],
    onDelete: 'set null',
    onUpdate: 'no action',
  }
  const table: Table = {
    name: children,
    columns: [
      { name: 'id', type: 'int(11)', nullable: false },
      { name: 'order', type: 'varchar(9)', nullable: true, collation: 'folded' },
      { name: 'short', type: 'varchar(9)', nullable: true, generated: true },
    ],
    primaryKey: ['id'],
    uniqueKeys: [],
    foreignKeys: [key],
    replicaIdentity: null,
  }
  const stored = (one: Table) => {
    const catalog = { source: 'shop', kind: 'mariadb', tables: new Map([[children, one]]) } as const
    return storedCatalog({ capture: mariadbSettings, catalog }, new Set())
  }

  it('does not know what the database computes of a changed child, until its next change', () => {
    const kept = new Kept(storedTables(stored(table)))
    const common = { rekey: null, committedAtUs: 0n, offset: 0 }
    const child = imageOf({ id: 1, order: 'A ', short: 'A' })
    kept.complete({ ...common, table: children, op: 'c', before: null, after: child, key: imageOf({ id: 1 }) })
    const parent = imageOf({ id: 'a' })
    const [, derived] = kept.complete({ ...common, table: parents, op: 'd', before: parent, after: null, key: parent })
    expect(shown(derived?.after)).toEqual({ id: 1, order: null, short: UNAVAILABLE })
  })

  it('finds a child whose column was kept in another form than is promised now, and leaves the rest in that form', () => {
    const kept = new Kept(storedTables(stored(table)))
    const said = { id: 'int32', order: 'string', short: 'string' }
    const promised = ['order', 'short'].map((column) => ({
      column,
      form: 'int32',
      type: 'int(11)',
      use: 'value' as const,
    }))
    kept.rows.expect(new Map([[children, promised]]))
    const common = { rekey: null, committedAtUs: 0n, offset: 0 }
    const child = imageOf({ id: 1, order: 'A ', short: 'A' })
    const forms = namedForms(JSON.stringify(said), said)
    kept.complete({ ...common, table: children, op: 'c', before: null, after: child, key: imageOf({ id: 1 }), forms })
    const parent = imageOf({ id: 'a' })
    const [, derived] = kept.complete({ ...common, table: parents, op: 'd', before: parent, after: null, key: parent })
    expect(derived?.before?.get('short')).toEqual(new KeptForm('A', 'string'))
    expect([derived?.after?.get('order'), derived?.forms]).toEqual([null, forms])
  })

  it('is kept in another way when the key does something else', () => {
    expect(keepsTheSame(stored(table), stored({ ...table, comment: 'of no matter' }))).toBe(true)
    expect(keepsTheSame(stored(table), stored({ ...table, foreignKeys: [{ ...key, onDelete: 'cascade' }] }))).toBe(
      false,
    )
  })
})

describe('a transaction that is not held', () => {
  const [orders, notes] = [tableName('shop', 'orders'), tableName('shop', 'notes')]

  it('changes those tables, too, that refer to its own in some way', () => {
    expect([...changedWith(new Set([tableName('shop', 'parts')]), referringTables)]).toEqual([
      'shop.parts',
      'shop.lines',
      'shop.notes',
    ])
  })

  it('is refused at the first change with which foreign keys may change what a rule wants', () => {
    const [model, unfollowed] = [new InnodbModel(), new UnfollowedChanges(referringTables, new Set([notes]))]
    const changes = [
      model.put('orders', { id: 1 }),
      model.put('orders', { id: 1 }),
      ...model.move('orders', 1, 2),
      model.drop('orders', { id: 2 }),
    ]
    const behind = changes.map((change) => change !== null && unfollowed.behind(change))
    expect(behind).toEqual([null, null, null, notes, notes])
    const unwanted = new UnfollowedChanges(referringTables, new Set([orders]))
    expect(changes.map((change) => change !== null && unwanted.behind(change))).toEqual([null, null, null, null, null])
  })
})
