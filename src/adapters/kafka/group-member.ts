/** One membership in the consumer group that is the lease of a source, from joining to leaving. It never fetches. */
import { AssignerProtocol, type Consumer, type Kafka, type PartitionAssigner } from 'kafkajs'

export interface MembershipOptions {
  readonly kafka: Kafka
  readonly groupId: string
  /** A topic of one partition: whoever is assigned it is the one. */
  readonly topic: string
  /** A member that is silent for so long is replaced. */
  readonly sessionMs: number
  /** Whether this member works on the source now: it keeps the topic then. */
  readonly holds: () => boolean
}

/** What the group tells a member. */
export interface MembershipEvents {
  /** A round of the group has ended. `member` changes when the group had forgotten this one meanwhile. */
  readonly joined: (round: { readonly member: string; readonly assigned: 'yes' | 'no' }) => void
  /** The group knew this member so many ms ago. */
  readonly confirmed: (agoMs: number) => void
  /** The membership has come to an end by itself. */
  readonly failed: (cause: Error) => void
}

/** A tenth of the session: several may get lost before the session does. */
const heartbeatsPerSession = 10
/** A paused member looks whether a heartbeat is due only after each wait of its fetch loop. */
const looksPerHeartbeat = 2

/** Modes: joining · member · left. After `leave` nothing is told any more. */
export class GroupMember {
  private readonly options: MembershipOptions
  private readonly events: MembershipEvents
  private readonly consumer: Consumer
  private joining: Promise<void> | null = null
  private leaving: Promise<void> | null = null
  private heartbeatTookMs = 0

  constructor(options: MembershipOptions, events: MembershipEvents) {
    this.options = options
    this.events = events
    const heartbeatInterval = options.sessionMs / heartbeatsPerSession
    this.consumer = options.kafka.consumer({
      groupId: options.groupId,
      sessionTimeout: options.sessionMs,
      // Longer than a session: a holder that cannot be reached has ended by its own clock before a round goes on without it.
      rebalanceTimeout: options.sessionMs * 1.5,
      heartbeatInterval,
      maxWaitTimeInMs: heartbeatInterval / looksPerHeartbeat,
      allowAutoTopicCreation: false,
      partitionAssigners: [this.assigner()],
      // A member that cannot go on leaves; whoever wants the source joins again.
      retry: { retries: 3, restartOnFailure: async () => await Promise.resolve(false) },
    })
    this.listen()
  }

  /** Resolves when the first round has ended. */
  async join(): Promise<void> {
    const { topic } = this.options
    this.joining = (async () => {
      await this.consumer.connect()
      await this.consumer.subscribe({ topic })
      await this.consumer.run({ autoCommit: false, eachBatch: async () => await Promise.resolve() })
    })()
    await this.joining
  }

  /** Idempotent. A membership that is still joining leaves when it has joined: kafkajs cannot stop it before. */
  async leave(): Promise<void> {
    this.leaving ??= (async () => {
      await this.joining?.catch(() => undefined)
      await this.consumer.disconnect().catch(() => undefined)
    })()
    await this.leaving
  }

  private listen(): void {
    const { consumer, events } = this
    const { topic } = this.options
    const tell = (what: () => void): void => {
      if (this.leaving === null) what()
    }
    consumer.on(consumer.events.GROUP_JOIN, ({ payload: { memberId, memberAssignment } }) => {
      consumer.pause([{ topic }])
      const assigned = memberAssignment[topic]?.includes(0) === true ? 'yes' : 'no'
      tell(() => events.joined({ member: memberId, assigned }))
    })
    consumer.on(consumer.events.REQUEST, ({ payload: { apiName, duration } }) => {
      if (apiName === 'Heartbeat') this.heartbeatTookMs = duration
    })
    const confirmed = (): void => tell(() => events.confirmed(this.heartbeatTookMs))
    consumer.on(consumer.events.HEARTBEAT, confirmed)
    // Told by the answer to a heartbeat, which the group counts all the same.
    consumer.on(consumer.events.REBALANCING, confirmed)
    consumer.on(consumer.events.CRASH, ({ payload: { error } }) => tell(() => events.failed(error)))
  }

  /** Gives the source to the member that has it, else to the first: two members never take it from each other. */
  private assigner(): PartitionAssigner {
    const { topic, holds } = this.options
    const version = 1
    const name = 'falsework-lease'
    return () => ({
      name,
      version,
      assign: async ({ members }) => {
        const known = members.toSorted((a, b) => (a.memberId < b.memberId ? -1 : 1))
        const chosen = known.find(({ memberMetadata }) => saysItHolds(memberMetadata)) ?? known[0]
        return await Promise.resolve(
          known.map(({ memberId }) => ({
            memberId,
            memberAssignment: AssignerProtocol.MemberAssignment.encode({
              version,
              assignment: memberId === chosen?.memberId ? { [topic]: [0] } : {},
              userData: Buffer.alloc(0),
            }),
          })),
        )
      },
      protocol: ({ topics }) => {
        const userData = holds() ? holding : Buffer.alloc(0)
        return { name, metadata: AssignerProtocol.MemberMetadata.encode({ version, topics, userData }) }
      },
    })
  }
}

const holding = Buffer.from('holds')

function saysItHolds(memberMetadata: Buffer): boolean {
  return AssignerProtocol.MemberMetadata.decode(memberMetadata)?.userData.equals(holding) ?? false
}
