/** Where a Debezium connector would go on, by the offset that Kafka Connect has stored for it. */

/** One entry of Connect's offsets: whose it is, and the connector's own notes. Numbers are below 2^53. */
export interface StoredOffset {
  readonly partition: Readonly<Record<string, unknown>>
  readonly offset: Readonly<Record<string, unknown>>
}

/**
 * `between`: behind a whole source transaction, as only the transformation `falsework.connect.BoundaryOffsets` or
 * `betweenTransactions` writes it; a start from there repeats whole transactions and loses nothing. `inside`: Debezium
 * would search for the record that it sent last, and may leave rows out. `snapshot`: nothing has been streamed yet.
 */
export type OffsetPlace = 'between' | 'inside' | 'snapshot'

/** What Debezium keeps of a transaction in progress, by the names of 3.5 to 3.7: of PostgreSQL, of MariaDB, of both. */
const isOfTransaction = (name: string): boolean =>
  ['lsn_proc', 'lsn_events_processed', 'event', 'row'].includes(name) || name.startsWith('transaction_')

export function placeOf({ offset }: StoredOffset): OffsetPlace {
  if ('snapshot' in offset) return 'snapshot'
  return Object.keys(offset).some(isOfTransaction) ? 'inside' : 'between'
}

/**
 * The offset moved back to the last commit that the connector has passed, where it stands inside a transaction; else
 * as it is. Before the first commit the offset's own position serves: nothing was committed ahead of it. Of MariaDB the
 * position is the beginning of the transaction already, and only what is to be skipped behind it is taken out.
 */
export function betweenTransactions(stored: StoredOffset): StoredOffset {
  if (placeOf(stored) !== 'inside') return stored
  const kept = Object.entries(stored.offset).filter(([name]) => !isOfTransaction(name))
  if ('file' in stored.offset) return { partition: stored.partition, offset: Object.fromEntries(kept) }
  const lsn = stored.offset['lsn_commit'] ?? stored.offset['lsn']
  return {
    partition: stored.partition,
    offset: { ...Object.fromEntries(kept), lsn, lsn_commit: lsn, messageType: 'COMMIT' },
  }
}
