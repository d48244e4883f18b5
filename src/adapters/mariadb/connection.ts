/** A session with a MariaDB server, whose failures have a code. */
import { type Connection, createConnection, type RowDataPacket } from 'mysql2'
import { brand } from '../../brand.ts'
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'
import { encryptionOf } from './encryption.ts'

export interface MariadbAddress {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
  /** The connector's `database.ssl.mode`; without it the connection is in the clear. */
  readonly sslMode?: string
}

/** A catalog question that takes longer than this waits for a lock that somebody holds. */
const statementTimeoutS = 30
const connectTimeoutMs = 10_000

/** Rows have the shape that stands beside each query; `?` is a value, or a list of them that is not empty. */
export type Ask = <Row>(query: string, parameters: readonly (string | readonly string[])[]) => Promise<readonly Row[]>

export interface Session {
  /** Raises `DATABASE_UNREACHABLE`, `NOT_AUTHORISED` and `DATABASE_REFUSED`. */
  readonly ask: Ask
  /** Row by row, however many there are. Raises the same. */
  readonly stream: <Row>(query: string) => AsyncIterable<Row>
  readonly end: () => Promise<void>
}

/** A session that only reads, unless it is said to write. Raises `DATABASE_UNREACHABLE`, `NOT_AUTHORISED` and `CONFIG_INVALID`. */
export async function connect(address: MariadbAddress, use: 'reads' | 'writes' = 'reads'): Promise<Session> {
  const where = `${address.host}:${address.port}`
  const connection = await opened(address, where)
  const ask: Ask = async <Row>(query: string, parameters: readonly (string | readonly string[])[]) => {
    try {
      const [rows] = await connection.promise().query<(Row & RowDataPacket)[]>(query, [...parameters])
      return rows
    } catch (cause) {
      throw failure(cause, { where, otherwise: 'DATABASE_REFUSED' })
    }
  }
  try {
    await ask(
      `SET SESSION tx_read_only = ${use === 'reads' ? 1 : 0}, SESSION max_statement_time = ${statementTimeoutS}`,
      [],
    )
  } catch (cause) {
    connection.destroy()
    throw cause
  }
  const stream = async function* <Row>(query: string): AsyncGenerator<Row> {
    try {
      for await (const row of connection.query(query).stream()) yield row as Row
    } catch (cause) {
      throw failure(cause, { where, otherwise: 'DATABASE_REFUSED' })
    }
  }
  return { ask, stream, end: async () => await ended(connection) }
}

async function opened({ sslMode, ...address }: MariadbAddress, where: string): Promise<Connection> {
  const ssl = sslMode === undefined ? undefined : encryptionOf(sslMode)
  try {
    const connection = createConnection({
      ...address,
      ...(ssl !== undefined && { ssl }),
      connectTimeout: connectTimeoutMs,
      connectAttributes: { program_name: brand.name },
      // Without these a date would be read in this process's time zone, and a large number rounded.
      dateStrings: true,
      supportBigNumbers: true,
      charset: 'utf8mb4',
    })
    // A connection that breaks while nothing is asked is reported by the next question.
    connection.on('error', () => undefined)
    await connection.promise().connect()
    return connection
  } catch (cause) {
    throw failure(cause, { where, otherwise: 'DATABASE_UNREACHABLE' })
  }
}

/** A connection that is gone needs no farewell. */
async function ended(connection: Connection): Promise<void> {
  try {
    await connection.promise().end()
  } catch {
    connection.destroy()
  }
}

/** Numbers of MariaDB's errors about who asks: account, database, table, column, privilege. */
const aboutTheUser: ReadonlySet<number> = new Set([1044, 1045, 1142, 1143, 1227, 1698])
/** The server is shutting down, or has ended the connection. */
const aboutTheConnection: ReadonlySet<number> = new Set([1053, 1152, 1158, 1159, 1160, 1161, 1927])

function failure(cause: unknown, { where, otherwise }: { where: string; otherwise: string }): FalseworkError {
  const words = cause instanceof Error ? cause.message : 'unknown failure'
  const number = answerOf(cause)
  // What is no answer of the server is the connection's failure, whenever it comes.
  const lost = number === null || aboutTheConnection.has(number)
  const code = lost ? 'DATABASE_UNREACHABLE' : aboutTheUser.has(number) ? 'NOT_AUTHORISED' : otherwise
  return new FalseworkError(code, `MariaDB at ${where}: ${words}`, { cause })
}

/** The number of the server's error; an answer has an SQLSTATE, and what the client says by itself has none. */
function answerOf(cause: unknown): number | null {
  if (!(cause instanceof Error) || !('errno' in cause) || !('sqlState' in cause)) return null
  return typeof cause.errno === 'number' && typeof cause.sqlState === 'string' ? cause.errno : null
}
