/** Fetch, version 11, of one partition, read_committed. See https://kafka.apache.org/protocol#The_Messages_Fetch */
import type { ProtocolRequest } from '../cluster/kafkajs.ts'
import { ProtocolError } from '../cluster/protocol-error.ts'
import { ByteReader } from './byte-reader.ts'
import { ByteWriter } from './byte-writer.ts'
import { protocolRequest } from './protocol-request.ts'

const readCommitted = 1

export interface FetchOptions {
  readonly topic: string
  readonly partition: number
  readonly from: number
  readonly maxWaitMs: number
  readonly maxBytes: number
  readonly requestTimeoutMs: number
}

export function fetchRequest(options: FetchOptions): ProtocolRequest {
  const writer = new ByteWriter(128)
  const noReplica = -1
  writer.int32(noReplica)
  writer.int32(options.maxWaitMs)
  writer.int32(1)
  writer.int32(options.maxBytes)
  writer.int8(readCommitted)
  // No fetch session: id 0, epoch -1.
  writer.int32(0)
  writer.int32(-1)
  writer.int32(1)
  writer.text(options.topic)
  writer.int32(1)
  writer.int32(options.partition)
  writer.int32(-1)
  writer.int64FromNumber(options.from)
  writer.int64FromNumber(-1)
  writer.int32(options.maxBytes)
  writer.int32(0)
  writer.text('')
  // The broker holds the answer back for up to maxWaitMs: that is not its being slow.
  return protocolRequest(
    { apiKey: 1, apiVersion: 11, apiName: 'Fetch' },
    writer.written,
    options.requestTimeoutMs + options.maxWaitMs,
  )
}

export interface FetchedPartition {
  readonly logStart: number
  /** Offset after the last record that no open transaction stands before. */
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
  reader.position += 4
  const requestCode = reader.int16()
  if (requestCode !== 0) throw new ProtocolError('Fetch', requestCode)
  // session id
  reader.position += 4
  const topics = reader.int32()
  if (topics !== 1) throw new ProtocolError('Fetch without its partition', -1)
  const topic = reader.text() ?? ''
  reader.position += 4
  // partition
  reader.position += 4
  const code = reader.int16()
  if (code !== 0) throw new ProtocolError(`Fetch of ${topic}`, code)
  // high watermark
  reader.position += 8
  const lastStable = Number(reader.int64())
  const logStart = Number(reader.int64())
  const aborted: AbortedTransaction[] = []
  for (let count = reader.int32(); count > 0; count--) {
    aborted.push({ producerId: reader.int64(), firstOffset: Number(reader.int64()) })
  }
  // preferred read replica
  reader.position += 4
  return { logStart, lastStable, aborted, batches: reader.sized() ?? Buffer.alloc(0) }
}
