/** How large an event is to a broker: known before there is a record, so that what a topic refuses fails its rule. */
import type { SourcePosition } from '../capture/row-change.ts'
import { tableName } from '../catalog/table-name.ts'
import type { TransactionFacts } from '../transaction/source-transaction.ts'
import type { BusinessEvent, Publication } from './business-event.ts'
import type { OutputRecord } from './event-record.ts'
import { type RecordOf, transactionStamp } from './record-factory.ts'

/** What brokers take in one batch unless they are told otherwise (`message.max.bytes`). */
export const batchBytesMaxByDefault = 1_048_588

/** By the topic's name on Kafka. */
export type BatchBytesMaxOf = (topic: string) => number

export interface SizeLimit {
  /** Of a batch, as brokers count. */
  readonly bytesMax: number
  /** Of a batch with one event of the publication, but for what `eventBytes` adds. */
  readonly fixedBytes: number
}

/** An event of any other publication may have any size. */
export type SizeLimits = ReadonlyMap<Publication, SizeLimit>

export interface SentWith {
  /** That it says; null: it says none. */
  readonly scope: string | null
  readonly transaction: Pick<TransactionFacts, 'key' | 'position'>
}

/** `recordOf`: of an event that says a scope, where those of the publication may. */
export function sizeLimit(publication: Publication, recordOf: RecordOf, bytesMax: number): SizeLimit {
  return { bytesMax, fixedBytes: batchBytes(recordOf({ ...sampleEvent, publication }, sampleStamp)) }
}

/** Of a batch that holds this event alone: never too few, and some dozens too many. */
export function eventBytes(
  { fixedBytes }: SizeLimit,
  { key, subject, value }: Pick<BusinessEvent, 'key' | 'subject' | 'value'>,
  { scope, transaction }: SentWith,
): number {
  const keyBytes = Buffer.byteLength(key)
  const subjectBytes = subject === key ? keyBytes : Buffer.byteLength(subject)
  const scopeBytes = scope === null ? 0 : Buffer.byteLength(scope)
  // The key is a header as well.
  const ofEvent = 2 * keyBytes + subjectBytes + scopeBytes + value.length
  return fixedBytes + ofEvent + transaction.key.length + transaction.position.length
}

/** Its record has all headers, those that are of one length with their length, and raw offsets as long as can be. */
const sampleEvent: Omit<BusinessEvent, 'publication'> = {
  key: '',
  subject: '',
  timeUs: 0n,
  fields: {},
  value: Buffer.alloc(0),
  anchor: { table: tableName('', ''), ordinal: 0, order: 0, offset: 0, group: 'entered' },
  index: 0,
}
const sampleStamp = transactionStamp({
  source: '',
  incarnation: 1,
  transaction: {
    key: '',
    position: '' as SourcePosition,
    committedAtUs: 0n,
    from: Number.MAX_SAFE_INTEGER - 1,
    to: Number.MAX_SAFE_INTEGER,
    proof: 'end',
  },
})

const batchHeaderBytes = 61
/** Attributes, difference of time, difference of offset. */
const recordHeaderBytes = 3
/** Of a length: what a varint takes at most. */
const lengthBytes = 5

function batchBytes({ key, value, fixedHeaders, headers }: OutputRecord): number {
  const texts = [...fixedHeaders.flat(), ...headers]
  const textBytes = texts.reduce((total, text) => total + lengthBytes + Buffer.byteLength(text), 0)
  // Lengths of the record, its key, its value, and the number of headers.
  const lengths = 4 * lengthBytes
  return batchHeaderBytes + recordHeaderBytes + lengths + (key?.length ?? 0) + (value?.length ?? 0) + textBytes
}
