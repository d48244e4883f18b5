/**
 * Fetch, version 13, of one partition, read_committed. It names the topic by its id, so that a topic that was deleted
 * and made anew is never read on as if it were the same. See https://kafka.apache.org/protocol#The_Messages_Fetch
 */
import { ownRequests } from '../cluster/own-requests.ts'
import { ProtocolError } from '../cluster/protocol-error.ts'
import type { ProtocolRequest } from '../cluster/send-request.ts'
import { ByteReader } from './byte-reader.ts'
import { ByteWriter } from './byte-writer.ts'
import {
  readCompactLength,
  skipTaggedFields,
  topicIdBytes,
  writeCompactArrayLength,
  writeCompactText,
  writeNoTaggedFields,
} from './flexible-fields.ts'

const readCommitted = 1
/** For replica, session epoch, leader epoch, last fetched epoch and log start: we are none and have none. */
const none = -1

export interface FetchOptions {
  readonly topicId: Buffer
  readonly partition: number
  readonly from: number
  readonly maxWaitMs: number
  readonly maxBytes: number
}

export function fetchRequest(options: FetchOptions): ProtocolRequest {
  const writer = new ByteWriter(128)
  // The end of the request's header.
  writeNoTaggedFields(writer)
  writer.int32(none)
  writer.int32(options.maxWaitMs)
  const minBytes = 1
  writer.int32(minBytes)
  writer.int32(options.maxBytes)
  writer.int8(readCommitted)
  const noSession = 0
  writer.int32(noSession)
  writer.int32(none)
  writeCompactArrayLength(writer, 1)
  writer.raw(options.topicId)
  writeCompactArrayLength(writer, 1)
  writer.int32(options.partition)
  writer.int32(none)
  writer.int64FromNumber(options.from)
  writer.int32(none)
  writer.int64FromNumber(none)
  writer.int32(options.maxBytes)
  writeNoTaggedFields(writer)
  writeNoTaggedFields(writer)
  // forgotten topics, rack
  writeCompactArrayLength(writer, 0)
  writeCompactText(writer, '')
  writeNoTaggedFields(writer)
  return { ...ownRequests.fetch, body: [writer.written], heldBackMs: options.maxWaitMs }
}

export interface FetchedPartition {
  /** The offset after the last record that no open transaction stands before. */
  readonly lastStable: number
  readonly aborted: readonly AbortedTransaction[]
  /** Record batches as they stand in the log; the last one may be cut off. */
  readonly batches: Buffer
}

export interface AbortedTransaction {
  readonly producerId: bigint
  readonly firstOffset: number
}

/** Raises ProtocolError for an error of the request or of the partition. */
export function readFetchResponse(payload: Buffer): FetchedPartition {
  const reader = new ByteReader(payload)
  skipTaggedFields(reader)
  // throttle time
  reader.position += 4
  const requestCode = reader.int16()
  if (requestCode !== 0) throw new ProtocolError('Fetch', requestCode)
  // session id
  reader.position += 4
  if (readCompactLength(reader) !== 1) throw new ProtocolError('Fetch without its topic', -1)
  reader.position += topicIdBytes
  if (readCompactLength(reader) !== 1) throw new ProtocolError('Fetch without its partition', -1)
  // partition
  reader.position += 4
  const code = reader.int16()
  if (code !== 0) throw new ProtocolError('Fetch', code)
  // high watermark
  reader.position += 8
  const lastStable = Number(reader.int64())
  // log start
  reader.position += 8
  const aborted: AbortedTransaction[] = []
  for (let count = readCompactLength(reader); count > 0; count--) {
    aborted.push({ producerId: reader.int64(), firstOffset: Number(reader.int64()) })
    skipTaggedFields(reader)
  }
  // preferred read replica
  reader.position += 4
  const size = Math.max(0, readCompactLength(reader))
  return { lastStable, aborted, batches: payload.subarray(reader.position, reader.position + size) }
}
