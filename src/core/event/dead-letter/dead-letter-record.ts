/** A failed input as records that say everything there is to say about it: nothing else has to be found to judge it. */
import type { EventAnchor } from '../business-event.ts'
import { letterKeys, letterRecords } from './dead-letter-parts.ts'
import type { OutputRecord } from '../event-record.ts'
import { uuid5 } from '../identity.ts'
import { partitionOf } from '../partition.ts'
import type { TransactionStamp } from '../record-factory.ts'

/** Which input failed. The same input has the same id whenever it fails: compaction keeps its latest failure. */
export interface DeadLetterIdentity {
  readonly mapping: string
  readonly rule: string
  readonly anchor: EventAnchor
  /** Tells the groups of a grouped rule apart; empty for a rule that fires per row. */
  readonly group: string
}

export interface DeadLetterContext {
  readonly stamp: TransactionStamp
  readonly source: string
  readonly incarnation: number
  readonly topic: string
  readonly partitions: number
  readonly revisionHash: string
  /** What it is translated again from, as JSON; null: it cannot be. */
  readonly input: object | null
}

/**
 * One record, unless it is large: key is the id, value is JSON with `failure` (class, place, images: whatever the
 * mapping room says of it) in a frame of origin. All records go to the partition of the id. Integers beyond 2^53 are written as bare JSON numbers, as Debezium sent them; bytes as hex.
 */
export function deadLetterRecords(
  identity: DeadLetterIdentity,
  failure: Readonly<Record<string, unknown>>,
  context: DeadLetterContext,
): readonly OutputRecord[] {
  const { stamp, topic, partitions, source, incarnation, revisionHash, input } = context
  const { transaction } = stamp
  const { mapping, rule, anchor, group } = identity
  const id = deadLetterId(identity, stamp)
  const letter = {
    format: 1,
    id,
    source,
    incarnation,
    mapping,
    revision: revisionHash,
    rule,
    group,
    anchor: { table: anchor.table, ordinal: anchor.ordinal, offset: anchor.offset },
    transaction: transaction.key,
    position: transaction.position,
    committedAtUs: transaction.committedAtUs,
    raw: { from: transaction.from, to: transaction.to },
    failure,
  }
  const partition = partitionOf(Buffer.from(id), partitions)
  return letterRecords(letter, input).map((record) => ({ ...record, topic, partition, key: Buffer.from(record.key) }))
}

/** The key of its first record. */
export function deadLetterId(
  { mapping, rule, anchor, group }: DeadLetterIdentity,
  stamp: Pick<TransactionStamp, 'identity'>,
): string {
  const { table, ordinal, derived } = anchor
  const parts = ['dead-letter', stamp.identity, mapping, rule, table, ordinal, group]
  return uuid5([...parts, ...(derived === undefined ? [] : ['derived'])].join('\0'))
}

/** Says that the input of a dead letter is decided; nothing is left of its `records`. */
export function decidedRecords(
  { id, records }: { readonly id: string; readonly records: number },
  { topic, partitions }: Pick<DeadLetterContext, 'topic' | 'partitions'>,
): readonly OutputRecord[] {
  const partition = partitionOf(Buffer.from(id), partitions)
  return letterKeys(id, records).map((key) => {
    return { topic, partition, key: Buffer.from(key), value: null, fixedHeaders: [], headers: [] }
  })
}
