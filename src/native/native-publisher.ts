/** Publishing by a native service: who owns is read, then all events and the position become visible together. */
import { nativePositionTopic } from '../core/delivery/own-topics.ts'
import { FalseworkError } from '../core/diagnostics/falsework-error.ts'
import type { OwnershipLog } from '../ports/kafka/ownership-log.ts'
import type { OpenTransactionalOutput, StateTopic, TransactionalOutput } from '../ports/kafka/transactional-output.ts'
import { type EventTypePorts, eventTypes, type NativeContract } from './event-types.ts'
import type { NativeBatch } from './native-event.ts'
import { type Fencing, nativeRecords, type RecordParts } from './native-records.ts'

/**
 * Publishes for a native service, one batch after the other.
 *
 * `NATIVE_NOT_OWNER` and `NATIVE_EVENT` refuse a batch before anything of it is sent, and the publisher stays open. Any
 * other failure spends it, and whether the batch became visible is unknown: close it, open a new one, and go on from the
 * position that this one has. After `NATIVE_FENCED` the service must stop publishing first: falsework takes the scope
 * back, or another instance runs. The others are those of the Kafka ports (`PUBLISH_REFUSED`, `PUBLISH_UNCERTAIN`,
 * `OWNERSHIP_PENDING`, `KAFKA_UNREACHABLE` …), and `PUBLISHER_SPENT` for one that is spent, or was called twice at once.
 */
export interface NativePublisher {
  /** What the last visible transaction carried as its position; null: none ever was. */
  readonly position: string | null
  /** One Kafka transaction: all events and the position become visible together, or none. */
  publish(batch: NativeBatch): Promise<void>
  /** Idempotent. Leaves what is open at the broker to whoever opens next. */
  close(): Promise<void>
}

export interface NativePorts extends EventTypePorts {
  readonly openTransactionalOutput: OpenTransactionalOutput
  readonly ownershipLog: OwnershipLog
  /** Closes all of them; called once, when the publisher is closed or cannot be opened. */
  close(): Promise<void>
}

export interface NativePublisherSettings {
  /** `falsework.native.<mapping>.<number>`, one of those that the migration file declares. */
  readonly transactionalId: string
  /**
   * Of whose scopes it may publish events of its own: the mappings whose migration files declare the id, since with those
   * alone falsework fences it. By default the one that the id names.
   */
  readonly mappings?: readonly string[]
  readonly contracts: readonly NativeContract[]
  /** `ce_source` of the events. */
  readonly source: string
  /** How long the broker lets a transaction stay open, and how long one of falsework's is waited for. */
  readonly transactionTimeoutMs: number
}

/**
 * Fences every older publisher of the id, reads the position behind a barrier, and is ready. Raises `FW2617` for an id
 * that falsework would not fence, `NATIVE_CONTRACT`, `TOPIC_MISSING`, and what the ports say.
 */
export async function openOnPorts(ports: NativePorts, settings: NativePublisherSettings): Promise<NativePublisher> {
  try {
    const fencing = fencingOf(settings)
    const types = await eventTypes(ports, settings)
    const { transactionalId, transactionTimeoutMs } = settings
    const positions = nativePositionTopic(ports.names, transactionalId)
    await ports.topicAdmin.ensure([positions])
    const stateTopic: StateTopic = { topic: positions.topic, ...positionKeys }
    const output = await ports.openTransactionalOutput({ transactionalId, transactionTimeoutMs, stateTopic })
    return new OutputNativePublisher({ output, ports, maxWaitMs: transactionTimeoutMs, records: { types, fencing } })
  } catch (cause) {
    await ports.close()
    throw meaningOf(cause)
  }
}

/** Keys of the records in the topic of a position. */
const positionKeys = { stateKey: 'position', barrierKey: 'barrier' } as const

function fencingOf({ transactionalId, mappings }: NativePublisherSettings): Fencing {
  const [, mapping] = /^falsework\.native\.(.+)\.\d{1,4}$/.exec(transactionalId) ?? []
  if (mapping !== undefined) return { transactionalId, mappings: new Set(mappings ?? [mapping]) }
  throw new FalseworkError('FW2617', `'${transactionalId}' is not falsework.native.<mapping>.<number>`)
}

interface NativePublisherParts {
  readonly output: TransactionalOutput
  readonly ports: NativePorts
  readonly records: RecordParts
  /** For a transaction on the ownership topic that is open. */
  readonly maxWaitMs: number
}

/** Modes: open · publishing · spent. A refused batch leaves it open; any other failure spends it, and so does `close`. */
class OutputNativePublisher implements NativePublisher {
  private readonly parts: NativePublisherParts
  private mode: 'open' | 'publishing' | 'spent' = 'open'
  private closing: Promise<void> | null = null
  private last: string | null

  constructor(parts: NativePublisherParts) {
    this.parts = parts
    this.last = parts.output.state?.toString() ?? null
  }

  get position(): string | null {
    return this.last
  }

  async publish(batch: NativeBatch): Promise<void> {
    if (this.mode !== 'open') {
      throw new FalseworkError('PUBLISHER_SPENT', 'a native publisher was used after a failure, or twice at once')
    }
    this.mode = 'publishing'
    try {
      await this.transact(batch)
    } catch (cause) {
      if (isRefusal(cause)) this.goOn()
      else this.mode = 'spent'
      throw meaningOf(cause)
    }
    this.last = batch.position
    this.goOn()
  }

  async close(): Promise<void> {
    this.mode = 'spent'
    this.closing ??= this.parts.output.close().then(async () => await this.parts.ports.close())
    await this.closing
  }

  /** Who owns is read before the transaction begins: one that begins behind a fence finds what was decided before it. */
  private async transact({ events, position }: NativeBatch): Promise<void> {
    const { output, ports, maxWaitMs } = this.parts
    const ownership = await ports.ownershipLog.read({ maxWaitMs })
    for (const record of nativeRecords(events, ownership, this.parts.records)) {
      const full = output.append(record)
      if (full !== null) await full
    }
    await output.commit([[positionKeys.stateKey, Buffer.from(position)]])
  }

  private goOn(): void {
    this.mode = this.closing === null ? 'open' : 'spent'
  }
}

const refusals: readonly string[] = ['NATIVE_NOT_OWNER', 'NATIVE_EVENT']

/** Nothing of the batch was sent. */
const isRefusal = (cause: unknown): boolean => cause instanceof FalseworkError && refusals.includes(cause.code)

const meaningOf = (cause: unknown): unknown =>
  cause instanceof FalseworkError && cause.code === 'FENCED'
    ? new FalseworkError('NATIVE_FENCED', cause.message, { cause })
    : cause
