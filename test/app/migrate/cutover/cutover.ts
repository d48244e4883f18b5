/** Handovers and rollbacks of stores on a cluster in memory, in which everybody dies now and then, all from a seed. */
import { memoryKafka, type MemoryKafka } from '../../../../src/adapters/memory/memory-kafka.ts'
import { MemoryRowStores } from '../../../../src/adapters/memory/stores/memory-row-store.ts'
import { FetchedSchemas } from '../../../../src/app/capture/fetched-schemas.ts'
import { latestCheckpoint } from '../../../../src/app/observe/source-status.ts'
import { Daemon } from '../../../../src/app/translate/daemon.ts'
import { controlTopics, rawLogTopic, sourceTopics } from '../../../../src/core/delivery/own-topics.ts'
import type { Scope } from '../../../../src/core/migration/stage.ts'
import { Random } from '../../../../demo/old-application/plan/random.ts'
import type { OwnershipLog } from '../../../../src/ports/kafka/ownership-log.ts'
import { names, rawLog } from '../../bench-project.ts'
import { silent, uncounted } from '../../translate/running-daemon.ts'
import { Faults } from '../../translate/simulation/faults.ts'
import { SimulatedClock } from '../../translate/simulation/simulated-clock.ts'
import { type DaemonPorts, SimulatedProcess } from '../../translate/simulation/simulated-process.ts'
import { onlyPartition } from '../../translate/simulation/simulated-source.ts'
import { transactionTimeoutMs } from '../../translate/simulation/troubles.ts'
import type { CommandPorts } from './command-line.ts'
import { Connector } from './connector.ts'
import { type Guard, LegacyDatabase } from './legacy-database.ts'
import { NativeService } from './native-service.ts'
import { type Goal, Operator } from './operator.ts'
import { brokenPromises } from './promises.ts'
import { ownedOn, seenOn } from './seen.ts'
import { eventTopic, ordersOf, type Shop, shop, source, type Store, stores } from './shop.ts'
import type { Trouble } from './troubles.ts'

/** A defence that is taken out. */
export interface WithoutDefence {
  readonly guard?: Guard
  readonly daemon?: (ports: DaemonPorts, kafka: MemoryKafka) => DaemonPorts
  readonly command?: (ports: CommandPorts, database: LegacyDatabase) => CommandPorts
  readonly ownershipLog?: (log: OwnershipLog) => OwnershipLog
}

export interface CutoverTold {
  /** Each by name, the first one that was found in front. */
  readonly broken: readonly string[]
  readonly met: readonly Trouble[]
  readonly legacyEvents: number
  readonly nativeEvents: number
  readonly violations: number
}

export interface CutoverOptions {
  readonly seed: number
  /** `none`: nobody fails, stands still or is cut off. */
  readonly faults?: 'none'
  readonly without?: WithoutDefence
}

/** Of which each is met by one daemon. */
const daemonFaults = 6
/** Far longer than any seed needs. */
const operatorMsMax = 250_000
const drainMsMax = 120_000

export const cutover = async (options: CutoverOptions): Promise<CutoverTold> =>
  await new Cutover(options, await shop).run()

class Cutover {
  private readonly options: CutoverOptions
  private readonly shop: Shop
  private readonly random: Random
  private readonly clock: SimulatedClock
  private readonly kafka: MemoryKafka
  private readonly database: LegacyDatabase
  private readonly connector: Connector
  private readonly service: NativeService
  private readonly operator: Operator
  private readonly met = new Set<Trouble>()
  private readonly broken: string[] = []
  private readonly closing = new AbortController()
  private readonly stopping = new AbortController()
  private readonly faults: Faults
  private readonly alive = new Set<SimulatedProcess>()
  private readonly disks: MemoryRowStores[] = []

  constructor(options: CutoverOptions, shop: Shop) {
    const random = new Random(options.seed)
    const clock = new SimulatedClock(random)
    const { met } = this
    const fails = options.faults !== 'none'
    this.options = options
    this.shop = shop
    this.random = random
    this.clock = clock
    this.faults = new Faults(random, options.faults === 'none' ? 0 : daemonFaults)
    // With small batches transactions are in the log before their end: in every other run.
    const kafka = memoryKafka({ names, clock, ...(options.seed % 2 === 0 ? { batchBytesMax: 300 } : {}) })
    createTopics(kafka)
    for (const value of shop.records) kafka.cluster.append(names.registry, { value })
    this.kafka = kafka
    const { guard = 'up', command, ownershipLog = (log: OwnershipLog) => log } = options.without ?? {}
    const database = new LegacyDatabase({ clock, random, met, guard })
    this.database = database
    this.connector = new Connector({ database, kafka, clock, random, met, fails })
    const common = { shop, kafka, clock, random, met, fails }
    this.service = new NativeService({ ...common, ownershipLog: ownershipLog(kafka.ownershipLog) })
    const ports = (whole: CommandPorts): CommandPorts => command?.(whole, database) ?? whole
    this.operator = new Operator({ ...common, database, ports })
  }

  async run(): Promise<CutoverTold> {
    const { clock, closing, stopping, random, database } = this
    await this.until(this.operator.guard(), drainMsMax, () => 'the guard cannot be put up')
    const writing = Promise.all(stores.map(async (store) => await this.writeTo(store)))
    void this.connector.run(stopping.signal)
    const serving = this.service.run(closing.signal)
    void this.cutOff()
    for (let instance = random.integer(1, 2); instance > 0; instance--) this.startDaemon()
    const operated = this.operate()
    await this.until(operated, operatorMsMax, () => `the operator does not come to an end: ${this.operator.doing}`)
    await this.until(this.everybodyWrites(), drainMsMax, () => 'somebody cannot write any more')
    closing.abort()
    await this.until(
      serving.then(async () => await this.service.end()),
      drainMsMax,
      () => 'the service does not end',
    )
    await this.until(
      writing.then(async () => await this.drained()),
      drainMsMax,
      () => 'not everything is translated',
    )
    stopping.abort()
    await clock.run(() => this.alive.size === 0, { untilMs: clock.nowMs() + 60_000, onStep: () => undefined })
    const seen = { ...seenOn(this.kafka), facts: database.facts, native: this.service.published }
    this.broken.push(...(this.broken.length > 0 ? [] : brokenPromises(seen)), ...this.disagreements())
    return {
      broken: this.broken,
      met: [...this.met],
      legacyEvents: seen.events.filter(({ by }) => by === 'legacy').length,
      nativeEvents: seen.native.length,
      violations: seen.violations.length,
    }
  }

  /** Lets time pass until it is done; when that takes too long a promise is broken. */
  private async until(work: Promise<unknown>, withinMs: number, broken: () => string): Promise<void> {
    const { clock } = this
    let state: 'open' | 'done' | { readonly cause: unknown } = 'open'
    void work.then(
      () => (state = 'done'),
      (cause: unknown) => (state = { cause }),
    )
    const isOver = (): boolean => state !== 'open'
    if (this.broken.length > 0) return
    const isDone = await clock.run(isOver, { untilMs: clock.nowMs() + withinMs, onStep: () => undefined })
    if (typeof state === 'object') throw (state as { readonly cause: unknown }).cause
    if (!isDone) this.broken.push(broken())
  }

  private async operate(): Promise<void> {
    const { random, clock, operator } = this
    for (const [scope, goal] of planOf(random)) {
      await clock.sleep(random.integer(500, 6_000))
      await operator.lead(scope, goal)
    }
    await clock.sleep(1_000)
  }

  private async writeTo(store: Store): Promise<void> {
    const { random, clock, closing, database } = this
    while (!closing.signal.aborted) {
      await clock.sleep(random.integer(50, 900))
      const other = random.chance(0.1) ? [random.pick(stores)] : []
      await database.write([...new Set([store, ...other])])
      if (random.chance(0.03)) database.force(random.pick(ordersOf(store)))
    }
  }

  private async cutOff(): Promise<void> {
    const { random, clock, kafka, met, closing, options } = this
    while (!closing.signal.aborted && options.faults !== 'none') {
      await clock.sleep(random.integer(2_000, 40_000), closing.signal)
      kafka.cluster.setReachable('no')
      met.add('brokers cannot be reached')
      await clock.sleep(random.integer(20, 3_000))
      kafka.cluster.setReachable('yes')
    }
  }

  private startDaemon(): void {
    const { kafka, clock, random, faults, stopping, met, options, shop } = this
    if (stopping.signal.aborted) return
    const process: SimulatedProcess = new SimulatedProcess({
      ...{ kafka, clock, random, faults, network: { wayMsMax: 12 } },
      disk: this.disks.pop() ?? new MemoryRowStores(),
      onDeath: (disk) => {
        this.alive.delete(process)
        met.add('daemon dies')
        this.disks.push(disk)
        void clock.sleep(random.integer(0, 4_000)).then(() => this.startDaemon())
      },
    })
    const daemon = new Daemon({
      ...(options.without?.daemon?.(process.ports, kafka) ?? process.ports),
      ...{ names, transactionTimeoutMs, clock: process.clock, log: silent, metrics: uncounted },
      keys: new Map(),
      uuid: () => `uuid ${random.next()}`,
      actor: 'simulated',
      protectionOf: async () => await Promise.resolve({ verdict: 'protected', why: '' }),
      schemas: new FetchedSchemas(shop.schemaRegistry),
      timeZoneDatabase: 'test',
    })
    this.alive.add(process)
    void daemon.run(stopping.signal).then(() => this.alive.delete(process))
  }

  /** Whoever owns a store can write to it when all is over: the application, or the new service. */
  private async everybodyWrites(): Promise<void> {
    const { clock, database, service } = this
    const begin = service.published.length
    for (const store of stores) {
      if (database.fenceOf(store).owner === 'legacy') {
        while ((await database.write([store])) !== 'committed') await clock.sleep(50)
        continue
      }
      while (!service.published.slice(begin).some((event) => event.store === store)) await clock.sleep(50)
    }
  }

  private async drained(): Promise<void> {
    const { clock, kafka, database, connector } = this
    const log = onlyPartition(kafka, rawLog)
    for (;;) {
      const next = (await latestCheckpoint(kafka.topicReader, names.checkpoint(source)))?.next ?? 0
      if (connector.written === database.history.length && log.read(next, 1).records.length === 0) return
      await clock.sleep(100)
    }
  }

  /** In the end the row of a scope and what was told of it say the same. */
  private disagreements(): readonly string[] {
    const owned = ownedOn(this.kafka)
    return [...this.database.fence.rows.values()].flatMap(({ scope, owner, epoch }) => {
      const told = owned.findLast((one) => one.scope === scope)
      if (told === undefined || (told.owner === owner && told.epoch === epoch)) return []
      return [`the fence of scope ${scope ?? 'all'} says ${owner} ${epoch}, and ${told.owner} ${told.epoch} was told`]
    })
  }
}

/** A store is handed over, taken back and handed over again; sometimes another one or all others follow. */
function planOf(random: Random): readonly (readonly [Scope, Goal])[] {
  const again: readonly (readonly [Scope, Goal])[] = random.chance(0.6) ? [['1', 'legacy']] : []
  const scope = random.pick([null, '2'])
  const others: readonly (readonly [Scope, Goal])[] = [
    [scope, 'native'],
    [scope, 'legacy'],
  ]
  return [['1', 'native'], ['1', 'legacy'], ['1', 'native'], ...again, ...others.slice(0, random.integer(0, 2))]
}

function createTopics({ cluster }: MemoryKafka): void {
  const topics = [...controlTopics(names), ...sourceTopics(names, source), rawLogTopic(names, source)]
  for (const { topic, partitions, config } of topics) cluster.createTopic(topic, partitions, config)
  cluster.createTopic(eventTopic, 6)
}
