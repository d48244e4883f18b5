/**
 * Databases with a binlog: `transaction.id` is the GTID of the transaction, the same in BEGIN, rows and END (Debezium's
 * `BinlogTransactionMonitor`). Without GTIDs it is `file=…,pos=…`, which a reset of the binlog uses twice: refused.
 */
import type { SourcePosition } from '../row-change.ts'
import type { SourceDialect, TransactionHabits } from '../source-dialect.ts'
import { sourcePosition } from './source-position.ts'

const transactions: TransactionHabits = { end: 'not at schema changes', empty: 'seen' }

/** `domain-server-number` (https://mariadb.com/kb/en/gtid/): the number goes on when another server takes over. */
export const mariadbDialect: SourceDialect = dialectOf(/^(\d{1,10})-\d{1,10}-(\d{1,20})$/)

/**
 * `server:number` (https://dev.mysql.com/doc/refman/8.4/en/replication-gtids-concepts.html): another server is another
 * history. From its documentation alone.
 */
export const mysqlDialect: SourceDialect = dialectOf(/^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}):(\d{1,20})$/)

/** The form captures the history and the number of a transaction in it. */
function dialectOf(form: RegExp): SourceDialect {
  const positionOf = (id: string): SourcePosition | null => {
    const [, history, number] = form.exec(id) ?? []
    return history === undefined || number === undefined ? null : sourcePosition(`${history}:`, BigInt(number))
  }
  return { schemaField: 'db', transactionOf: (id) => (form.test(id) ? id : null), positionOf, transactions }
}
