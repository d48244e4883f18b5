/** Looks at a PostgreSQL database through its system catalogs, in read-only transactions. */
import pg from 'pg'
import { brand } from '../../brand.ts'
import { tableName } from '../../core/catalog/catalog.ts'
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'
import type { DatabaseInspector } from '../../ports/database-inspector.ts'
import {
  type CheckRow,
  type ColumnRow,
  checksQuery,
  columnsQuery,
  type ForeignKeyRow,
  foreignKeysQuery,
  type KeyRow,
  keysQuery,
  type PublishedRow,
  publicationQuery,
  type SettingsRow,
  type SlotRow,
  settingsQuery,
  slotQuery,
  type TableRow,
  tablesQuery,
} from './catalog-queries.ts'
import { catalogTables } from './catalog-tables.ts'

export interface PostgresAddress {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
  readonly database: string
}

/** A catalog question that takes longer than this waits for a lock that somebody holds. */
const statementTimeoutMs = 30_000
const connectTimeoutMs = 10_000

/** Raises `DATABASE_UNREACHABLE`, `NOT_AUTHORISED` and, from its methods, `DATABASE_REFUSED`. */
export async function openPostgresInspector(address: PostgresAddress): Promise<DatabaseInspector> {
  const client = new pg.Client({
    ...address,
    application_name: brand.name,
    options: '-c default_transaction_read_only=on',
    connectionTimeoutMillis: connectTimeoutMs,
    statement_timeout: statementTimeoutMs,
  })
  // A connection that breaks while nothing is asked is reported by the next question.
  client.on('error', () => undefined)
  const where = `${address.host}:${address.port}/${address.database}`
  try {
    await client.connect()
  } catch (cause) {
    throw failure(cause, { where, otherwise: 'DATABASE_UNREACHABLE' })
  }
  const ask: Ask = async <Row extends pg.QueryResultRow>(query: string, parameters: readonly unknown[]) => {
    try {
      return (await client.query<Row>(query, [...parameters])).rows
    } catch (cause) {
      throw failure(cause, { where, otherwise: 'DATABASE_REFUSED' })
    }
  }
  return {
    tables: async ({ source, schemas }) => ({ source, kind: 'postgres', tables: await tables(ask, schemas) }),
    capture: async (names) => await capture(ask, names),
    close: async () => await client.end(),
  }
}

/** Rows have the shape that stands beside each query. */
type Ask = <Row extends pg.QueryResultRow>(query: string, parameters: readonly unknown[]) => Promise<readonly Row[]>

async function tables(ask: Ask, schemas: readonly string[]) {
  return catalogTables({
    tables: await ask<TableRow>(tablesQuery, [schemas]),
    columns: await ask<ColumnRow>(columnsQuery, [schemas]),
    keys: await ask<KeyRow>(keysQuery, [schemas]),
    foreignKeys: await ask<ForeignKeyRow>(foreignKeysQuery, [schemas]),
    checks: await ask<CheckRow>(checksQuery, [schemas]),
  })
}

async function capture(ask: Ask, { slot, publication }: { readonly slot: string; readonly publication: string }) {
  const [settings] = await ask<SettingsRow>(settingsQuery, [])
  const [slotRow] = await ask<SlotRow>(slotQuery, [slot])
  const published = await ask<PublishedRow>(publicationQuery, [publication])
  return {
    walLevel: settings?.walLevel ?? '',
    serverVersion: settings?.serverVersion ?? '',
    slot: slotRow ?? null,
    publishedTables:
      published.length === 0
        ? null
        : published.flatMap(({ schema, name }) => (schema === null || name === null ? [] : [tableName(schema, name)])),
  }
}

/** Classes of SQLSTATE (PostgreSQL documentation, appendix A) that are about who asks. */
const aboutTheUser = /^(28|42501)/
/** The server ends the connection, or the connection itself has failed. */
const aboutTheConnection = /^(08|57P)/

function failure(cause: unknown, { where, otherwise }: { where: string; otherwise: string }): FalseworkError {
  const state = cause instanceof pg.DatabaseError ? (cause.code ?? '') : null
  const words = cause instanceof Error ? cause.message : 'unknown failure'
  // What is no answer of the server is the connection's failure, whenever it comes.
  const lost = state === null || aboutTheConnection.test(state)
  const code = lost ? 'DATABASE_UNREACHABLE' : aboutTheUser.test(state) ? 'NOT_AUTHORISED' : otherwise
  return new FalseworkError(code, `PostgreSQL at ${where}: ${words}`, { cause })
}
