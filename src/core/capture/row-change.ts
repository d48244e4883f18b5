import type { TableName } from '../catalog/catalog.ts'
import type { RowImage } from './image/row-image.ts'
import type { NamedForms } from './row/named-forms.ts'

/** An offset of a raw log. Numbers: 2^53 records are out of reach. */
export type RawOffset = number

/** How a source tells where in its history a commit stands: within one history text order is commit order. */
export type SourcePosition = string & { readonly __brand: 'SourcePosition' }

/** One captured row mutation. */
export interface RowChange {
  readonly table: TableName
  readonly op: 'c' | 'u' | 'd' | 'r' | 't'
  readonly before: RowImage | null
  readonly after: RowImage | null
  /** Tells the row from all others of its table; null where the catalog proves no such key, and for a truncate. */
  readonly key: RowImage | null
  /** A change of key: Debezium sends `d` (old key) then `c` (new key); each half names the other's key. */
  readonly rekey: { readonly half: 'old' | 'new'; readonly otherKey: RowImage } | null
  /** `source.ts_us`: on Postgres the commit time, µs since the epoch. */
  readonly committedAtUs: bigint
  /** Where it stands in the raw log; of a derived change, where that change stands with which it came. */
  readonly offset: RawOffset
  /** The connector has said in which form each column came: one that does not say otherwise is as the catalog promised. */
  readonly formsNamed?: true
  /** As it has said it, where the change is one of the log. */
  readonly forms?: NamedForms
  /** A foreign key has made it, and the database has not logged it. */
  readonly derived?: true
}
