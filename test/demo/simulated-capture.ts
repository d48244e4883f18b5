/**
 * What the capture room would read for the statements of a transaction, by the column types of `demo/schema.sql`. Every
 * table has REPLICA IDENTITY DEFAULT: of what a row was, the log has its key when it is deleted, and else nothing.
 */
import type { Shop } from '../../demo/old-application/plan/shop.ts'
import type { PlannedTransaction } from '../../demo/old-application/plan/plan-transactions.ts'
import type { Columns, Statement, TableName } from '../../demo/old-application/plan/statement.ts'
import { microsOf } from '../../demo/old-application/plan/wall-time.ts'
import type { RowImage } from '../../src/core/capture/image/row-image.ts'
import { ValueImage } from '../../src/core/capture/image/value-image.ts'
import type { RowChange, SourcePosition } from '../../src/core/capture/row-change.ts'
import { tableName } from '../../src/core/catalog/catalog.ts'
import type { SourceTransaction } from '../../src/core/transaction/source-transaction.ts'

const keys: Readonly<Record<TableName, readonly string[]>> = {
  customers: ['id'],
  products: ['sku'],
  orders: ['id'],
  order_lines: ['order_id', 'line_no'],
  payments: ['id'],
  shipments: ['id'],
  web_orders: ['order_id'],
  web_order_lines: ['order_id', 'line_no'],
  web_order_history: ['entry_id'],
}
/** The order in which foreign keys make rows follow the order they hang on. */
const cascade = ['order_lines', 'payments', 'shipments'] as const
const padding: Readonly<Record<string, number>> = { sku: 6, curr_cd: 3, country: 2 }
const localTimes: ReadonlySet<string> = new Set(['created_at', 'touched_at', 'noted_at'])

interface HeldRow {
  readonly table: TableName
  readonly image: RowImage
}
type UnplacedChange = Pick<RowChange, 'op' | 'before' | 'after'> & { readonly table: TableName }

export class SimulatedCapture {
  private rows = new Map<string, HeldRow>()
  private offset = 1

  constructor(shop: Shop) {
    for (const row of shop.products.values()) this.hold('products', imageOf({ ...row }))
    for (const row of shop.customers.values()) this.hold('customers', imageOf({ ...row }))
  }

  /** The rows that are there now. */
  snapshot(): readonly RowChange[] {
    return [...this.rows.values()].map(({ table, image }) => ({
      table: tableName('public', table),
      op: 'r',
      before: null,
      after: image,
      key: keyOf(table, image),
      rekey: null,
      committedAtUs: 1_800_000_000_000_000n,
      offset: 0,
    }))
  }

  /** null: nothing of it is ever seen. */
  capture({ number, steps, ending }: PlannedTransaction): SourceTransaction | null {
    const atBegin = new Map(this.rows)
    let changes: UnplacedChange[] = []
    const savepoints = new Map<string, { rows: Map<string, HeldRow>; changes: UnplacedChange[] }>()
    for (const { statement } of steps) {
      if (statement.kind === 'savepoint') {
        savepoints.set(statement.name, { rows: new Map(this.rows), changes: [...changes] })
      } else if (statement.kind === 'rollbackTo') {
        const saved = savepoints.get(statement.name)
        this.rows = saved?.rows ?? this.rows
        changes = saved?.changes ?? changes
      } else changes.push(...this.apply(statement))
    }
    if (ending === 'commit' && changes.length > 0) return this.transaction(number, changes)
    this.rows = atBegin
    return null
  }

  private apply(statement: Statement): readonly UnplacedChange[] {
    if (statement.kind === 'insert') {
      const { table } = statement
      const after = imageOf(statement.row)
      this.hold(table, after)
      return [{ table, op: 'c', before: null, after }]
    }
    if (statement.kind === 'update') {
      const { table } = statement
      const before = this.held(table, statement.key)
      const after = new ValueImage({ ...before.toJSON(), ...imageOf(statement.set).toJSON() })
      this.hold(table, after)
      return [{ table, op: 'u', before: null, after }]
    }
    return statement.kind === 'delete' ? this.remove(statement.table, statement.key) : []
  }

  private remove(table: TableName, key: Columns): readonly UnplacedChange[] {
    const before = this.held(table, key)
    this.rows.delete(nameOf(table, before))
    const own: UnplacedChange = { table, op: 'd', before: keyOf(table, before), after: null }
    if (table !== 'orders') return [own]
    const parts = cascade.flatMap((part) =>
      [...this.rows.values()]
        .filter((row) => row.table === part && row.image.get('order_id') === before.get('id'))
        .flatMap(({ image }) => this.remove(part, keyOf(part, image).toJSON() as Columns)),
    )
    return [own, ...parts]
  }

  private hold(table: TableName, image: RowImage): void {
    this.rows.set(nameOf(table, image), { table, image })
  }

  private held(table: TableName, key: Columns): RowImage {
    const held = this.rows.get(nameOf(table, imageOf(key)))
    if (held === undefined) throw new Error(`no ${nameOf(table, imageOf(key))}`)
    return held.image
  }

  private transaction(number: number, changes: readonly UnplacedChange[]): SourceTransaction {
    const committedAtUs = 1_800_000_000_000_000n + BigInt(number)
    const from = this.offset
    this.offset += changes.length + 2
    return {
      key: `${number}:${committedAtUs}`,
      position: String(number).padStart(20, '0') as SourcePosition,
      committedAtUs,
      changes: changes.map(({ table, op, before, after }, at) => ({
        table: tableName('public', table),
        op,
        before,
        after,
        key: keyOf(table, after ?? before ?? new ValueImage({})),
        rekey: null,
        committedAtUs,
        offset: from + 1 + at,
      })),
      from,
      to: this.offset,
      proof: 'end',
    }
  }
}

function imageOf(row: Columns): RowImage {
  const values = Object.entries(row).map(([name, value]): [string, unknown] => {
    if (typeof value !== 'string') return [name, value]
    if (localTimes.has(name)) return [name, microsOf(value)]
    return [name, value.padEnd(padding[name] ?? 0)]
  })
  return new ValueImage(Object.fromEntries(values))
}

const keyOf = (table: TableName, image: RowImage): RowImage =>
  new ValueImage(Object.fromEntries(keys[table].map((name) => [name, image.get(name)])))

const nameOf = (table: TableName, image: RowImage): string => `${table} ${JSON.stringify(keyOf(table, image))}`
