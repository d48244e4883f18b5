/** Looks at a PostgreSQL database through its system catalogs, in read-only transactions. */
import type { CaptureFacts } from '../../core/capture/connector/capture-findings.ts'
import { tableName } from '../../core/catalog/catalog.ts'
import type { DatabaseInspector } from '../../ports/database/database-inspector.ts'
import { captureFacts } from './capture-facts.ts'
import {
  type CapturedColumnRow,
  type CapturedTableRow,
  capturedColumnsQuery,
  capturedTablesQuery,
  type LeafRow,
  leavesQuery,
  type PublicationRow,
  type PublishedRow,
  publicationQuery,
  publishedTablesQuery,
  type SettingsRow,
  type SlotRow,
  settingsQuery,
  slotQuery,
  type TypeRow,
  typesWithoutLabelsQuery,
} from './capture-queries.ts'
import { type Ask, connect, type PostgresAddress } from './connection.ts'
import { readTables } from './read-tables.ts'

/** Raises `DATABASE_UNREACHABLE`, `NOT_AUTHORISED`, `CONFIG_INVALID` and, from its methods, `DATABASE_REFUSED`. */
export async function openPostgresInspector(address: PostgresAddress): Promise<DatabaseInspector> {
  const { ask, end } = await connect(address, { default_transaction_read_only: 'on' })
  return {
    tables: async ({ source, schemas }) => ({ source, kind: 'postgres', tables: await readTables(ask, schemas) }),
    capture: async (names) => await capture(ask, names),
    close: end,
  }
}

async function capture(ask: Ask, names: Parameters<DatabaseInspector['capture']>[0]): Promise<CaptureFacts> {
  const published = await ask<PublishedRow>(publishedTablesQuery, [names.publication])
  const tables = [...names.tables, ...published.map(({ schema, name }) => tableName(schema, name))]
  const [settings] = await ask<SettingsRow>(settingsQuery, [])
  const [slot] = await ask<SlotRow>(slotQuery, [names.slot])
  const [publication] = await ask<PublicationRow>(publicationQuery, [names.publication])
  return captureFacts({
    settings,
    slot,
    publication,
    published,
    tables: await ask<CapturedTableRow>(capturedTablesQuery, [tables]),
    leaves: await ask<LeafRow>(leavesQuery, [tables]),
    columns: await ask<CapturedColumnRow>(capturedColumnsQuery, [tables]),
    types: await ask<TypeRow>(typesWithoutLabelsQuery, []),
  })
}
