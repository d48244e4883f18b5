/** Rows of the system catalogs to what the conditions of capture ask. */
import {
  type ColumnFacts,
  type PostgresFacts,
  type PublicationFacts,
  publishedOperations,
  type TableFacts,
} from '../../core/capture/connector/postgres-facts.ts'
import { tableName } from '../../core/catalog/catalog.ts'
import { tableRights } from '../../core/capture/connector/account-facts.ts'
import type {
  AccountRow,
  CapturedColumnRow,
  CapturedTableRow,
  LeafRow,
  PublicationRow,
  PublishedRow,
  RightsRow,
  SettingsRow,
  SlotRow,
  TypeRow,
} from './capture-queries.ts'
import { replicaIdentityOf } from './catalog-tables.ts'

export interface CaptureRows {
  readonly settings: SettingsRow | undefined
  readonly account: AccountRow | undefined
  readonly rights: readonly RightsRow[]
  readonly slot: SlotRow | undefined
  readonly publication: PublicationRow | undefined
  readonly published: readonly PublishedRow[]
  readonly tables: readonly CapturedTableRow[]
  readonly leaves: readonly LeafRow[]
  readonly columns: readonly CapturedColumnRow[]
  readonly types: readonly TypeRow[]
}

export function captureFacts(rows: CaptureRows): PostgresFacts {
  const limit = rows.settings?.slotLimitMegabytes ?? -1
  return {
    kind: 'postgres',
    walLevel: rows.settings?.walLevel ?? '',
    serverVersion: rows.settings?.serverVersion ?? '',
    account: accountFacts(rows),
    slotLimitBytes: limit < 0 ? null : limit * 2 ** 20,
    slot: rows.slot ?? null,
    publication: rows.publication === undefined ? null : publicationFacts(rows.publication, rows.published),
    tables: tableFacts(rows),
    typesWithoutLabels: rows.types.map(({ name }) => name),
  }
}

const accountFacts = ({ account, rights }: CaptureRows): PostgresFacts['account'] => ({
  name: account?.name ?? '',
  missing: account?.mayReplicate === false ? ['REPLICATION'] : [],
  tables: new Map(
    rights.map((row) => [tableName(row.schema, row.name), new Set(tableRights.filter((right) => row[right]))]),
  ),
})

const publicationFacts = (row: PublicationRow, published: readonly PublishedRow[]): PublicationFacts => ({
  operations: publishedOperations.filter((operation) => row[operation]),
  viaRoot: row.viaRoot,
  tables: published.map(({ schema, name, columns, rowFilter }) => ({
    name: tableName(schema, name),
    columns,
    rowFilter,
  })),
})

function tableFacts(rows: CaptureRows): readonly TableFacts[] {
  const leaves = Map.groupBy(rows.leaves, ({ table }) => table)
  const columns = Map.groupBy(rows.columns, ({ table }) => table)
  return rows.tables.map((row) => ({
    name: tableName(row.schema, row.name),
    identity: replicaIdentityOf(row.identity),
    primaryKey: row.hasPrimaryKey ? 'present' : 'missing',
    root: row.rootSchema === null || row.rootName === null ? null : tableName(row.rootSchema, row.rootName),
    leaves: (leaves.get(row.oid) ?? []).map(({ schema, name, identity }) => ({
      name: tableName(schema, name),
      identity: replicaIdentityOf(identity),
    })),
    columns: (columns.get(row.oid) ?? []).map(columnFacts),
  }))
}

const columnFacts = (row: CapturedColumnRow): ColumnFacts => ({
  name: row.name,
  type: row.type,
  nullable: row.nullable,
  generated: row.isGenerated ? 'generated' : 'stored',
  offsetCheck: row.hasOffsetCheck ? 'present' : 'missing',
})
