/** Which columns rows have that the catalog does not know: asked at every row, looked up once for each layout. */
import type { TableName } from './catalog.ts'

export type KnownColumns = ReadonlyMap<TableName, ReadonlySet<string>>

const none: readonly string[] = []

export class UnknownColumns {
  private readonly known: KnownColumns
  /** The columns of each table's last row, as one and the same list where rows are written in one layout. */
  private readonly latest = new Map<TableName, readonly string[]>()

  constructor(known: KnownColumns) {
    this.known = known
  }

  /** None for the columns of the row before, and for a table of which no column is known. */
  among(columns: readonly string[], table: TableName): readonly string[] {
    if (this.latest.get(table) === columns) return none
    this.latest.set(table, columns)
    const known = this.known.get(table)
    return known === undefined ? none : columns.filter((column) => !known.has(column))
  }
}
