/** Daemons, connectors that write and a person who registers, on a cluster in memory, with faults and troubles from a seed. */
import { MemorySchemaRegistry } from '../../../../src/adapters/schema-registry/memory-schema-registry.ts'
import { FetchedSchemas } from '../../../../src/app/capture/fetched-schemas.ts'
import { Random } from '../../../../demo/old-application/plan/random.ts'
import { memoryKafka, type MemoryKafka } from '../../../../src/adapters/memory/memory-kafka.ts'
import { MemoryRowStores } from '../../../../src/adapters/memory/stores/memory-row-store.ts'
import { Daemon } from '../../../../src/app/translate/daemon.ts'
import { controlTopics, rawLogTopic, sourceTopics } from '../../../../src/core/delivery/own-topics.ts'
import { controlFormat } from '../../../../src/core/registry/control-record.ts'
import { decodeControlRecord, encodeControlRecord } from '../../../../src/core/registry/control-record-json.ts'
import { fold } from '../../../../src/core/registry/registry-state.ts'
import type { TransactionBudget } from '../../../../src/core/transaction/large/transaction-budget.ts'
import type { Clock, Log, Metrics } from '../../../../src/ports/clock-log-metrics.ts'
import { names } from '../../bench-project.ts'
import { type Fault, Faults } from './faults.ts'
import { type Needs, oneSource, type SimulatedInstallation, twoSources } from './registered.ts'
import type { StoryOptions } from './raw-story.ts'
import { SimulatedClock } from './simulated-clock.ts'
import { type DaemonPorts, type Network, SimulatedProcess } from './simulated-process.ts'
import { onlyPartition, SimulatedSource } from './simulated-source.ts'
import { type MetTrouble, transactionTimeoutMs, type TroubleKind, Troubles } from './troubles.ts'
import { Watch } from './watch.ts'

/** A defence that is switched off. */
export interface Mutation {
  /** Of the cluster, as every process sees it. */
  readonly cluster?: (kafka: MemoryKafka) => MemoryKafka
  /** Of the clock of every process. */
  readonly clock?: (clock: Clock) => Clock
  /** Of what one process makes of its ports. */
  readonly ports?: (ports: DaemonPorts, kafka: MemoryKafka) => DaemonPorts
}

export interface SimulationOptions {
  readonly seed: number
  readonly faults: number
  readonly mutation?: Mutation
  /** Every source is in this trouble for long; else the seed says what it meets. */
  readonly trouble?: TroubleKind
  /** What rules need; else the seed says it. */
  readonly needs?: Needs
}

export interface Told {
  /** Each by name; empty when everything holds. */
  readonly violations: readonly string[]
  readonly events: number
  readonly faults: readonly Fault[]
  readonly troubles: readonly MetTrouble[]
  /** Those that have halted a source by their name. */
  readonly halted: readonly TroubleKind[]
  readonly sources: number
  readonly revisionsApplied: number
  /** Inputs that have waited, and what an operator has said of dead letters. */
  readonly heldInputs: number
  readonly words: number
  /** Transactions that were too large to be held, each time. */
  readonly readTwice: number
}

const transactions = 30
/** Far longer than any seed needs. */
const patienceMs = 1_200_000
/** How long one way to the cluster takes, usually. */
const usualWayMsMax = 12

const uncounted: Metrics = { add: () => undefined, set: () => undefined, observe: () => undefined }

export async function simulate(options: SimulationOptions): Promise<Told> {
  const random = new Random(options.seed)
  // What is read twice is told apart from what is held by look-ups of what it changes itself: these are refused there.
  const needs =
    (['before', 'nothing', 'look-ups', 'before', 'snapshot', 'look-ups'] as const)[options.seed % 6] ?? 'nothing'
  const installations = random.chance(0.25) ? twoSources : oneSource
  const simulation = new Simulation(options, random, await installations[options.needs ?? needs])
  return await simulation.run()
}

class Simulation {
  private readonly random: Random
  private readonly clock: SimulatedClock
  private readonly kafka: MemoryKafka
  private readonly faults: Faults
  private readonly troubles: Troubles
  private readonly network: Network = { wayMsMax: usualWayMsMax }
  private readonly stopping = new AbortController()
  private readonly mutation: Mutation
  private readonly budget: TransactionBudget | null
  private readonly records: readonly Buffer[]
  private readonly sources: readonly SimulatedSource[]
  private readonly watch: Watch
  private readonly violations = new Set<string>()
  private readonly alive = new Map<SimulatedProcess, Daemon>()
  private registered = false
  private words = 0
  private readTwice = 0
  private readonly identity: StoryOptions['identity']
  private readonly needs: Needs
  private readonly disks = [new MemoryRowStores(), new MemoryRowStores()]

  constructor(options: SimulationOptions, random: Random, { sources, records, needs }: SimulatedInstallation) {
    this.needs = needs
    this.identity = needs === 'nothing' ? 'full' : 'default'
    this.random = random
    this.clock = new SimulatedClock(random)
    this.faults = new Faults(random, options.faults)
    this.mutation = options.mutation ?? {}
    this.records = records
    // What is held is little, so that transactions are read twice: in every third run.
    this.budget = options.seed % 3 === 0 ? { rows: 2, bytes: 1_000_000 } : null
    // With small batches transactions are in the log before their end: in every other run.
    const batches = options.seed % 2 === 0 ? { batchBytesMax: 1_500 } : {}
    const kafka = memoryKafka({ names, clock: this.clock, ...batches })
    createTopics(kafka, sources)
    this.kafka = this.mutation.cluster?.(kafka) ?? kafka
    const { clock, network } = this
    this.troubles = new Troubles({ random, clock, kafka, network, only: options.trouble ?? null })
    const all = needs === 'holds' ? records : null
    this.sources = sources.map((source) => new SimulatedSource({ ...source, kafka, random, clock, finally: all }))
    this.watch = new Watch(this.sources, this.troubles, clock)
  }

  async run(): Promise<Told> {
    const { troubles, random, sources } = this
    void this.register()
    if (this.needs === 'holds') void this.retry()
    void troubles.cutOff()
    void troubles.slowDown()
    for (const source of sources) {
      const large = random.chance(0.1) ? 'one' : 'none'
      void source.write(async () => await troubles.untilReached(), { transactions, large, identity: this.identity })
      void troubles.visit({ kafka: this.kafka, source: source.name, eventTopic: source.eventTopic })
    }
    for (let instance = random.integer(1, 2); instance > 0; instance--) this.startProcess()
    const onStep = (): void => this.check()
    const drained = await this.clock.run(() => this.isDrained(), { untilMs: patienceMs, onStep })
    if (!drained) this.violations.add('no progress')
    this.stopping.abort()
    const untilMs = this.clock.nowMs() + 60_000
    const left = await this.clock.run(() => this.alive.size === 0, { untilMs, onStep })
    if (!left) this.violations.add('does not stop')
    this.checkRegistry()
    for (const source of drained ? sources : [])
      for (const violation of source.checkEnd()) this.violations.add(violation)
    return {
      violations: [...this.violations],
      events: sources.flatMap(({ seen }) => [...seen.output.values()].flat()).length,
      faults: [...this.faults.met],
      troubles: [...troubles.met],
      halted: [...troubles.halted],
      sources: sources.length,
      revisionsApplied: sources[0]?.seen.applied.length ?? 0,
      heldInputs: sources.reduce((sum, { seen }) => sum + (seen.checkpoint?.held?.next ?? 0), 0),
      words: this.words,
      readTwice: this.readTwice,
    }
  }

  /** Of the processes. */
  private get log(): Log {
    const info = (message: string): void => {
      if (message === 'a large source transaction is read again') this.readTwice += 1
    }
    return { error: () => undefined, warn: () => undefined, info }
  }

  private startProcess(): void {
    if (this.stopping.signal.aborted) return
    const { kafka, clock, random, faults, network } = this
    const disk = this.takeDisk()
    const process: SimulatedProcess = new SimulatedProcess({
      disk,
      kafka,
      clock,
      random,
      faults,
      network,
      onDeath: (disk) => this.replace(process, disk),
    })
    const daemon = new Daemon({
      ...(this.mutation.ports?.(process.ports, kafka) ?? process.ports),
      names,
      keys: new Map(),
      transactionTimeoutMs,
      ...(this.budget === null ? {} : { budget: this.budget }),
      clock: this.mutation.clock?.(process.clock) ?? process.clock,
      log: this.log,
      metrics: uncounted,
      uuid: () => `uuid ${random.next()}`,
      actor: 'simulated',
      protectionOf: async () => await Promise.resolve({ verdict: 'protected', why: '' }),
      schemas: new FetchedSchemas(new MemorySchemaRegistry()),
      timeZoneDatabase: 'test',
    })
    this.alive.set(process, daemon)
    void daemon.run(AbortSignal.any([this.stopping.signal, process.told])).then(() => this.replace(process, disk))
  }

  private replace(process: SimulatedProcess, disk: MemoryRowStores): void {
    if (!this.alive.delete(process)) return
    const { random, clock } = this
    // Some disks are never seen again.
    if (!random.chance(0.2)) this.disks.push(disk)
    void clock.sleep(random.integer(0, 4_000)).then(() => this.startProcess())
  }

  /** The one that was left last, or an empty one. */
  private takeDisk(): MemoryRowStores {
    return this.disks.pop() ?? new MemoryRowStores()
  }

  private async register(): Promise<void> {
    for (const [index, record] of this.records.entries()) {
      // Where inputs wait, the revision that lets them go comes when some of them do.
      if (this.needs === 'holds' && index === 2 * this.sources.length)
        await this.untilRead(this.random.integer(30, 250))
      await this.clock.sleep(this.random.integer(0, 3_000))
      await this.troubles.untilReached()
      this.kafka.cluster.append(names.registry, { value: this.basedOnNow(record) })
    }
    this.registered = true
  }

  /** Up to there, or all that there is of it. */
  private async untilRead(offset: number): Promise<void> {
    const isRead = ({ seen, isRead: all }: SimulatedSource): boolean => all || (seen.checkpoint?.next ?? 0) >= offset
    while (!this.sources.every(isRead)) await this.clock.sleep(200)
  }

  /** Whoever registers has read all that stands there. */
  private basedOnNow(record: Buffer): Buffer {
    const decided = decodeControlRecord(record, Number.MAX_SAFE_INTEGER)
    return encodeControlRecord({ ...decided, basedOn: onlyPartition(this.kafka, names.registry).end })
  }

  /** An operator wants inputs to be tried again that others wait behind, and others that are decided by then. */
  private async retry(): Promise<void> {
    const { random, clock, kafka, sources } = this
    for (let left = random.integer(1, 6); left > 0 && !this.stopping.signal.aborted; ) {
      await clock.sleep(random.integer(0, 2_500))
      await this.troubles.untilReached()
      const asked = sources[random.integer(0, sources.length - 1)]
      const letters = [...(asked?.seen.undecided ?? [])].filter(() => random.chance(0.7))
      if (asked === undefined || letters.length === 0) continue
      left -= 1
      this.words += 1
      const common = { format: controlFormat, uuid: `word ${this.words}`, basedOn: 0, atMs: 0, actor: 'ana' } as const
      const word = {
        kind: 'letters',
        ...common,
        source: asked.name,
        action: 'retry',
        letters,
        reason: 'simulated',
      } as const
      kafka.cluster.append(names.registry, { value: encodeControlRecord(word) })
    }
  }

  private isDrained(): boolean {
    return this.registered && this.sources.every(({ isDrained }) => isDrained)
  }

  private check(): void {
    for (const source of this.sources) for (const violation of source.check()) this.violations.add(violation)
    const reports = [...this.alive.values()].flatMap((daemon) => daemon.reports())
    for (const { source, state } of reports) this.troubles.told(source, state)
    if (!this.stopping.signal.aborted) for (const violation of this.watch.look(reports)) this.violations.add(violation)
  }

  private checkRegistry(): void {
    const entries = onlyPartition(this.kafka, names.registry)
      .read(0, Number.MAX_SAFE_INTEGER)
      .records.flatMap(({ offset, record }) => (record.value === null ? [] : [{ offset, value: record.value }]))
    const { decisions, sources } = fold(entries)
    const accepted = [...decisions.values()].filter(({ kind }) => kind === 'accepted').length
    for (const { name } of this.sources)
      if (!sources.has(name)) this.violations.add(`started of ${name} was not written`)
    const wanted = this.records.length + this.sources.length + this.words
    if (accepted !== wanted) this.violations.add(`${accepted} control records were accepted, not ${wanted}`)
  }
}

function createTopics({ cluster }: MemoryKafka, sources: SimulatedInstallation['sources']): void {
  const ofSources = sources.flatMap(({ source, eventTopic }) => [
    ...sourceTopics(names, source),
    rawLogTopic(names, source),
    { topic: eventTopic, partitions: 6, config: {} },
  ])
  for (const { topic, partitions, config } of [...controlTopics(names), ...ofSources]) {
    cluster.createTopic(topic, partitions, config)
  }
}
