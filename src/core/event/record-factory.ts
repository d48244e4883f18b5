/** Business events to Kafka records: key, frame, CloudEvents headers in binary mode, partition. */
import { brand } from '../../brand.ts'
import type { TransactionFacts } from '../transaction/source-transaction.ts'
import type { BusinessEvent, Publication, Tombstone } from './business-event.ts'
import { epochHeader, eventTypeHeaders, scopeHeader } from './cloud-event-headers.ts'
import { frame } from './confluent-frame.ts'
import type { FixedHeaders, OutputRecord } from './event-record.ts'
import { rfc3339 } from './event-time.ts'
import { eventId, type TransactionIdentity, transactionIdentity } from './identity.ts'
import { partitionOf } from './partition.ts'

/** What one source transaction gives to the records of all its events. Made once per transaction. */
export interface TransactionStamp {
  readonly identity: TransactionIdentity
  readonly transaction: TransactionFacts
  /** The raw offsets that it covers, first and last. */
  readonly raw: string
}

export function transactionStamp(options: {
  readonly source: string
  readonly incarnation: number
  readonly transaction: TransactionFacts
}): TransactionStamp {
  const { source, incarnation, transaction } = options
  return {
    identity: transactionIdentity({ source, incarnation, transactionKey: transaction.key }),
    transaction,
    raw: `${transaction.from}-${transaction.to - 1}`,
  }
}

export interface PublicationRecords {
  readonly publication: Publication
  /** On Kafka: what the mapping names, behind the prefix of the installation. */
  readonly topic: string
  /** Place of the publication in its mapping: events of one row leave in this order. */
  readonly order: number
  readonly source: string
  readonly revisionHash: string
  readonly schema: { readonly id: number; readonly url: string }
  /** Partitions of the topic, as the revision says. */
  readonly partitions: number
  /** Epoch of the scope's owner; 0 as long as nobody has ever taken over. */
  readonly epoch: number
  /** Of the events: the value of the mapping's structural scope; null: it has none, or none can be told. */
  readonly scope: string | null
}

/** Raises nothing: whether the event can be written has been found out when it was made. */
export type RecordOf = (event: BusinessEvent, stamp: TransactionStamp) => OutputRecord

/** The records of one publication of one revision in one scope: what they share is made here, once. */
export function publicationRecordFactory(options: PublicationRecords): RecordOf {
  const { publication, topic, partitions, schema } = options
  const { event: type, version } = publication
  const fixedHeaders = { end: publicationHeaders(options, 'end'), snapshot: publicationHeaders(options, 'snapshot') }
  const order = String(options.order).padStart(3, '0')
  return (event, stamp) => {
    const { transaction } = stamp
    const { table, ordinal, order: row, group, derived } = event.anchor
    const key = Buffer.from(event.key)
    // What a row entered stands behind all that it was before, and before the next row.
    const place = group === undefined ? padded(row) : `${padded(row)}e`
    const sequence = `${transaction.position}-${place}-${order}-${padded(event.index)}`
    const lookedUp = event.lookedUp === undefined ? [] : [`${brand.headerPrefix}looked-up`, event.lookedUp]
    return {
      topic,
      partition: partitionOf(key, partitions),
      key,
      value: frame(schema.id, event.value),
      fixedHeaders: fixedHeaders[transaction.proof],
      headers: [
        'ce_id',
        eventId({
          transaction: stamp.identity,
          table,
          ordinal,
          event: type,
          version,
          index: event.index,
          group,
          derived,
        }),
        'ce_time',
        rfc3339(event.timeUs),
        'ce_subject',
        event.subject,
        'ce_partitionkey',
        event.key,
        'ce_sequence',
        sequence,
        'ce_correlationid',
        transaction.key,
        `${brand.headerPrefix}raw`,
        stamp.raw,
        ...lookedUp,
      ],
    }
  }
}

function publicationHeaders(
  { publication, source, revisionHash, schema, epoch, scope }: PublicationRecords,
  proof: TransactionFacts['proof'],
): FixedHeaders {
  return Object.freeze([
    ...eventTypeHeaders({
      source: `/${brand.name}/${encodeURIComponent(source)}`,
      fullName: publication.contract.fullName,
      schemaUrl: schema.url,
    }),
    [`${brand.headerPrefix}mapping`, `${publication.mapping}@${revisionHash}`],
    [`${brand.headerPrefix}proof`, proof],
    epochHeader(epoch),
    ...(scope === null ? [] : [[scopeHeader, scope] as const]),
    ...deprecationOf(publication),
  ] as const)
}

/** The days from which on consumers should move, and after which the version is no longer published. */
const deprecationOf = ({ deprecated }: Publication): FixedHeaders =>
  deprecated === undefined
    ? []
    : [
        ['deprecation', deprecated.since],
        ['sunset', deprecated.sunset],
      ]

/** Eight digits: a source transaction has fewer rows, and a row fewer events, than a hundred million. */
const padded = (index: number): string => String(100_000_000 + index).slice(1)

export interface TombstoneRecords {
  readonly mapping: string
  /** On Kafka: what the mapping names, behind the prefix of the installation. */
  readonly topic: string
  readonly revisionHash: string
  readonly partitions: number
}

/** Delete markers of one mapping's revision in one topic. They carry no CloudEvents headers: a tombstone is no event. */
export function tombstoneRecordFactory({ mapping, topic, revisionHash, partitions }: TombstoneRecords) {
  const fixedHeaders: FixedHeaders = Object.freeze([
    [`${brand.headerPrefix}mapping`, `${mapping}@${revisionHash}`],
    [`${brand.headerPrefix}proof`, 'end'],
  ] as const)
  return (tombstone: Tombstone, stamp: TransactionStamp): OutputRecord => {
    const key = Buffer.from(tombstone.key)
    return {
      topic,
      partition: partitionOf(key, partitions),
      key,
      value: null,
      fixedHeaders,
      headers: [`${brand.headerPrefix}raw`, stamp.raw],
    }
  }
}
