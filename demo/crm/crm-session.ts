/** One session of the old applications on MariaDB: carries out its transactions, each exactly once. */
import { setTimeout as sleep } from 'node:timers/promises'
import type mysql from 'mysql2/promise'
import { type CrmAddress, connectToCrm } from './crm-database.ts'
import type { CrmTransaction } from './crm-plan.ts'
import { writeExpected } from './write-expected.ts'

const reconnectEveryMs = 100

/** Modes: connected · without a connection. */
export class CrmSession {
  reconnects = 0
  private readonly address: CrmAddress
  private readonly outageMsMax: number
  private connection: mysql.Connection | null = null

  /** `outageMsMax`: how long the database may be away. */
  constructor(address: CrmAddress, outageMsMax: number) {
    this.address = address
    this.outageMsMax = outageMsMax
  }

  /** Raises an Error when the database is away for too long, or refuses a statement. */
  async carryOut(transaction: CrmTransaction): Promise<void> {
    let outcome: 'none' | 'unknown' = 'none'
    for (;;) {
      try {
        const connection = await this.connected()
        if (outcome === 'unknown' && (await hasCommitted(connection, transaction))) return
        outcome = transaction.ending === 'commit' ? 'unknown' : 'none'
        await this.attempt(connection, transaction)
        return
      } catch (error) {
        await this.close()
        if (!isLostConnection(error)) throw error
        this.reconnects += 1
      }
    }
  }

  async close(): Promise<void> {
    const { connection } = this
    this.connection = null
    await connection?.end().catch(() => undefined)
  }

  private async attempt(connection: mysql.Connection, transaction: CrmTransaction): Promise<void> {
    await connection.query('BEGIN')
    // First of all, so that a repetition waits here for an earlier attempt that the server may still be committing.
    const { number, kind, statements, events, ending } = transaction
    await connection.query('INSERT INTO audit.transactions VALUES (?, ?)', [number, kind])
    for (const [text, ...values] of statements) await connection.query(text, values)
    if (ending === 'commit') await writeExpected(connection, number, events)
    await connection.query(ending === 'commit' ? 'COMMIT' : 'ROLLBACK')
  }

  private async connected(): Promise<mysql.Connection> {
    const deadline = performance.now() + this.outageMsMax
    while (this.connection === null) {
      try {
        this.connection = await connectToCrm(this.address)
      } catch (error) {
        if (!isLostConnection(error) || performance.now() >= deadline) throw error
        await sleep(reconnectEveryMs)
      }
    }
    return this.connection
  }
}

async function hasCommitted(connection: mysql.Connection, { number }: CrmTransaction): Promise<boolean> {
  const [rows] = await connection.query<mysql.RowDataPacket[]>(
    'SELECT 1 FROM audit.transactions WHERE id = ? FOR UPDATE',
    [number],
  )
  return rows.length > 0
}

/** Codes of Node's sockets, of mysql2, and of a server that shuts down (1053) or has ended the session (1927). */
function isLostConnection(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  // mysql2 gives this one no code.
  if (error.message.includes('connection is in closed state')) return true
  return (
    'code' in error &&
    /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|PROTOCOL_.*|ER_SERVER_SHUTDOWN|ER_CONNECTION_KILLED)$/.test(
      String(error.code),
    )
  )
}
