import type { SignalSender } from '../../ports/database/signal-sender.ts'
import { connect, type PostgresAddress } from './connection.ts'
import { postgresNames } from '../../core/catalog/sql-names.ts'

const { quotedTable } = postgresNames

/** Raises `DATABASE_UNREACHABLE`, `NOT_AUTHORISED` and `CONFIG_INVALID`. */
export async function openPostgresSignalSender(address: PostgresAddress): Promise<SignalSender> {
  const session = await connect(address, {})
  return {
    send: async ({ table, id, type, data }) => {
      await session.ask(`INSERT INTO ${quotedTable(table)} VALUES ($1, $2, $3)`, [id, type, data])
    },
    close: session.end,
  }
}
