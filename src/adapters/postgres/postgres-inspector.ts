/** Looks at a PostgreSQL database through its system catalogs, in read-only transactions. */
import pg from 'pg'
import { brand } from '../../brand.ts'
import type { CaptureFacts } from '../../core/capture/connector/capture-findings.ts'
import { tableName } from '../../core/catalog/catalog.ts'
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'
import type { DatabaseInspector } from '../../ports/database-inspector.ts'
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
import {
  type CheckRow,
  type ColumnRow,
  checksQuery,
  columnsQuery,
  type ForeignKeyRow,
  foreignKeysQuery,
  type KeyRow,
  keysQuery,
  type TableRow,
  tablesQuery,
} from './catalog-queries.ts'
import { catalogTables } from './catalog-tables.ts'
import { type Attempt, attempts, type Encryption } from './encryption.ts'

export interface PostgresAddress {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
  readonly database: string
  /** Without it the connection is in the clear. */
  readonly encryption?: Encryption
}

/** A catalog question that takes longer than this waits for a lock that somebody holds. */
const statementTimeoutMs = 30_000
const connectTimeoutMs = 10_000

/** Raises `DATABASE_UNREACHABLE`, `NOT_AUTHORISED`, `CONFIG_INVALID` and, from its methods, `DATABASE_REFUSED`. */
export async function openPostgresInspector(address: PostgresAddress): Promise<DatabaseInspector> {
  const client = await connect(address)
  const where = placeOf(address)
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

const placeOf = ({ host, port, database }: PostgresAddress): string => `${host}:${port}/${database}`

async function connect({ encryption, ...address }: PostgresAddress): Promise<pg.Client> {
  const ways = encryption === undefined ? [false as const] : attempts(encryption, address.host)
  for (const [index, ssl] of ways.entries()) {
    const client = clientOf(address, ssl)
    try {
      await client.connect()
      return client
    } catch (cause) {
      await client.end().catch(() => undefined)
      const another = index + 1 < ways.length && isAboutEncryption(cause)
      if (!another) throw failure(cause, { where: placeOf(address), otherwise: 'DATABASE_UNREACHABLE' })
    }
  }
  throw new FalseworkError('INTERNAL', 'a way of connecting neither succeeded nor failed')
}

function clientOf(address: PostgresAddress, ssl: Attempt): pg.Client {
  const client = new pg.Client({
    ...address,
    ssl,
    application_name: brand.name,
    options: '-c default_transaction_read_only=on',
    connectionTimeoutMillis: connectTimeoutMs,
    statement_timeout: statementTimeoutMs,
  })
  // A connection that breaks while nothing is asked is reported by the next question.
  client.on('error', () => undefined)
  return client
}

/** The server does not encrypt, or its pg_hba.conf has no entry for a connection of this kind. */
function isAboutEncryption(cause: unknown): boolean {
  if (cause instanceof pg.DatabaseError) return cause.code === '28000'
  return cause instanceof Error && cause.message.includes('does not support SSL')
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
