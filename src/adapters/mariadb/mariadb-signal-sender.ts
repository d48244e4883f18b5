import type { SignalSender } from '../../ports/database/signal-sender.ts'
import { connect, type MariadbAddress } from './connection.ts'
import { mariadbNames } from '../../core/catalog/sql-names.ts'

const { quotedTable } = mariadbNames

/** Raises `DATABASE_UNREACHABLE`, `NOT_AUTHORISED` and `CONFIG_INVALID`. */
export async function openMariadbSignalSender(address: MariadbAddress): Promise<SignalSender> {
  const session = await connect(address, 'writes')
  return {
    send: async ({ table, id, type, data }) => {
      await session.ask(`INSERT INTO ${quotedTable(table)} VALUES (?, ?, ?)`, [id, type, data])
    },
    close: session.end,
  }
}
