/** Produce, version 7, with batches that are already encoded. See https://kafka.apache.org/protocol#The_Messages_Produce */
import { ownRequests } from '../cluster/own-requests.ts'
import { ProtocolError } from '../cluster/protocol-error.ts'
import type { ProtocolRequest } from '../cluster/send-request.ts'
import { ByteReader } from './byte-reader.ts'
import { ByteWriter } from './byte-writer.ts'

const allInSyncReplicas = -1

export interface ProduceTopic {
  readonly topic: string
  readonly partitions: readonly { readonly partition: number; readonly batch: Buffer }[]
}

/** The batches are sent as they are, between the bytes that frame them. */
export function produceRequest(request: {
  readonly transactionalId: string | null
  readonly timeoutMs: number
  readonly topics: readonly ProduceTopic[]
}): ProtocolRequest {
  const writer = new ByteWriter(512)
  const body: Buffer[] = []
  writer.text(request.transactionalId)
  writer.int16(allInSyncReplicas)
  writer.int32(request.timeoutMs)
  writer.int32(request.topics.length)
  let framed = 0
  for (const { topic, partitions } of request.topics) {
    writer.text(topic)
    writer.int32(partitions.length)
    for (const { partition, batch } of partitions) {
      writer.int32(partition)
      writer.int32(batch.length)
      body.push(writer.bytes.subarray(framed, writer.length), batch)
      framed = writer.length
    }
  }
  return { ...ownRequests.produce, body }
}

export interface ProducedPartition {
  readonly topic: string
  readonly partition: number
  readonly baseOffset: number
}

type PartitionPlace = Omit<ProducedPartition, 'baseOffset'>

/**
 * The base offset of each partition, in the order of the response. Raises ProtocolError for the first refused one,
 * with what `describe` says of it.
 */
export function readProduceResponse(
  payload: Buffer,
  describe = ({ topic, partition }: PartitionPlace): string => `Produce to ${topic}, partition ${partition}`,
): ProducedPartition[] {
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
      if (code !== 0) throw new ProtocolError(describe({ topic, partition }), code)
      produced.push({ topic, partition, baseOffset })
    }
  }
  return produced
}
