/** What is known of capture in a PostgreSQL database: its log, slot, publication and tables. */
import type { Table, TableName } from '../../catalog/catalog.ts'
import type { AccountFacts } from './account-facts.ts'

/** What PostgreSQL says of capture. What an older server does not know is null. */
export interface PostgresFacts {
  readonly kind: 'postgres'
  /** `wal_level`, as the server says it. */
  readonly walLevel: string
  readonly serverVersion: string
  /** What the connector logs in as. */
  readonly account: AccountFacts
  /** `max_slot_wal_keep_size`; null: no limit. */
  readonly slotLimitBytes: number | null
  /** null: no such slot. */
  readonly slot: SlotFacts | null
  /** null: no such publication. */
  readonly publication: PublicationFacts | null
  /** Tables that were asked for or are published, as far as they exist. */
  readonly tables: readonly TableFacts[]
  /** Types of the whole database that are enums, or domains over one, and have no labels of their own. */
  readonly typesWithoutLabels: readonly string[]
}

export interface SlotFacts {
  readonly active: boolean
  readonly plugin: string | null
  readonly retainedBytes: number
  readonly confirmedLsn: string | null
  /** `reserved`, `extended`, `unreserved` or `lost`. */
  readonly walStatus: string | null
  /** What may still be written before the slot is in danger; null: no limit. */
  readonly safeBytes: number | null
}

export const publishedOperations = ['insert', 'update', 'delete', 'truncate'] as const
export type PublishedOperation = (typeof publishedOperations)[number]

export interface PublicationFacts {
  readonly operations: readonly PublishedOperation[]
  /** Changes of a partition are published under the name of its root. */
  readonly viaRoot: boolean
  /** With partitions where they are published under their own names. */
  readonly tables: readonly PublishedTable[]
}

export interface PublishedTable {
  readonly name: TableName
  /** null: all of them, also later ones. */
  readonly columns: readonly string[] | null
  /** The condition that a row must meet; null: all rows. */
  readonly rowFilter: string | null
}

export interface TableFacts {
  readonly name: TableName
  readonly identity: Table['replicaIdentity']
  readonly primaryKey: 'present' | 'missing'
  /** The topmost table that this one is a partition of. */
  readonly root: TableName | null
  /** Partitions that hold rows, whose own identities decide what the log has of them. */
  readonly leaves: readonly { readonly name: TableName; readonly identity: Table['replicaIdentity'] }[]
  readonly columns: readonly ColumnFacts[]
}

export interface ColumnFacts {
  readonly name: string
  /** As `format_type` spells it, a domain as the type beneath it. */
  readonly type: string
  readonly nullable: boolean
  /** A computed column, which logical replication leaves out. */
  readonly generated: 'generated' | 'stored'
  /** Whether a CHECK of this column alone speaks of the offset of its time zone. */
  readonly offsetCheck: 'present' | 'missing'
}
