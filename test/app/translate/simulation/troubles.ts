/** What is wrong for a while, with the whole cluster or with one source, until a person or time mends it. */
import type { Random } from '../../../../demo/old-application/plan/random.ts'
import type { MemoryKafka } from '../../../../src/adapters/memory/memory-kafka.ts'
import type { ToldState } from '../../../../src/app/translate/source-state.ts'
import { FalseworkError } from '../../../../src/core/diagnostics/falsework-error.ts'
import type { Clock } from '../../../../src/ports/clock-log-metrics.ts'
import { names } from '../../bench-project.ts'
import type { Network } from './simulated-process.ts'

export interface Ground {
  readonly kafka: MemoryKafka
  readonly source: string
  readonly eventTopic: string
}

interface Effect {
  /** By one of these codes a source tells that it has met it. */
  readonly codes: readonly string[]
  /** The code by which it is told to a person when it lasts; null: any will do. */
  readonly halt: string | null
  readonly begin: (ground: Ground) => void
  readonly end: (ground: Ground) => void
}

const allow =
  (name: (ground: Ground) => string, allowed: 'yes' | 'no') =>
  (ground: Ground): void =>
    ground.kafka.cluster.setAllowed(name(ground), allowed)

/** Whoever holds the source loses it: else nobody would ask. */
const leaseIs =
  (code: string) =>
  ({ kafka, source }: Ground): void => {
    kafka.leases.refuse(source, new FalseworkError(code, 'the group does not answer'))
    kafka.leases.expire(source)
  }

const leaseIsBack = ({ kafka, source }: Ground): void => kafka.leases.refuse(source, null)

const batchesUpTo =
  (topic: (ground: Ground) => string, bytes: number) =>
  (ground: Ground): void =>
    ground.kafka.cluster.alterTopic(topic(ground), { 'max.message.bytes': String(bytes) })

const transactionsTake =
  (ms: number) =>
  ({ kafka, source }: Ground): void =>
    kafka.cluster.setPaceMs(names.transactionalId(source), ms)

const idOf = ({ source }: Ground): string => names.transactionalId(source)
const checkpointsOf = ({ source }: Ground): string => names.checkpoint(source)
const eventsOf = ({ eventTopic }: Ground): string => eventTopic

export const transactionTimeoutMs = 10_000

const effects = {
  'transactions-time-out': {
    codes: ['FENCED', 'TRANSACTION_TIMED_OUT'],
    halt: 'TRANSACTION_TIMED_OUT',
    begin: transactionsTake(transactionTimeoutMs + 1_000),
    end: transactionsTake(0),
  },
  'lease-unreachable': {
    codes: ['KAFKA_UNREACHABLE'],
    halt: null,
    begin: leaseIs('KAFKA_UNREACHABLE'),
    end: leaseIsBack,
  },
  'lease-refused': { codes: ['NOT_AUTHORISED'], halt: null, begin: leaseIs('NOT_AUTHORISED'), end: leaseIsBack },
  'publishing-refused': {
    codes: ['PUBLISH_REFUSED'],
    halt: 'PUBLISH_REFUSED',
    begin: allow(idOf, 'no'),
    end: allow(idOf, 'yes'),
  },
  'topics-refused': {
    codes: ['KAFKA_UNREACHABLE'],
    halt: null,
    begin: allow(checkpointsOf, 'no'),
    end: allow(checkpointsOf, 'yes'),
  },
  /** No checkpoint fits: an event that does not would be set aside. */
  'records-too-large': {
    codes: ['PUBLISH_REFUSED'],
    halt: 'PUBLISH_REFUSED',
    begin: batchesUpTo(checkpointsOf, 50),
    end: batchesUpTo(checkpointsOf, 1_048_576),
  },
  /** Each record fits, and those of a large source transaction do not fit together. */
  'batches-too-large': {
    codes: ['PUBLISH_REFUSED'],
    halt: null,
    begin: batchesUpTo(eventsOf, 3_000),
    end: batchesUpTo(eventsOf, 1_048_576),
  },
} as const satisfies Record<string, Effect>

export type TroubleKind = keyof typeof effects
export type MetTrouble = TroubleKind | 'unreachable' | 'slow-brokers'

const kinds = Object.keys(effects) as [TroubleKind, ...TroubleKind[]]
/** Those for which a source halts when they last. */
export const haltingKinds = kinds.filter((kind) => effects[kind].halt !== null)
export const troubleKinds: readonly MetTrouble[] = [...kinds, 'unreachable', 'slow-brokers']

export interface TroublesParts {
  readonly random: Random
  readonly clock: Clock
  readonly kafka: MemoryKafka
  readonly network: Network
  /** Every source has one of this kind, and it lasts; else the seed says. */
  readonly only: TroubleKind | null
}

export class Troubles {
  private readonly parts: TroublesParts
  /** By source; there is one at a time. */
  private readonly present = new Map<string, TroubleKind>()
  private reached = Promise.resolve()
  readonly met = new Set<MetTrouble>()
  /** Those that were told to a person by the name that they have when they last. */
  readonly halted = new Set<TroubleKind>()
  /** Whether everybody has to wait for the cluster. */
  ofAll = false

  constructor(parts: TroublesParts) {
    this.parts = parts
  }

  /** Resolves when the cluster can be reached. */
  async untilReached(): Promise<void> {
    await this.reached
  }

  /** What a process says about a source: a trouble was met when somebody tells of it. */
  told(source: string, { phase, code }: Pick<ToldState, 'phase' | 'code'>): void {
    const kind = this.present.get(source)
    if (kind === undefined || code === null) return
    if (effects[kind].codes.some((known) => known === code)) this.met.add(kind)
    if (phase === 'halted' && effects[kind].halt === code) this.halted.add(kind)
  }

  async visit(ground: Ground): Promise<void> {
    const { random, clock, only } = this.parts
    for (let left = only === null ? random.integer(0, 1) : 1; left > 0; left--) {
      const kind = only ?? random.pick(kinds)
      // At once: what only a beginning can meet must not come too late.
      if (only === null && random.chance(0.6)) await clock.sleep(random.integer(0, 5_000))
      const lengthMs =
        only !== null || random.chance(0.35) ? random.integer(80_000, 120_000) : random.integer(500, 15_000)
      const { begin, end } = effects[kind]
      begin(ground)
      this.present.set(ground.source, kind)
      await clock.sleep(lengthMs)
      end(ground)
      this.present.delete(ground.source)
    }
  }

  /** Nobody reaches the cluster for a while, whatever they are in the middle of. */
  async cutOff(): Promise<void> {
    const { random, clock, kafka } = this.parts
    for (let outages = random.integer(0, 2); outages > 0; outages--) {
      await clock.sleep(random.integer(0, 6_000))
      kafka.cluster.setReachable('no')
      this.met.add('unreachable')
      this.reached = clock.sleep(random.integer(20, 4_000))
      await this.reached
      kafka.cluster.setReachable('yes')
    }
  }

  /** Every way takes up to seconds for a while. */
  async slowDown(): Promise<void> {
    const { random, clock, network } = this.parts
    if (!random.chance(0.3)) return
    await clock.sleep(random.integer(0, 6_000))
    const usualMs = network.wayMsMax
    network.wayMsMax = random.integer(500, 3_000)
    this.ofAll = true
    this.met.add('slow-brokers')
    await clock.sleep(random.integer(2_000, 30_000))
    network.wayMsMax = usualMs
    this.ofAll = false
  }
}
