/** What a raw log has shown that stops nothing and that a person should know: it is part of the checkpoint. */
import type { TableRename } from '../capture/record/table-renames.ts'
import type { RawOffset } from '../capture/row-change.ts'
import type { TableName } from '../catalog/catalog.ts'
import { isFence, isSync } from '../capture/own-tables.ts'
import { type KnownColumns, UnknownColumns } from '../catalog/unknown-columns.ts'
import type { Noticed, RenamedTable, UnknownColumn, UnknownTable } from '../delivery/checkpoint.ts'
import { FalseworkError } from '../diagnostics/falsework-error.ts'
import type { TablesRecord } from '../registry/control-record.ts'
import type { SuspectedHead } from '../transaction/assembly-outcome.ts'

/** Partitions that are captured under their own names can be thousands; a few tell the same. */
const unknownTablesMax = 16
const unknownColumnsMax = 64
const renamedTablesMax = 16

/** What the catalog of a source knows. */
export interface KnownToCatalog {
  /** Null: nobody has said, and then no table is unknown. */
  readonly knownTables: TablesRecord | null
  /** Of tables that mappings read. */
  readonly knownColumns: KnownColumns
}

/**
 * Gathers notices. A table or column that a catalog comes to know is no notice any more; what is gathered twice, since
 * the connector or the daemon went back, counts once.
 */
export class Notices {
  private readonly unknown: Map<string, UnknownTable>
  private readonly unknownColumns: Map<string, UnknownColumn>
  private readonly renames: Map<string, RenamedTable>
  private heads: Noticed['suspectedHeads']
  private known: ReadonlySet<string> | null = null
  private halts = false
  private columnsOf = new UnknownColumns(new Map())
  /** Tables that were seen under this catalog, and whether it knows them. */
  private readonly looked = new Map<TableName, 'known' | 'unknown'>()

  constructor(noticed: Noticed | undefined, knows: KnownToCatalog) {
    this.unknown = new Map(noticed?.unknownTables.map((item) => [item.table, item]))
    this.unknownColumns = new Map(noticed?.unknownColumns?.map((item) => [nameOf(item), item]))
    this.renames = new Map(noticed?.renamedTables?.map((item) => [item.table, item]))
    this.heads = noticed?.suspectedHeads ?? null
    this.know(knows)
  }

  /** From here on the catalog knows this. */
  know({ knownTables, knownColumns }: KnownToCatalog): void {
    this.known = knownTables === null ? null : new Set(knownTables.tables)
    this.halts = knownTables?.onUnknownTable === 'halt'
    this.looked.clear()
    this.columnsOf = new UnknownColumns(knownColumns)
    for (const table of this.unknown.keys()) if (this.known?.has(table) === true) this.forget(table)
    for (const [name, { table, column }] of this.unknownColumns) {
      if (knownColumns.get(table as TableName)?.has(column) !== false) this.unknownColumns.delete(name)
    }
  }

  private forget(table: string): void {
    this.unknown.delete(table)
    this.renames.delete(table)
  }

  /**
   * A row of a table was read: `new` when it is the first one of a table that the catalog does not know, `renamed` when
   * it is the first one since another table has got the name that it knows. Raises FalseworkError `UNKNOWN_TABLE` where
   * the project says that an unknown table halts its source.
   */
  row(table: TableName, offset: RawOffset): 'known' | 'unknown' | 'new' | 'renamed' {
    const found = this.looked.get(table)
    if (found !== undefined) return found
    const unknown = this.known?.has(table) === false && !isFence(table) && !isSync(table)
    const renamed = this.renames.get(table)
    if (unknown && this.halts) {
      const was = renamed === undefined ? '' : ` and which was ${renamed.from}`
      throw new FalseworkError(
        'UNKNOWN_TABLE',
        `offset ${offset}: a row of ${table}, which the catalog does not know${was}`,
      )
    }
    this.looked.set(table, unknown ? 'unknown' : 'known')
    const isFirst = renamed?.row === null
    if (isFirst) this.renames.set(table, { ...renamed, row: offset })
    if (!unknown) return isFirst ? 'renamed' : 'known'
    if (this.unknown.has(table)) return 'unknown'
    if (this.unknown.size < unknownTablesMax) this.unknown.set(table, { table, offset })
    return 'new'
  }

  /** Columns of a row that the catalog does not know and of which nothing was said. */
  columns(table: TableName, columns: readonly string[], offset: RawOffset): readonly UnknownColumn[] {
    const unknown = this.columnsOf.among(columns, table)
    if (unknown.length === 0) return []
    const found = unknown
      .map((column) => ({ table, column, offset }))
      .filter((item) => !this.unknownColumns.has(nameOf(item)))
      .slice(0, unknownColumnsMax - this.unknownColumns.size)
    for (const item of found) this.unknownColumns.set(nameOf(item), item)
    return found
  }

  /** Tables have got other names. Said when a row comes by, where the catalog or a notice names one of the two. */
  renamed(renames: readonly TableRename[]): void {
    for (const { from, to } of renames) {
      const first = this.renames.get(from)?.from ?? from
      this.renames.delete(from)
      this.renames.delete(to)
      this.looked.delete(to)
      const isOfConcern = [first, to].some((name) => this.known?.has(name) === true || this.unknown.has(name))
      if (first === to || !isOfConcern || this.renames.size >= renamedTablesMax) continue
      this.renames.set(to, { table: to, from: first, row: null })
    }
  }

  /** What a table was called; null: nothing is known of another name. */
  formerName(table: TableName): string | null {
    return this.renames.get(table)?.from ?? null
  }

  suspect({ transaction, offset }: SuspectedHead): void {
    // One that was counted before it was published comes again with the replay.
    if (this.heads !== null && offset <= this.heads.offset) return
    this.heads = { times: (this.heads?.times ?? 0) + 1, transaction, offset }
  }

  /** An operator has looked at the transactions that may have lost their first rows, and at the renamed tables. */
  seen(): void {
    this.heads = null
    for (const [table, { row }] of this.renames) if (row !== null) this.renames.delete(table)
  }

  /** Undefined when there is nothing to say. */
  get noticed(): Noticed | undefined {
    const { unknown, unknownColumns, renames, heads } = this
    if (unknown.size + unknownColumns.size + renames.size === 0 && heads === null) return undefined
    return {
      unknownTables: [...unknown.values()],
      ...(unknownColumns.size === 0 ? {} : { unknownColumns: [...unknownColumns.values()] }),
      ...(renames.size === 0 ? {} : { renamedTables: [...renames.values()] }),
      suspectedHeads: heads,
    }
  }
}

const nameOf = ({ table, column }: Pick<UnknownColumn, 'table' | 'column'>): string => `${table}\0${column}`
