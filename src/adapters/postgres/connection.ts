/** A session with a PostgreSQL server, whose failures have a code. */
import pg from 'pg'
import { brand } from '../../brand.ts'
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'
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

/** What holds in the session from its beginning, by the names of the server. */
export type SessionSettings = Readonly<Record<string, string>>

/** Rows have the shape that stands beside each query. */
export type Ask = <Row extends pg.QueryResultRow>(
  query: string,
  parameters: readonly unknown[],
) => Promise<readonly Row[]>

export interface Session {
  /** Raises `DATABASE_UNREACHABLE`, `NOT_AUTHORISED` and `DATABASE_REFUSED`. */
  readonly ask: Ask
  /** Rows as the server writes them, each a list of texts. Raises the same. */
  readonly askTexts: (query: string) => Promise<readonly (readonly (string | null)[])[]>
  readonly end: () => Promise<void>
}

/** Raises `DATABASE_UNREACHABLE`, `NOT_AUTHORISED` and `CONFIG_INVALID`. */
export async function connect(address: PostgresAddress, session: SessionSettings): Promise<Session> {
  const client = await opened(address, session)
  const where = placeOf(address)
  const asked = async <Answer>(question: Promise<Answer>): Promise<Answer> => {
    try {
      return await question
    } catch (cause) {
      throw failure(cause, { where, otherwise: 'DATABASE_REFUSED' })
    }
  }
  return {
    ask: async <Row extends pg.QueryResultRow>(query: string, parameters: readonly unknown[]) =>
      (await asked(client.query<Row>(query, [...parameters]))).rows,
    askTexts: async (text) =>
      (await asked(client.query<(string | null)[]>({ text, rowMode: 'array', types: asTexts }))).rows,
    end: async () => await client.end(),
  }
}

const asTexts = { getTypeParser: () => (text: string) => text }

const placeOf = ({ host, port, database }: PostgresAddress): string => `${host}:${port}/${database}`

async function opened({ encryption, ...address }: PostgresAddress, session: SessionSettings): Promise<pg.Client> {
  const ways = encryption === undefined ? [false as const] : attempts(encryption, address.host)
  for (const [index, ssl] of ways.entries()) {
    const client = clientOf(address, { ssl, session })
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

function clientOf(
  address: PostgresAddress,
  { ssl, session }: { readonly ssl: Attempt; readonly session: SessionSettings },
): pg.Client {
  const client = new pg.Client({
    ...address,
    ssl,
    application_name: brand.name,
    options: Object.entries(session)
      .map(([name, value]) => `-c ${name}=${value}`)
      .join(' '),
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
