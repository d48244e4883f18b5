/** A database by its catalog: what statements and cascades make of its rows, as the capture room would have read it. */
import { columnDecoder } from '../../src/core/capture/decode/column-decoder.ts'
import type { CaptureSettings } from '../../src/core/capture/connector/capture-settings.ts'
import type { RowImage } from '../../src/core/capture/image/row-image.ts'
import { ValueImage } from '../../src/core/capture/image/value-image.ts'
import type { RowChange, SourcePosition } from '../../src/core/capture/row-change.ts'
import { type Catalog, type Column, type Table, tableName } from '../../src/core/catalog/catalog.ts'
import { valueOfText } from '../../src/core/mapping/file/value-of-text.ts'
import type { RowsAtHand } from '../../src/core/rows/rows-at-hand.ts'
import { type HeldRows, rowsLeftBy } from '../../src/core/rows/rows-in-memory.ts'
import { netChanges } from '../../src/core/transaction/net-changes.ts'
import type { SourceTransaction } from '../../src/core/transaction/source-transaction.ts'
import type { ValueType } from '../../src/core/values/type.ts'
import type { Value } from '../../src/core/values/value.ts'
import type { PlannedTransaction, Statement, Values } from '../../examples/gitlab/workload/transaction.ts'

type Row = Readonly<Record<string, unknown>>
type Change = Pick<RowChange, 'op' | 'table'> & { readonly before: Row | null; readonly after: Row | null }

interface Surroundings {
  readonly catalog: Catalog
  /** Of the tables that statements name. */
  readonly schema: string
  readonly settings: CaptureSettings
  /** Table, then column, to what the database puts in where nothing is said. */
  readonly defaults: Readonly<Record<string, Values>>
}

export class SimulatedDatabase {
  private readonly surroundings: Surroundings
  private rows = new Map<Table, readonly Row[]>()
  private captured = 0

  constructor(surroundings: Surroundings) {
    this.surroundings = surroundings
    for (const table of surroundings.catalog.tables.values()) this.rows.set(table, [])
  }

  /** With the rows that look-ups see; null: nothing of it is ever seen. */
  capture({ statements, ending }: PlannedTransaction): { transaction: SourceTransaction; rows: RowsAtHand } | null {
    const atBegin = new Map(this.rows)
    const changes = statements.flatMap((statement) => this.apply(statement))
    if (ending === 'rollback') this.rows = atBegin
    if (ending === 'rollback' || changes.length === 0) return null
    const transaction = this.transaction(changes)
    const held = [...atBegin].map(
      ([table, rows]): HeldRows => ({ table, rows: rows.map((row) => new ValueImage(row)) }),
    )
    return { transaction, rows: rowsLeftBy(netChanges(transaction), held, this.surroundings.settings) }
  }

  private apply(statement: Statement): readonly Change[] {
    const table = this.table(statement.table)
    if (statement.kind === 'insert') {
      const after = this.encoded(table, { ...this.surroundings.defaults[statement.table], ...statement.row })
      this.rows.set(table, [...this.held(table), after])
      return [{ op: 'c', table: table.name, before: null, after }]
    }
    const key = Object.entries(statement.key).map(([name, value]) => [name, this.cell(table, name, value)] as const)
    const found = this.held(table).filter((row) => key.every(([name, value]) => row[name] === value))
    if (found.length !== 1)
      throw new Error(`${found.length} rows of ${table.name} for ${JSON.stringify(statement.key)}`)
    if (statement.kind === 'delete') return found.flatMap((row) => this.remove(table, row))
    return found.map((row) => this.change(table, row, statement.set))
  }

  private change(table: Table, before: Row, set: Values): Change {
    const cells = Object.entries(set).map(([name, value]) => [name, this.cell(table, name, value)] as const)
    const after = { ...before, ...Object.fromEntries(cells) }
    this.rows.set(table, [...this.held(table).filter((row) => row !== before), after])
    return { op: 'u', table: table.name, before, after }
  }

  private remove(table: Table, before: Row): readonly Change[] {
    this.rows.set(
      table,
      this.held(table).filter((row) => row !== before),
    )
    const changes: Change[] = [{ op: 'd', table: table.name, before, after: null }]
    for (const other of this.rows.keys()) {
      for (const { references, columns, referencedColumns, onDelete } of other.foreignKeys) {
        if (references !== table.name || onDelete === 'no action') continue
        const pointsHere = (row: Row): boolean =>
          columns.every((column, at) => row[column] === before[referencedColumns[at] ?? ''])
        const nothing = Object.fromEntries(columns.map((column) => [column, null]))
        for (const row of this.held(other).filter(pointsHere)) {
          // An earlier cascade of the same statement may have been there before.
          if (!this.held(other).includes(row)) continue
          if (onDelete === 'cascade') changes.push(...this.remove(other, row))
          else changes.push(this.change(other, row, nothing))
        }
      }
    }
    return changes
  }

  private transaction(changes: readonly Change[]): SourceTransaction {
    this.captured += 1
    const committedAtUs = 1_800_000_000_000_000n + BigInt(this.captured)
    const from = this.captured * 1_000
    return {
      key: `${this.captured}:${committedAtUs}`,
      position: String(this.captured).padStart(20, '0') as SourcePosition,
      committedAtUs,
      changes: changes.map(({ op, table, before, after }, at) => ({
        table,
        op,
        before: before === null ? null : new ValueImage(before),
        after: after === null ? null : new ValueImage(after),
        key: this.keyOf(table, after ?? before ?? {}),
        rekey: null,
        committedAtUs,
        offset: from + 1 + at,
      })),
      from,
      to: from + changes.length + 2,
      proof: 'end',
    }
  }

  private keyOf(name: Table['name'], row: Row): RowImage {
    const key = this.surroundings.catalog.tables.get(name)?.primaryKey ?? []
    return new ValueImage(Object.fromEntries(key.map((column) => [column, row[column]])))
  }

  private encoded(table: Table, values: Values): Row {
    return Object.fromEntries(table.columns.map(({ name }) => [name, this.cell(table, name, values[name] ?? null)]))
  }

  /** As the connector would send it. */
  private cell(table: Table, name: string, value: unknown): unknown {
    const column = table.columns.find((known) => known.name === name)
    if (column === undefined) throw new Error(`no column ${name} in ${table.name}`)
    const decoder = columnDecoder(column, this.surroundings.settings)
    if (decoder.kind === 'unsupported') throw new Error(`column ${name} ${decoder.reason}`)
    return decoder.encode(valueOf(value, decoder.type, column))
  }

  private held(table: Table): readonly Row[] {
    return this.rows.get(table) ?? []
  }

  private table(name: string): Table {
    const table = this.surroundings.catalog.tables.get(tableName(this.surroundings.schema, name))
    if (table === undefined) throw new Error(`no table ${name}`)
    return table
  }
}

function valueOf(given: unknown, type: ValueType, column: Column): Value {
  if (given === null && column.nullable) return null
  if (type.kind === 'list' && Array.isArray(given)) {
    return given.map((item: unknown) => valueOf(item, type.element.type, column))
  }
  const text = given instanceof Uint8Array ? Buffer.from(given).toString('hex') : String(given)
  const value = given === null ? undefined : valueOfText(text, type)
  if (value === undefined) throw new Error(`${text} is no value of column ${column.name}`)
  return value
}
