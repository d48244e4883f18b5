/** Brokers that take Produce requests as Kafka does, each from one connection, in order, and answer when they are told to. */
import type { Broker, Cluster, Connection } from '../../../../src/adapters/kafka/cluster/kafkajs.ts'
import { ByteReader } from '../../../../src/adapters/kafka/codec/byte-reader.ts'
import { ByteWriter } from '../../../../src/adapters/kafka/codec/byte-writer.ts'
import { readRecordBatches } from '../../../../src/adapters/kafka/codec/record-batches.ts'

const requestHeaderBytes = 4 + 2 + 2 + 4 + 2 + 'test'.length
const baseSequenceAt = 53
const outOfOrderSequence = 45
const messageTooLarge = 10

interface Pending {
  readonly nodeId: number
  readonly pieces: readonly Buffer[]
  readonly resolve: (answer: { readonly payload: Buffer }) => void
  readonly reject: (error: Error) => void
}

interface Produced {
  readonly place: string
  readonly values: readonly string[]
}

export class ScriptedBrokers {
  /** Of each partition, in the order of the log. */
  readonly logs = new Map<string, string[]>()
  readonly joined: string[] = []
  readonly inFlightMost = new Map<number, number>()
  requests = 0
  batchBytesMax = Number.MAX_SAFE_INTEGER
  private readonly nextSequences = new Map<string, number>()
  private readonly pending: Pending[] = []
  private readonly leaders: number
  private mode: 'at once' | 'held' = 'at once'

  constructor(leaders = 1) {
    this.leaders = leaders
  }

  get inFlight(): number {
    return this.pending.length
  }

  readonly cluster: Cluster = {
    connect: async () => await Promise.resolve(),
    addMultipleTargetTopics: async () => await Promise.resolve(),
    refreshMetadata: async () => await Promise.resolve(),
    findTopicPartitionMetadata: () =>
      Array.from({ length: 12 }, (_, partitionId) => ({ partitionId, leader: partitionId % this.leaders })),
    findBroker: async ({ nodeId }) => await Promise.resolve(this.broker(Number(nodeId))),
    findGroupCoordinator: async () => await Promise.resolve(this.broker(0)),
  }

  /** Answers nothing until `release`. */
  hold(): void {
    this.mode = 'held'
  }

  release(): void {
    this.mode = 'at once'
    for (const pending of this.pending.splice(0)) this.answer(pending)
  }

  /** The connection breaks. */
  cut(): void {
    for (const { reject } of this.pending.splice(0)) reject(new Error('closed connection'))
  }

  private broker(nodeId: number): Broker {
    const connection = this.connection(nodeId)
    return {
      nodeId,
      versions: null,
      connectionPool: { getConnectionByRequest: async () => await Promise.resolve(connection) },
    } as unknown as Broker
  }

  private connection(nodeId: number): Connection {
    let pieces: Buffer[] = []
    let correlation = 0
    return {
      clientId: 'test',
      requestTimeout: 1_000,
      isAuthenticated: () => true,
      authenticate: async () => await Promise.resolve(),
      connectionStatus: 'connected',
      nextCorrelationId: () => (correlation += 1),
      // Nothing is copied: the bytes must be the same when they are answered.
      socket: { cork: () => (pieces = []), write: (piece) => pieces.push(piece) > 0, uncork: () => undefined },
      requestQueue: {
        push: ({ entry: { resolve, reject }, sendRequest }) => {
          sendRequest()
          this.requests += 1
          this.pending.push({ nodeId, pieces, resolve, reject })
          const own = this.pending.filter((pending) => pending.nodeId === nodeId).length
          this.inFlightMost.set(nodeId, Math.max(own, this.inFlightMost.get(nodeId) ?? 0))
          setImmediate(() => {
            const [first] = this.pending
            if (this.mode === 'at once' && first !== undefined) this.answer(this.pending.shift() ?? first)
          })
        },
      },
    }
  }

  private answer({ pieces, resolve }: Pending): void {
    resolve({ payload: this.take(Buffer.concat(pieces)) })
  }

  /** Appends the batches of a Produce request, and gives the answer behind its correlation id. */
  take(request: Buffer): Buffer {
    const reader = new ByteReader(request)
    reader.position = requestHeaderBytes
    reader.text()
    reader.position += 2 + 4
    const writer = new ByteWriter(512)
    const topics = reader.int32()
    writer.int32(topics)
    for (let topicIndex = 0; topicIndex < topics; topicIndex++) {
      const topic = reader.text() ?? ''
      writer.text(topic)
      const partitions = reader.int32()
      writer.int32(partitions)
      for (let index = 0; index < partitions; index++) {
        const partition = reader.int32()
        const size = reader.int32()
        const batch = request.subarray(reader.position, reader.position + size)
        reader.position += size
        writer.int32(partition)
        writer.int16(this.append(`${topic}/${partition}`, batch))
        writer.int64(0n)
        writer.int64(-1n)
        writer.int64(0n)
      }
    }
    writer.int32(0)
    return writer.written
  }

  private append(place: string, batch: Buffer): number {
    if (batch.length > this.batchBytesMax) return messageTooLarge
    const { values } = read(place, batch)
    const sequence = batch.readInt32BE(baseSequenceAt)
    const next = this.nextSequences.get(place) ?? 0
    if (sequence !== next) return outOfOrderSequence
    this.nextSequences.set(place, next + values.length)
    const log = this.logs.get(place) ?? []
    log.push(...values)
    this.logs.set(place, log)
    return 0
  }
}

/** Checks the batch's checksum too. */
function read(place: string, batch: Buffer): Produced {
  const records = readRecordBatches({ batches: batch, aborted: [] }, 0)
  const values = Array.from({ length: records.count }, (_, index) => records.value(index)?.toString() ?? 'null')
  return { place, values }
}
