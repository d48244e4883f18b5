import type { Catalog, TableName } from '../core/catalog/catalog.ts'

/**
 * Looks at a legacy database without changing it.
 *
 * To the implementer: read-only; spell types as the database does, with length and scale.
 */
export interface DatabaseInspector {
  /** Tables of the given schemas (or names), with columns, keys, identity and known values. */
  tables(selection: { readonly source: string; readonly schemas: readonly string[] }): Promise<Catalog>
  /** What capture needs of the database: settings, slot, publication. */
  capture(names: { readonly slot: string; readonly publication: string }): Promise<CaptureFacts>
  close(): Promise<void>
}

export interface CaptureFacts {
  /** `wal_level`, as the server says it. */
  readonly walLevel: string
  readonly serverVersion: string
  /** null: no such slot. */
  readonly slot: {
    readonly active: boolean
    readonly retainedBytes: number
    readonly confirmedLsn: string | null
  } | null
  /** null: no such publication. */
  readonly publishedTables: readonly TableName[] | null
}
