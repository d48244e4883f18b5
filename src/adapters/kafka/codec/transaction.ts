/**
 * AddPartitionsToTxn and EndTxn, version 1. See https://kafka.apache.org/protocol#The_Messages_AddPartitionsToTxn
 * kafkajs has both, but raises the first error of a response, which need not be the one that says why.
 */
import { ownRequests } from '../cluster/own-requests.ts'
import { ProtocolError, protocolError } from '../cluster/protocol-error.ts'
import type { ProtocolRequest } from '../cluster/send-request.ts'
import { ByteReader } from './byte-reader.ts'
import { ByteWriter } from './byte-writer.ts'
import type { ProducerIdentity } from './record-batch-writer.ts'

export interface TransactionalProducer extends ProducerIdentity {
  readonly transactionalId: string
}

export interface TopicPartitions {
  readonly topic: string
  readonly partitions: readonly number[]
}

export function addPartitionsRequest(
  producer: TransactionalProducer,
  topics: readonly TopicPartitions[],
): ProtocolRequest {
  const writer = producerWriter(producer)
  writer.int32(topics.length)
  for (const { topic, partitions } of topics) {
    writer.text(topic)
    writer.int32(partitions.length)
    for (const partition of partitions) writer.int32(partition)
  }
  return { ...ownRequests.addPartitions, body: [writer.written] }
}

/**
 * Raises ProtocolError when any partition was not added: with its own error, since the broker answers the healthy
 * partitions of such a request with "not attempted".
 */
export function readAddPartitionsResponse(payload: Buffer): void {
  const reader = new ByteReader(payload)
  // throttle time
  reader.position += 4
  let refused: ProtocolError | null = null
  for (let topics = reader.int32(); topics > 0; topics--) {
    const topic = reader.text() ?? ''
    for (let partitions = reader.int32(); partitions > 0; partitions--) {
      const partition = reader.int32()
      const code = reader.int16()
      if (code === 0) continue
      if (refused === null || refused.code === protocolError.operationNotAttempted) {
        refused = new ProtocolError(`AddPartitionsToTxn of ${topic}, partition ${partition}`, code)
      }
    }
  }
  if (refused !== null) throw refused
}

export function commitRequest(producer: TransactionalProducer): ProtocolRequest {
  const writer = producerWriter(producer)
  const commit = 1
  writer.int8(commit)
  return { ...ownRequests.endTransaction, body: [writer.written] }
}

/** Raises ProtocolError. */
export function readCommitResponse(payload: Buffer): void {
  const reader = new ByteReader(payload)
  // throttle time
  reader.position += 4
  const code = reader.int16()
  if (code !== 0) throw new ProtocolError('EndTxn', code)
}

function producerWriter({ transactionalId, producerId, producerEpoch }: TransactionalProducer): ByteWriter {
  const writer = new ByteWriter(512)
  writer.text(transactionalId)
  writer.int64(producerId)
  writer.int16(producerEpoch)
  return writer
}
