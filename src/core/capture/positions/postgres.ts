/**
 * PostgreSQL: `transaction.id` is `xid:lsn`, with the LSN of the record itself in BEGIN and rows and that of the
 * commit in END (Debezium's `PostgresTransactionMonitor`). The order of commits is the order of their LSNs.
 */
import type { SourcePosition } from '../row-change.ts'
import type { SourceDialect } from '../source-dialect.ts'
import { sourcePosition } from './source-position.ts'

const id = /^(\d{1,20}):(\d{1,20})$/

export const postgresDialect: SourceDialect = {
  schemaField: 'schema',
  transactionOf: (text) => {
    const colon = text.indexOf(':')
    return colon > 0 ? text.slice(0, colon) : null
  },
  positionOf: (text) => {
    const lsn = id.exec(text)?.[2]
    return lsn === undefined ? null : postgresPosition(BigInt(lsn))
  },
  // Since version 15.
  transactions: { end: 'always', empty: 'odd' },
}

/** An LSN has 64 bits, and a server of PostgreSQL one history. */
export const postgresPosition = (lsn: bigint): SourcePosition | null => sourcePosition('', lsn)
