/** One source of a simulation: a connector that writes its raw log, and what must hold of all that comes of it. */
import type { Random } from '../../../../demo/old-application/plan/random.ts'
import { memoryKafka, type MemoryKafka } from '../../../../src/adapters/memory/memory-kafka.ts'
import { systemClock } from '../../../../src/adapters/system/system-clock.ts'
import type { MemoryPartition } from '../../../../src/adapters/memory/cluster/memory-partition.ts'
import type { Clock } from '../../../../src/ports/clock-log-metrics.ts'
import { names } from '../../bench-project.ts'
import { ExpectedOutput } from './expected-output.ts'
import { type Output, violationsOf, violationsOfKeys } from './invariants.ts'
import { rawStory, type StoryOptions } from './raw-story.ts'
import { VisibleOutput } from './visible-output.ts'

export interface SimulatedSourceParts {
  readonly source: string
  readonly eventTopic: string
  readonly kafka: MemoryKafka
  readonly random: Random
  readonly clock: Clock
  /** Set where inputs wait: all that is ever registered, under which nothing fails any more. */
  readonly finally: readonly Buffer[] | null
}

export class SimulatedSource {
  readonly name: string
  readonly eventTopic: string
  readonly seen: VisibleOutput
  private readonly parts: SimulatedSourceParts
  private readonly rawLog: MemoryPartition
  private readonly expected: ExpectedOutput
  /** Null: nothing waits. */
  private readonly expectedFinally: ExpectedOutput | null
  private written = false

  constructor(parts: SimulatedSourceParts) {
    const { source, eventTopic, kafka } = parts
    this.parts = parts
    this.name = source
    this.eventTopic = eventTopic
    this.rawLog = onlyPartition(kafka, names.rawLog(source))
    const registry = onlyPartition(kafka, names.registry)
    const { rawLog } = this
    this.expected = new ExpectedOutput({ source, names, registry, rawLog })
    this.expectedFinally =
      parts.finally === null
        ? null
        : new ExpectedOutput({ source, names, registry: partitionOf(parts.finally), rawLog })
    this.seen = new VisibleOutput(kafka.cluster, { source, eventTopic, names })
  }

  async write(untilReached: () => Promise<void>, story: Omit<StoryOptions, 'source'>): Promise<void> {
    const { random, clock, source } = this.parts
    const { cluster } = this.parts.kafka
    const steps = rawStory(random, { ...story, source })
    // A large transaction takes its connector no longer than the others.
    const share = Math.min(0.3, 100 / steps.length)
    for (const { key, value, fate } of steps) {
      if (random.chance(share)) await clock.sleep(random.integer(0, 300))
      await untilReached()
      if (fate === 'committed') cluster.append(names.rawLog(source), { key, value })
      else {
        const connector = cluster.openProducer(`connector of ${source}`)
        cluster.appendTransactional(connector, this.rawLog, { key, value })
        cluster.endTransaction(connector, 'aborted')
      }
    }
    this.written = true
  }

  /** Whether everything that was written is accounted for, and nothing more comes. */
  get isDrained(): boolean {
    return this.isRead && (this.seen.checkpoint?.held?.inputs ?? 0) === 0
  }

  /** Whether it is translated, or waits, and nothing more comes. */
  get isRead(): boolean {
    return this.written && !this.isOwing
  }

  /** Whether there is something to read behind the newest checkpoint. */
  get isOwing(): boolean {
    return this.rawLog.read(this.seen.checkpoint?.next ?? 0, 1).records.length > 0
  }

  /** What does not hold of what has become visible since the last look. */
  check(): readonly string[] {
    if (!this.seen.refresh()) return []
    const { checkpoints, applied } = this.seen
    const violations = [...(this.expectedFinally === null ? this.unaccounted() : this.outOfTurn('on the way'))]
    const [before, last] = [checkpoints.at(-2), checkpoints.at(-1)]
    if (before !== undefined && last !== undefined) {
      const back = last.next < before.next || last.registryOffset < before.registryOffset
      if (back) violations.push(`the checkpoint went back from ${before.next} to ${last.next}`)
    }
    for (const { registryOffset, from } of applied.slice(-1)) {
      if (!this.expected.isBoundary(from, registryOffset)) violations.push(`revisions changed inside ${from}`)
    }
    return violations
  }

  /** What has not become of what waited, when nothing waits any more. */
  checkEnd(): readonly string[] {
    if (this.expectedFinally === null) return []
    const letters = [...this.finally()].filter(([place]) => !this.isOfEvents(place)).flatMap(([, lines]) => lines)
    const failed = new Set(letters.map(({ id }) => id))
    const undecided = [...this.seen.undecided].filter((id) => !failed.has(id))
    return [...this.outOfTurn('end'), ...undecided.map((id) => `dead letter ${id} is undecided`)]
  }

  private outOfTurn(when: 'on the way' | 'end'): readonly string[] {
    const [wanted, seen] = [this.finally(), this.seen.output].map(
      (output) => new Map([...output].filter(([place]) => this.isOfEvents(place))),
    )
    return violationsOfKeys(wanted ?? new Map(), seen ?? new Map(), when)
  }

  private finally(): Output {
    return this.expectedFinally?.finallyFor(this.seen.checkpoint) ?? new Map()
  }

  private isOfEvents(place: string): boolean {
    return place.startsWith(`${this.eventTopic}/`)
  }

  private unaccounted(): readonly string[] {
    const { checkpoint, applied, output } = this.seen
    const expected = this.expected.accountedFor(checkpoint, applied)
    // Two sources share the topic of dead letters: what one has published may wait for the other.
    const hidden = [...expected.keys()].filter((place) => this.seen.isHeldBack(place))
    return violationsOf(expected, output).filter(
      (violation) => !hidden.some((place) => violation.startsWith('lost: ') && violation.endsWith(` in ${place}`)),
    )
  }
}

/** A log of these records alone. */
function partitionOf(records: readonly Buffer[]): MemoryPartition {
  const kafka = memoryKafka({ names, clock: systemClock })
  kafka.cluster.createTopic(names.registry, 1, {})
  for (const value of records) kafka.cluster.append(names.registry, { value })
  return onlyPartition(kafka, names.registry)
}

export function onlyPartition({ cluster }: MemoryKafka, topic: string): MemoryPartition {
  const partition = cluster.partition(topic, 0)
  if (partition === null) throw new Error(`there is no topic ${topic}`)
  return partition
}
