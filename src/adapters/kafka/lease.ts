/**
 * The lease of a source: membership in a consumer group on its checkpoint topic. The group decides who works, and
 * does nothing else: its consumer never fetches.
 */
import kafkajs, { type Consumer, type Kafka, type PartitionAssigner } from 'kafkajs'
import type { TopicNames } from '../../core/delivery/topic-names.ts'
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'
import type { Grant, Lease } from '../../ports/lease.ts'
import { connectionError } from './cluster/protocol-error.ts'

/** A holder that is gone is replaced after this time; long enough for a slice and a pause of the garbage collector. */
const sessionTimeoutMs = 10_000
const heartbeatIntervalMs = 1_000
/** A paused member looks at its heartbeat only after each of its waits. */
const fetchWaitMs = 500

export function createLease(kafka: Kafka, names: TopicNames, source: string): Lease {
  return new GroupLease(kafka, names.leaseGroup(source), names.checkpoint(source))
}

interface Held {
  readonly end: AbortController
  readonly grant: Grant
  /** By our own clock: the broker may already have given the source to somebody else. */
  watchdog: ReturnType<typeof setTimeout>
}

/**
 * Modes: idle (no member) · joined without the partition · held · closed. Group events move it. A rebalance in which
 * the holder keeps the source does not disturb it; losing the source ends the grant before anything else happens.
 */
class GroupLease implements Lease {
  private readonly kafka: Kafka
  private readonly groupId: string
  private readonly topic: string
  private consumer: Consumer | null = null
  private held: Held | null = null
  private generation = 0
  private closed = false
  private waiting: { resolve: (grant: Grant) => void; reject: (error: Error) => void } | null = null

  constructor(kafka: Kafka, groupId: string, topic: string) {
    this.kafka = kafka
    this.groupId = groupId
    this.topic = topic
  }

  async acquire(): Promise<Grant> {
    if (this.closed) throw closedError()
    if (this.held !== null) return this.held.grant
    const granted = new Promise<Grant>((resolve, reject) => {
      this.waiting = { resolve, reject }
    })
    granted.catch(() => undefined)
    if (this.consumer === null) {
      try {
        await this.join()
      } catch (cause) {
        await this.leave()
        throw connectionError(cause)
      }
    }
    return await granted
  }

  async close(): Promise<void> {
    this.closed = true
    this.waiting?.reject(closedError())
    this.waiting = null
    await this.leave()
  }

  private async join(): Promise<void> {
    const consumer = this.kafka.consumer({
      groupId: this.groupId,
      sessionTimeout: sessionTimeoutMs,
      heartbeatInterval: heartbeatIntervalMs,
      maxWaitTimeInMs: fetchWaitMs,
      allowAutoTopicCreation: false,
      partitionAssigners: [this.assigner()],
      // A member that cannot go on leaves; whoever wants the source acquires it again.
      retry: { retries: 3, restartOnFailure: async () => await Promise.resolve(false) },
    })
    this.consumer = consumer
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
      consumer.pause([{ topic: this.topic }])
      if (payload.memberAssignment[this.topic]?.includes(0) === true) this.grant(consumer)
      else this.end()
    })
    consumer.on(consumer.events.HEARTBEAT, () => this.held?.watchdog.refresh())
    consumer.on(consumer.events.CRASH, () => {
      if (this.consumer === consumer) void this.failed()
    })
    await consumer.connect()
    await consumer.subscribe({ topic: this.topic })
    await consumer.run({ autoCommit: false, eachBatch: async () => await Promise.resolve() })
  }

  /** Gives the source to the member that has it, else to the first: two members never take it from each other. */
  private assigner(): PartitionAssigner {
    const version = 1
    return () => ({
      name: 'falsework-lease',
      version,
      assign: async ({ members }) => {
        const known = members.toSorted((a, b) => (a.memberId < b.memberId ? -1 : 1))
        const chosen = known.find(({ memberMetadata }) => saysItHolds(memberMetadata)) ?? known[0]
        return await Promise.resolve(
          known.map(({ memberId }) => ({
            memberId,
            memberAssignment: kafkajs.AssignerProtocol.MemberAssignment.encode({
              version,
              assignment: memberId === chosen?.memberId ? { [this.topic]: [0] } : {},
              userData: Buffer.alloc(0),
            }),
          })),
        )
      },
      protocol: ({ topics }) => ({
        name: 'falsework-lease',
        metadata: kafkajs.AssignerProtocol.MemberMetadata.encode({
          version,
          topics,
          userData: this.held === null ? Buffer.alloc(0) : holding,
        }),
      }),
    })
  }

  private grant(consumer: Consumer): void {
    if (this.consumer !== consumer || this.closed || this.held !== null) return
    const end = new AbortController()
    const watchdog = setTimeout(() => void this.failed(), sessionTimeoutMs)
    watchdog.unref()
    this.generation += 1
    const grant: Grant = {
      generation: this.generation,
      ended: end.signal,
      release: async () => {
        if (this.consumer === consumer) await this.leave()
      },
    }
    this.held = { end, grant, watchdog }
    this.waiting?.resolve(grant)
    this.waiting = null
  }

  private end(): void {
    if (this.held === null) return
    clearTimeout(this.held.watchdog)
    this.held.end.abort()
    this.held = null
  }

  private async failed(): Promise<void> {
    const { waiting } = this
    this.waiting = null
    await this.leave()
    waiting?.reject(new FalseworkError('KAFKA_UNREACHABLE', `the group ${this.groupId} cannot be reached`))
  }

  private async leave(): Promise<void> {
    const { consumer } = this
    this.consumer = null
    this.end()
    await consumer?.disconnect().catch(() => undefined)
  }
}

const holding = Buffer.from('holds')

function saysItHolds(memberMetadata: Buffer): boolean {
  return kafkajs.AssignerProtocol.MemberMetadata.decode(memberMetadata)?.userData.equals(holding) ?? false
}

const closedError = (): FalseworkError => new FalseworkError('LEASE_CLOSED', 'the lease is closed')
