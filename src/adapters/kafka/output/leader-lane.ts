/** The way to one broker: batches leave in order, several requests at a time. */
import type { Broker, Cluster, Connection } from '../cluster/kafkajs.ts'
import { ProtocolError, protocolError } from '../cluster/protocol-error.ts'
import { connectionFor, pushRequest } from '../cluster/send-request.ts'
import { ownRequests } from '../cluster/own-requests.ts'
import { type ProducedPartition, produceRequest, type ProduceTopic, readProduceResponse } from '../codec/produce.ts'
import type { SealedBatch } from './partition-output.ts'

/**
 * A broker takes the requests of a connection one by one, in order, so that sequence numbers hold; it looks back as
 * many batches of a partition for repeats.
 */
const requestsInFlightMax = 5

export interface LaneParts {
  readonly transactionalId: string | null
  readonly timeoutMs: number
  readonly answered: (batches: readonly SealedBatch[]) => void
  readonly failed: (cause: unknown) => void
}

/** Modes: idle, in which its connection may be made anew · under way, in which everything goes over one connection. */
export class LeaderLane {
  private readonly parts: LaneParts
  private connection: Connection | null = null
  private waiting: SealedBatch[] = []
  private inFlight = 0

  constructor(parts: LaneParts) {
    this.parts = parts
  }

  /** Must be called before batches are sent. Kafkajs may connect and authenticate only while nothing is under way. */
  async ready(broker: Broker): Promise<void> {
    if (this.inFlight > 0) return
    this.connection = await connectionFor(broker, ownRequests.produce)
  }

  send(batches: readonly SealedBatch[]): void {
    this.waiting.push(...batches)
    while (this.waiting.length > 0 && this.inFlight < requestsInFlightMax) void this.request(this.takeNext())
  }

  /** Sends nothing more. */
  drop(): void {
    this.waiting = []
  }

  /** A request carries one batch of each partition. */
  private takeNext(): SealedBatch[] {
    const places = new Set<string>()
    for (const { topic, partition } of this.waiting) {
      const place = `${topic}/${partition}`
      if (places.has(place)) break
      places.add(place)
    }
    return this.waiting.splice(0, places.size)
  }

  /** Runs up to the socket without a pause: the order of calls is the order of requests. */
  private async request(batches: readonly SealedBatch[]): Promise<void> {
    this.inFlight += 1
    try {
      if (this.connection === null) throw new Error('a lane was used before it was ready')
      const request = produceRequest({ ...this.parts, topics: topicsOf(batches) })
      readProduceResponse(await pushRequest(this.connection, request), (place) => describe(place, batches))
    } catch (cause) {
      // The buffers stay with the socket, which may still write them.
      this.parts.failed(cause)
      return
    } finally {
      this.inFlight -= 1
    }
    for (const batch of batches) batch.release()
    this.parts.answered(batches)
    this.send([])
  }
}

/** The broker that takes what is written to a partition. */
export function leaderOf(cluster: Cluster, { topic, partition }: { topic: string; partition: number }): number {
  const leader = cluster.findTopicPartitionMetadata(topic).find(({ partitionId }) => partitionId === partition)?.leader
  if (leader !== undefined) return leader
  throw new ProtocolError(`look-up of ${topic}, partition ${partition}`, protocolError.unknownTopicOrPartition)
}

function topicsOf(batches: readonly SealedBatch[]): ProduceTopic[] {
  const topics = new Map<string, { partition: number; batch: Buffer }[]>()
  for (const { topic, partition, bytes } of batches) {
    const partitions = topics.get(topic) ?? []
    partitions.push({ partition, batch: bytes })
    topics.set(topic, partitions)
  }
  return [...topics].map(([topic, partitions]) => ({ topic, partitions }))
}

/** Sizes and the id of an event, which is a hash: nothing of what stands in it. */
function describe(place: Pick<ProducedPartition, 'topic' | 'partition'>, batches: readonly SealedBatch[]): string {
  const batch = batches.find(({ topic, partition }) => topic === place.topic && partition === place.partition)
  const name = `Produce to ${place.topic}, partition ${place.partition}`
  if (batch === undefined) return name
  const { recordCount, bytes, largest } = batch
  const id = largest.id === null ? '' : `, ce_id ${largest.id}`
  return `${name} (${bytes.length} bytes, ${recordCount} records; the largest has ${largest.bytes} bytes${id})`
}
