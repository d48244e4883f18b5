/** Rows of one table, as the database reads them, beside those that the row store has of it. */
import { columnDecoder } from '../capture/decode/column-decoder.ts'
import { parseColumnType } from '../capture/decode/column-type.ts'
import type { CaptureSettings } from '../capture/connector/capture-settings.ts'
import { imageOf } from '../capture/image/value-image.ts'
import type { Column, Table } from '../catalog/catalog.ts'
import type { StoreKey } from '../rows/stored/store-key.ts'
import type { StoredTable } from '../rows/stored/stored-table.ts'
import { type ColumnComparison, columnComparison } from './column-comparison.ts'

/** A row as the database writes it: texts in the order of the columns. */
export type TextRow = readonly (string | null)[]

export interface ComparedRow {
  /** Columns that hold another value in the store. */
  readonly different: readonly string[]
  /** Columns of which one side cannot say what they hold. */
  readonly unknown: readonly string[]
}

/** A column that is not compared, and why; the reason goes on after its name. */
export interface PassedColumn {
  readonly column: string
  readonly reason: string
}

interface PlacedColumn {
  readonly name: string
  readonly at: number
  readonly comparison: ColumnComparison
}

export class TableComparison {
  /** All columns that are to be read, in this order. */
  readonly columns: readonly string[]
  readonly passed: readonly PassedColumn[]
  private readonly stored: StoredTable
  private readonly compared: readonly PlacedColumn[]
  private readonly key: readonly PlacedColumn[]

  private constructor(parts: {
    readonly stored: StoredTable
    readonly columns: readonly string[]
    readonly passed: readonly PassedColumn[]
    readonly compared: readonly PlacedColumn[]
    readonly key: readonly PlacedColumn[]
  }) {
    this.stored = parts.stored
    this.columns = parts.columns
    this.passed = parts.passed
    this.compared = parts.compared
    this.key = parts.key
  }

  /**
   * `table` as the database has it now; `stored` as its rows are kept. A reason where its rows cannot be found in the
   * store; it goes on after "table x".
   */
  static of(table: Table, stored: StoredTable, settings: CaptureSettings): TableComparison | string {
    const { keyColumns } = stored
    if (keyColumns === null) return 'has several keys, and any of them may be the one of its rows'
    const columns = table.columns.filter(({ generated }) => generated !== true)
    const compared: PlacedColumn[] = []
    const passed: PassedColumn[] = []
    for (const [at, column] of columns.entries()) {
      const comparison = columnComparison(column, settings)
      if (comparison.kind === 'compared') compared.push({ name: column.name, at, comparison })
      else passed.push({ column: column.name, reason: comparison.reason })
    }
    const key: PlacedColumn[] = []
    for (const name of keyColumns) {
      const column = columns.find((each) => each.name === name)
      const placed = compared.find((each) => each.name === name)
      if (column === undefined) return `has no column ${name}, by which its rows are kept`
      if (placed === undefined || !isExactAsKey(column, settings)) {
        return `has ${column.type} in its key, of which the connector may send other texts for one value`
      }
      key.push(placed)
    }
    return new TableComparison({ stored, columns: columns.map(({ name }) => name), passed, compared, key })
  }

  /** Where the row stands in the store, if it is there; null where nobody can tell. */
  keyOf(row: TextRow): StoreKey | null {
    const key = Object.create(null) as Record<string, unknown>
    for (const { name, at, comparison } of this.key) key[name] = comparison.rawOf(row[at] ?? null)
    return this.stored.keyOf({ key: null, before: null, after: imageOf(key) })
  }

  /** The key for a person, column by column. */
  keyTexts(row: TextRow): Readonly<Record<string, string>> {
    return Object.fromEntries(this.key.map(({ name, at }) => [name, row[at] ?? '']))
  }

  /** The same of a row that only the store has. */
  storedKeyTexts(bytes: Buffer): Readonly<Record<string, string>> {
    const image = this.stored.codec.decode(bytes)
    return Object.fromEntries(this.key.map(({ name }) => [name, String(image.get(name))]))
  }

  compare(row: TextRow, bytes: Buffer): ComparedRow {
    const image = this.stored.codec.decode(bytes)
    const different: string[] = []
    const unknown: string[] = []
    for (const { name, at, comparison } of this.compared) {
      const outcome = comparison.compare(row[at] ?? null, image.get(name))
      if (outcome === 'different') different.push(name)
      if (outcome === 'unknown') unknown.push(name)
    }
    return { different, unknown }
  }
}

/** Kinds of values of which the connector always writes the same text or number for one value. */
const exactKinds: ReadonlySet<string> = new Set([
  'bool',
  'int',
  'long',
  'string',
  'uuid',
  'enum',
  'date',
  'time',
  'localdatetime',
])
const inexactNames: ReadonlySet<string> = new Set(['interval', 'time with time zone'])
/** With more digits Java may write a small number with an exponent. */
const exactScaleMax = 6

function isExactAsKey(column: Column, settings: CaptureSettings): boolean {
  const decoder = columnDecoder(column, settings)
  if (decoder.kind === 'unsupported' || inexactNames.has(parseColumnType(column.type)?.name ?? '')) return false
  const { type } = decoder
  return exactKinds.has(type.kind) || (type.kind === 'decimal' && type.scale <= exactScaleMax)
}
