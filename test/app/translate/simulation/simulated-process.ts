/** A daemon as a process of its own: whatever it asks of the world takes a while, or is never answered again. */
import type { Random } from '../../../../demo/old-application/plan/random.ts'
import type { MemoryKafka } from '../../../../src/adapters/memory/memory-kafka.ts'
import type { DaemonParts } from '../../../../src/app/translate/daemon.ts'
import { FalseworkError } from '../../../../src/core/diagnostics/falsework-error.ts'
import type { Clock } from '../../../../src/ports/clock-log-metrics.ts'
import type { ControlLog } from '../../../../src/ports/kafka/control-log.ts'
import type { Grant } from '../../../../src/ports/kafka/lease.ts'
import type { Commit, Publisher } from '../../../../src/ports/kafka/publisher.ts'
import type { MemoryRowStores } from '../../../../src/adapters/memory/stores/memory-row-store.ts'
import type { RowStore } from '../../../../src/ports/row-store.ts'
import type { RawLog } from '../../../../src/ports/kafka/raw-log.ts'
import type { Fault, Faults } from './faults.ts'

export type DaemonPorts = Pick<
  DaemonParts,
  | 'openLease'
  | 'openPublisher'
  | 'openRawLog'
  | 'openRowStore'
  | 'newOwnershipLog'
  | 'openControlLog'
  | 'topicAdmin'
  | 'topicReader'
>

/** The group gives the source away when it has heard nothing for so long. */
const leaseSessionMs = 2_000
const stallMs = 6_000

/** The way to the cluster, the same for everybody. */
export interface Network {
  /** How long one way takes at most. */
  wayMsMax: number
}

export interface ProcessOptions {
  readonly disk: MemoryRowStores
  readonly kafka: MemoryKafka
  readonly clock: Clock
  readonly random: Random
  readonly faults: Faults
  readonly network: Network
  readonly onDeath: (disk: MemoryRowStores) => void
}

/** Modes: running · stalled, from which it wakes by itself · dead, in which nothing that it awaits ever comes. */
export class SimulatedProcess {
  private readonly options: ProcessOptions
  private mode: 'running' | 'stalled' | 'dead' = 'running'
  private wake = Promise.resolve()
  /** The latest grant of each source. */
  private readonly held = new Map<string, Grant>()
  /** Sources whose stores it has open. */
  private readonly stores = new Set<string>()
  /** SIGTERM. */
  private readonly stopping = new AbortController()
  readonly told = this.stopping.signal
  readonly ports: DaemonPorts
  readonly clock: Clock

  constructor(options: ProcessOptions) {
    this.options = options
    this.clock = {
      nowMs: () => options.clock.nowMs(),
      wallMs: () => options.clock.wallMs(),
      sleep: async (ms, signal) => {
        await options.clock.sleep(ms, signal)
        await this.alive()
      },
    }
    this.ports = this.portsOf(options.kafka)
  }

  get isDead(): boolean {
    return this.mode === 'dead'
  }

  /** SIGKILL. The group notices after a while. */
  die(): void {
    if (this.isDead) return
    this.mode = 'dead'
    const { clock, onDeath, disk } = this.options
    for (const source of this.stores) disk.release(source)
    void clock
      .sleep(leaseSessionMs)
      .then(async () => await Promise.all([...this.held.values()].map(async (grant) => await grant.release())))
    onDeath(disk)
  }

  /** SIGSTOP, and SIGCONT after the lease has gone to somebody else. */
  private stall(): void {
    if (this.mode !== 'running') return
    this.mode = 'stalled'
    const { clock, kafka } = this.options
    const before = [...this.held]
    void clock.sleep(leaseSessionMs).then(() => {
      for (const [source, grant] of before) {
        if (this.held.get(source) === grant && !grant.ended.aborted) kafka.leases.takeSilently(source)
      }
    })
    this.wake = clock.sleep(stallMs).then(() => {
      if (this.mode === 'stalled') this.mode = 'running'
    })
  }

  private async alive(): Promise<void> {
    while (this.mode === 'stalled') await this.wake
    if (this.isDead) await new Promise<never>(() => undefined)
  }

  private async onTheWay(): Promise<void> {
    const { clock, random, network } = this.options
    await clock.sleep(random.integer(0, network.wayMsMax))
    await this.alive()
  }

  private async suffer(fault: Fault | null, moment: 'before' | 'after'): Promise<void> {
    if (fault === `die-${moment}`) this.die()
    if (fault === 'stall' && moment === 'before') this.stall()
    if (fault === 'told-to-stop') this.stopping.abort()
    await this.alive()
  }

  private async call<T>(ask: () => Promise<T>): Promise<T> {
    const fault = this.options.faults.atCall()
    await this.onTheWay()
    await this.suffer(fault, 'before')
    try {
      return await ask()
    } finally {
      await this.suffer(fault, 'after')
      await this.onTheWay()
    }
  }

  private portsOf(kafka: MemoryKafka): DaemonPorts {
    return {
      openPublisher: async (options) => {
        const publisher = await this.call(async () => await kafka.openPublisher(options))
        return this.publisher(publisher)
      },
      openRawLog: async (topic) => {
        const log = await this.call(async () => await kafka.openRawLog(topic))
        return this.rawLog(log)
      },
      openRowStore: async (source) => {
        await this.alive()
        const store = await this.options.disk.openRowStore(source)
        this.stores.add(source)
        return this.rowStore(source, store)
      },
      openControlLog: async () => {
        const log = await kafka.openControlLog()
        return this.controlLog(log)
      },
      openLease: (source) => {
        const lease = kafka.openLease(source)
        return {
          acquire: async (onWaiting) => {
            await this.onTheWay()
            if (this.options.faults.atAcquire() !== null)
              throw new FalseworkError('KAFKA_UNREACHABLE', 'the group is gone')
            const grant = await lease.acquire(onWaiting)
            this.held.set(source, grant)
            if (this.isDead) void this.options.clock.sleep(leaseSessionMs).then(async () => await grant.release())
            await this.alive()
            return grant
          },
          close: async () => {
            await this.alive()
            await lease.close()
          },
        }
      },
      newOwnershipLog: () => {
        const log = kafka.newOwnershipLog()
        return { ...log, read: async (options) => await this.call(async () => await log.read(options)) }
      },
      topicReader: kafka.topicReader,
      topicAdmin: {
        ...kafka.topicAdmin,
        batchBytesMax: async (topics) => await this.call(async () => await kafka.topicAdmin.batchBytesMax(topics)),
        ensure: async (specs) => await this.call(async () => await kafka.topicAdmin.ensure(specs)),
      },
    }
  }

  private publisher(inner: Publisher): Publisher {
    const { faults, kafka } = this.options
    const commit = async (end: Commit): Promise<void> => {
      const fault = faults.atPublish()
      await this.onTheWay()
      await this.suffer(fault, 'before')
      if (fault === 'die-inside') {
        kafka.cluster.failNext('commit-unknown-lost')
        await inner.commit(end).catch(() => undefined)
        this.die()
      } else if (fault === 'refused' || fault === 'commit-unknown-applied' || fault === 'commit-unknown-lost') {
        kafka.cluster.failNext(fault)
      }
      await this.alive()
      try {
        await inner.commit(end)
      } finally {
        await this.suffer(fault, 'after')
        await this.onTheWay()
      }
    }
    /** Some of a transaction was sent, and there is nobody to go on. */
    const afterBatch = async (full: Promise<void>): Promise<void> => {
      const fault = faults.atBatch()
      await full
      if (fault === 'die-half-sent') this.die()
      await this.suffer(fault, 'before')
    }
    return {
      checkpoint: inner.checkpoint,
      append: (record) => {
        if (faults.atRecord() !== null) this.stopping.abort()
        const full = inner.append(record)
        return full === null ? null : afterBatch(full)
      },
      commit,
      close: async () => await inner.close(),
    }
  }

  private rowStore(source: string, inner: RowStore): RowStore {
    return {
      get unreadable() {
        return inner.unreadable
      },
      get mark() {
        return inner.mark
      },
      get: (key) => inner.get(key),
      range: (from, to) => inner.range(from, to),
      write: async (batch) => await this.call(async () => await inner.write(batch)),
      clear: async () => await this.call(async () => await inner.clear()),
      size: () => inner.size(),
      copyTo: async (directory) => await inner.copyTo(directory),
      close: async () => {
        await this.alive()
        this.stores.delete(source)
        await inner.close()
      },
    }
  }

  private rawLog(inner: RawLog): RawLog {
    return {
      read: async (from, options) => await this.call(async () => await inner.read(from, options)),
      range: async () => await this.call(async () => await inner.range()),
      close: async () => await inner.close(),
    }
  }

  private controlLog(inner: ControlLog): ControlLog {
    return {
      append: async (record) => await this.call(async () => await inner.append(record)),
      read: async (from) => await this.call(async () => await inner.read(from)),
      more: async (from, options) => await this.call(async () => await inner.more(from, options)),
      close: async () => await inner.close(),
    }
  }
}
