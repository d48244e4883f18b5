import type { CaptureFacts } from '../../core/capture/connector/capture-findings.ts'
import type { Catalog, TableName } from '../../core/catalog/catalog.ts'

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
  close(): Promise<void>
}
