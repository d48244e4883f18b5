/** Produce, version 7, with batches that are already encoded. See https://kafka.apache.org/protocol#The_Messages_Produce */
import { ownRequests } from '../cluster/own-requests.ts'
import { ProtocolError } from '../cluster/protocol-error.ts'
import type { ProtocolRequest } from '../cluster/send-request.ts'
import { ByteReader } from './byte-reader.ts'
import type { ByteWriter } from './byte-writer.ts'

const allInSyncReplicas = -1

export interface ProduceTopic {
  readonly topic: string
  readonly partitions: readonly {
    readonly partition: number
    /** Appends the batch to the request. */
    readonly write: (target: ByteWriter) => void
  }[]
}

/** Writes the request into `writer`, which must stay untouched until the request is sent. */
export function produceRequest(
  writer: ByteWriter,
  request: {
    readonly transactionalId: string | null
    readonly timeoutMs: number
    readonly topics: readonly ProduceTopic[]
  },
): ProtocolRequest {
  writer.reset()
  writer.text(request.transactionalId)
  writer.int16(allInSyncReplicas)
  writer.int32(request.timeoutMs)
  writer.int32(request.topics.length)
  for (const { topic, partitions } of request.topics) {
    writer.text(topic)
    writer.int32(partitions.length)
    for (const { partition, write } of partitions) {
      writer.int32(partition)
      const sizeAt = writer.length
      writer.int32(0)
      write(writer)
      writer.bytes.writeInt32BE(writer.length - sizeAt - 4, sizeAt)
    }
  }
  return { ...ownRequests.produce, body: writer.written }
}

export interface ProducedPartition {
  readonly topic: string
  readonly partition: number
  readonly baseOffset: number
}

/** The base offset of each partition, in the order of the response. Raises ProtocolError for the first refused one. */
export function readProduceResponse(payload: Buffer): ProducedPartition[] {
  const reader = new ByteReader(payload)
  const produced: ProducedPartition[] = []
  for (let topics = reader.int32(); topics > 0; topics--) {
    const topic = reader.text() ?? ''
    for (let partitions = reader.int32(); partitions > 0; partitions--) {
      const partition = reader.int32()
      const code = reader.int16()
      const baseOffset = Number(reader.int64())
      // log append time and log start offset
      reader.position += 16
      if (code !== 0) throw new ProtocolError(`Produce to ${topic}`, code)
      produced.push({ topic, partition, baseOffset })
    }
  }
  return produced
}
