import type { CaptureFacts } from '../../core/capture/connector/capture-findings.ts'
import type { Catalog, TableName } from '../../core/catalog/catalog.ts'
import type { TableSample, WantedSample } from '../../core/scaffold/table-sample.ts'

/**
 * Looks at a legacy database without changing it.
 *
 * To the implementer: read-only; spell types as the database does, with length and scale.
 */
export interface DatabaseInspector {
  /** Tables of the given schemas (or names), with columns, keys, identity and known values. */
  tables(selection: { readonly source: string; readonly schemas: readonly string[] }): Promise<Catalog>
  /**
   * What capture needs of the database: settings, slot, publication, and the given tables beside the published ones. The
   * names of what it does not have mean nothing to it.
   */
  capture(names: {
    readonly slot: string
    readonly publication: string
    readonly tables: readonly TableName[]
  }): Promise<CaptureFacts>
  /**
   * What the replication slot has been confirmed to, as the database spells a position; null: there is no such slot, or the
   * database has none. Cheap: it is asked for all the time.
   */
  slotPosition(slot: string): Promise<string | null>
  /**
   * Some rows of a table, no row twice: spread over it, or the newest, where that costs no more than any other. Of a column
   * of which presence alone is asked for no value leaves the database.
   */
  sample(wanted: WantedSample): Promise<TableSample>
  close(): Promise<void>
}
