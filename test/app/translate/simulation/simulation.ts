/** Daemons, a connector that writes and a person who registers, on a cluster in memory, with faults from a seed. */
import { Random } from '../../../../demo/old-application/plan/random.ts'
import { memoryKafka, type MemoryKafka } from '../../../../src/adapters/memory/memory-kafka.ts'
import type { MemoryPartition } from '../../../../src/adapters/memory/memory-partition.ts'
import { Daemon } from '../../../../src/app/translate/daemon.ts'
import { controlTopics, rawLogTopic, sourceTopics } from '../../../../src/app/translate/own-topics.ts'
import { fold } from '../../../../src/core/registry/registry-state.ts'
import type { Log, Metrics } from '../../../../src/ports/clock-log-metrics.ts'
import { benchProject, installation, names } from '../../bench-project.ts'
import { ExpectedOutput } from './expected-output.ts'
import { Faults, type Fault } from './faults.ts'
import { violationsOf } from './invariants.ts'
import { rawStory } from './raw-story.ts'
import { SimulatedClock } from './simulated-clock.ts'
import { type DaemonPorts, SimulatedProcess } from './simulated-process.ts'
import { VisibleOutput } from './visible-output.ts'

/** A defence that is switched off. */
export interface Mutation {
  /** Of the cluster, as every process sees it. */
  readonly cluster?: (kafka: MemoryKafka) => MemoryKafka
  /** Of what one process makes of its ports. */
  readonly ports?: (ports: DaemonPorts, kafka: MemoryKafka) => DaemonPorts
}

export interface SimulationOptions {
  readonly seed: number
  readonly faults: number
  readonly mutation?: Mutation
}

export interface Told {
  /** Each by name; empty when everything holds. */
  readonly violations: readonly string[]
  readonly events: number
  readonly faults: readonly Fault[]
  readonly revisionsApplied: number
}

const transactions = 30
const eventTopic = 'order-changes.v1'
const rawLog = names.rawLog('bench')
/** Far longer than any seed needs. */
const patienceMs = 600_000

/** Two revisions as the registry log holds them, made once. */
const revisions: Promise<readonly Buffer[]> = registered()

async function registered(): Promise<readonly Buffer[]> {
  const bench = installation()
  await bench.register(await benchProject())
  await bench.register(await benchProject((text) => text.replace("'NONE'", "'UNKNOWN'")))
  const log = await bench.kafka.openControlLog()
  const { records } = await log.read(0)
  return records.map(({ value }) => value)
}

const silent: Log = { error: () => undefined, warn: () => undefined, info: () => undefined }
const uncounted: Metrics = { add: () => undefined, set: () => undefined, observe: () => undefined }

export async function simulate(options: SimulationOptions): Promise<Told> {
  const simulation = new Simulation(options, await revisions)
  return await simulation.run()
}

class Simulation {
  private readonly random: Random
  private readonly clock: SimulatedClock
  private readonly kafka: MemoryKafka
  private readonly faults: Faults
  private readonly stopping = new AbortController()
  private readonly mutation: Mutation
  private readonly records: readonly Buffer[]
  private readonly registry: MemoryPartition
  private readonly rawLog: MemoryPartition
  private readonly expected: ExpectedOutput
  private readonly seen: VisibleOutput
  private readonly violations = new Set<string>()
  private readonly outages: number
  /** Over when the cluster can be reached. */
  private reached = Promise.resolve()
  private running = 0
  private written = false
  private registered = false

  constructor(options: SimulationOptions, records: readonly Buffer[]) {
    this.random = new Random(options.seed)
    this.clock = new SimulatedClock(this.random)
    this.faults = new Faults(this.random, options.faults)
    this.outages = this.random.integer(0, 2)
    this.mutation = options.mutation ?? {}
    this.records = records
    const kafka = memoryKafka({ names, clock: this.clock })
    for (const { topic, partitions, config } of [
      ...controlTopics(names),
      ...sourceTopics(names, 'bench'),
      rawLogTopic(names, 'bench'),
      { topic: eventTopic, partitions: 6, config: {} },
    ]) {
      kafka.cluster.createTopic(topic, partitions, config)
    }
    this.kafka = this.mutation.cluster?.(kafka) ?? kafka
    this.registry = onlyPartition(kafka, names.registry)
    this.rawLog = onlyPartition(kafka, rawLog)
    this.expected = new ExpectedOutput({ source: 'bench', names, registry: this.registry, rawLog: this.rawLog })
    const topics = { events: [eventTopic, names.deadLetters], checkpoint: names.checkpoint('bench') }
    this.seen = new VisibleOutput(kafka.cluster, topics)
  }

  async run(): Promise<Told> {
    void this.register()
    void this.write()
    void this.cutOff()
    for (let instance = this.random.integer(1, 2); instance > 0; instance--) this.startProcess()
    const onStep = (): void => this.check()
    const drained = await this.clock.run(() => this.isDrained(), { untilMs: patienceMs, onStep })
    if (!drained) this.violations.add('no progress')
    this.stopping.abort()
    const left = await this.clock.run(() => this.running === 0, { untilMs: this.clock.nowMs() + 60_000, onStep })
    if (!left) this.violations.add('does not stop')
    this.checkRegistry()
    return {
      violations: [...this.violations],
      events: [...this.seen.output.values()].flat().length,
      faults: this.faults.met,
      revisionsApplied: this.seen.applied.length,
    }
  }

  private startProcess(): void {
    if (this.stopping.signal.aborted) return
    const { kafka, clock, random, faults } = this
    const process = new SimulatedProcess({
      kafka,
      clock,
      random,
      faults,
      onDeath: () => {
        this.running -= 1
        void clock.sleep(random.integer(0, 4_000)).then(() => this.startProcess())
      },
    })
    const daemon = new Daemon({
      ...(this.mutation.ports?.(process.ports, kafka) ?? process.ports),
      names,
      keys: new Map(),
      transactionTimeoutMs: 10_000,
      clock: process.clock,
      log: silent,
      metrics: uncounted,
      uuid: () => `uuid ${random.next()}`,
      actor: 'simulated',
      protectionOf: async () => await Promise.resolve({ verdict: 'protected', why: '' }),
      timeZoneDatabase: 'test',
    })
    this.running += 1
    void daemon.run(this.stopping.signal).then(() => {
      if (!process.isDead) this.running -= 1
    })
  }

  /** Nobody reaches the cluster for a while, whatever they are in the middle of. */
  private async cutOff(): Promise<void> {
    for (let outages = this.outages; outages > 0; outages--) {
      await this.clock.sleep(this.random.integer(0, 6_000))
      this.kafka.cluster.setReachable('no')
      this.reached = this.clock.sleep(this.random.integer(20, 4_000))
      await this.reached
      this.kafka.cluster.setReachable('yes')
    }
  }

  private async register(): Promise<void> {
    for (const record of this.records) {
      await this.clock.sleep(this.random.integer(0, 3_000))
      await this.reached
      this.kafka.cluster.append(names.registry, { value: record })
    }
    this.registered = true
  }

  private async write(): Promise<void> {
    const { cluster } = this.kafka
    for (const { key, value, fate } of rawStory(this.random, transactions)) {
      if (this.random.chance(0.3)) await this.clock.sleep(this.random.integer(0, 300))
      await this.reached
      if (fate === 'committed') cluster.append(rawLog, { key, value })
      else {
        const connector = cluster.openProducer('connector')
        cluster.appendTransactional(connector, this.rawLog, { key, value })
        cluster.endTransaction(connector, 'aborted')
      }
    }
    this.written = true
  }

  private isDrained(): boolean {
    if (!this.written || !this.registered) return false
    return this.rawLog.read(this.seen.checkpoint?.next ?? 0, 1).records.length === 0
  }

  private check(): void {
    if (!this.seen.refresh()) return
    const { checkpoint, checkpoints, applied, output } = this.seen
    for (const violation of violationsOf(this.expected.accountedFor(checkpoint, applied), output)) {
      this.violations.add(violation)
    }
    const [before, last] = [checkpoints.at(-2), checkpoints.at(-1)]
    if (before !== undefined && last !== undefined) {
      const back = last.next < before.next || last.registryOffset < before.registryOffset
      if (back) this.violations.add(`the checkpoint went back from ${before.next} to ${last.next}`)
    }
    for (const { registryOffset, from } of applied.slice(-1)) {
      if (!this.expected.isBoundary(from, registryOffset)) this.violations.add(`revisions changed inside ${from}`)
    }
  }

  private checkRegistry(): void {
    const entries = this.registry
      .read(0, Number.MAX_SAFE_INTEGER)
      .records.flatMap(({ offset, record }) => (record.value === null ? [] : [{ offset, value: record.value }]))
    const { decisions, sources } = fold(entries)
    const accepted = [...decisions.values()].filter(({ kind }) => kind === 'accepted').length
    if (!sources.has('bench')) this.violations.add('started was not written')
    if (accepted !== this.records.length + 1) this.violations.add(`${accepted} control records were accepted`)
  }
}

function onlyPartition({ cluster }: MemoryKafka, topic: string): MemoryPartition {
  const partition = cluster.partition(topic, 0)
  if (partition === null) throw new Error(`there is no topic ${topic}`)
  return partition
}
