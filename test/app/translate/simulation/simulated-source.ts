/** One source of a simulation: a connector that writes its raw log, and what must hold of all that comes of it. */
import type { Random } from '../../../../demo/old-application/plan/random.ts'
import type { MemoryKafka } from '../../../../src/adapters/memory/memory-kafka.ts'
import type { MemoryPartition } from '../../../../src/adapters/memory/memory-partition.ts'
import type { Clock } from '../../../../src/ports/clock-log-metrics.ts'
import { names } from '../../bench-project.ts'
import { ExpectedOutput } from './expected-output.ts'
import { violationsOf } from './invariants.ts'
import { rawStory, type StoryOptions } from './raw-story.ts'
import { VisibleOutput } from './visible-output.ts'

export interface SimulatedSourceParts {
  readonly source: string
  readonly eventTopic: string
  readonly kafka: MemoryKafka
  readonly random: Random
  readonly clock: Clock
}

export class SimulatedSource {
  readonly name: string
  readonly eventTopic: string
  readonly seen: VisibleOutput
  private readonly parts: SimulatedSourceParts
  private readonly rawLog: MemoryPartition
  private readonly expected: ExpectedOutput
  private written = false

  constructor(parts: SimulatedSourceParts) {
    const { source, eventTopic, kafka } = parts
    this.parts = parts
    this.name = source
    this.eventTopic = eventTopic
    this.rawLog = onlyPartition(kafka, names.rawLog(source))
    const registry = onlyPartition(kafka, names.registry)
    this.expected = new ExpectedOutput({ source, names, registry, rawLog: this.rawLog })
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
    return this.written && !this.isOwing
  }

  /** Whether there is something to read behind the newest checkpoint. */
  get isOwing(): boolean {
    return this.rawLog.read(this.seen.checkpoint?.next ?? 0, 1).records.length > 0
  }

  /** What does not hold of what has become visible since the last look. */
  check(): readonly string[] {
    if (!this.seen.refresh()) return []
    const { checkpoint, checkpoints, applied, output } = this.seen
    const expected = this.expected.accountedFor(checkpoint, applied)
    // Two sources share the topic of dead letters: what one has published may wait for the other.
    const hidden = [...expected.keys()].filter((place) => this.seen.isHeldBack(place))
    const violations = violationsOf(expected, output).filter(
      (violation) => !hidden.some((place) => violation.startsWith('lost: ') && violation.endsWith(` in ${place}`)),
    )
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
}

export function onlyPartition({ cluster }: MemoryKafka, topic: string): MemoryPartition {
  const partition = cluster.partition(topic, 0)
  if (partition === null) throw new Error(`there is no topic ${topic}`)
  return partition
}
