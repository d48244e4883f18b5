/**
 * DescribeTransactions, version 0, of one transactional id; kafkajs does not speak it.
 * See https://kafka.apache.org/protocol#The_Messages_DescribeTransactions
 */
import { ownRequests } from '../cluster/own-requests.ts'
import { ProtocolError, protocolError } from '../cluster/protocol-error.ts'
import type { ProtocolRequest } from '../cluster/send-request.ts'
import { ByteReader } from './byte-reader.ts'
import { ByteWriter } from './byte-writer.ts'
import {
  readCompactLength,
  readCompactText,
  skipTaggedFields,
  writeCompactArrayLength,
  writeCompactText,
  writeNoTaggedFields,
} from './flexible-fields.ts'
import type { TransactionalProducer } from './transaction.ts'

export interface DescribedTransaction extends TransactionalProducer {
  readonly state: string
  /** In ms since the epoch; negative where none is open. */
  readonly startMs: number
  readonly topics: readonly string[]
}

export function describeTransactionsRequest(transactionalId: string): ProtocolRequest {
  const writer = new ByteWriter(128)
  // The end of the request's header.
  writeNoTaggedFields(writer)
  writeCompactArrayLength(writer, 1)
  writeCompactText(writer, transactionalId)
  writeNoTaggedFields(writer)
  return { ...ownRequests.describeTransactions, body: [writer.written] }
}

/** Null when the coordinator does not know the id. Raises ProtocolError for any other error. */
export function readDescribeTransactionsResponse(payload: Buffer): DescribedTransaction | null {
  const reader = new ByteReader(payload)
  skipTaggedFields(reader)
  // throttle time
  reader.position += 4
  if (readCompactLength(reader) < 1) return null
  const code = reader.int16()
  if (code === protocolError.transactionalIdNotFound) return null
  if (code !== 0) throw new ProtocolError('DescribeTransactions', code)
  const transactionalId = readCompactText(reader)
  const state = readCompactText(reader)
  // time-out
  reader.position += 4
  const startMs = Number(reader.int64())
  const producerId = reader.int64()
  const producerEpoch = reader.int16()
  return { transactionalId, state, startMs, producerId, producerEpoch, topics: readTopics(reader) }
}

function readTopics(reader: ByteReader): readonly string[] {
  const topics: string[] = []
  for (let count = readCompactLength(reader); count > 0; count--) {
    topics.push(readCompactText(reader))
    const partitions = Math.max(0, readCompactLength(reader))
    reader.position += 4 * partitions
    skipTaggedFields(reader)
  }
  return topics
}
