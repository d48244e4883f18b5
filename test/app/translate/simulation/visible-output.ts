/** What is visible in the topics of a simulation, read once as it comes. */
import { hash } from 'node:crypto'
import type { MemoryCluster } from '../../../../src/adapters/memory/cluster/memory-cluster.ts'
import type { StoredRecord } from '../../../../src/adapters/memory/cluster/memory-partition.ts'
import type { Checkpoint } from '../../../../src/core/delivery/checkpoint.ts'
import { decodeCheckpoint } from '../../../../src/core/delivery/checkpoint-codec.ts'
import { checkpointTopicKeys } from '../../../../src/core/delivery/checkpoint-topic.ts'
import type { TopicNames } from '../../../../src/core/delivery/topic-names.ts'
import type { OutputRecord } from '../../../../src/core/event/event-record.ts'
import type { Line, Output } from './invariants.ts'

const everything = Number.MAX_SAFE_INTEGER

/** Revisions in force from a raw offset on, as the checkpoint topic tells it. */
export interface Applied {
  readonly registryOffset: number
  readonly from: number
}

export class VisibleOutput {
  private readonly cluster: MemoryCluster
  private readonly source: string
  private readonly eventTopic: string
  private readonly names: TopicNames
  private readonly positions = new Map<string, number>()
  private readonly lines = new Map<string, Line[]>()
  checkpoint: Checkpoint | null = null
  readonly checkpoints: Checkpoint[] = []
  readonly applied: Applied[] = []
  /** Ids of dead letters, the parts of large ones left out. */
  readonly undecided = new Set<string>()

  constructor(
    cluster: MemoryCluster,
    { source, eventTopic, names }: { readonly source: string; readonly eventTopic: string; readonly names: TopicNames },
  ) {
    this.cluster = cluster
    this.source = source
    this.eventTopic = eventTopic
    this.names = names
  }

  get output(): Output {
    return this.lines
  }

  /** Reads on, and says whether there was anything. */
  refresh(): boolean {
    let changed = false
    for (const topic of [this.eventTopic, this.names.deadLetters]) {
      for (const [number, partition] of (this.cluster.find(topic)?.partitions ?? []).entries()) {
        const place = `${topic}/${number}`
        const { records, next } = partition.read(this.positions.get(place) ?? 0, everything)
        this.positions.set(place, next)
        const lines = this.lines.get(place) ?? []
        if (topic !== this.eventTopic) this.decide(records.map(({ record }) => record))
        const own = topic === this.eventTopic ? records : records.filter(({ record }) => this.isOwn(record))
        for (const { record } of own) lines.push(lineOf(record))
        if (own.length > 0) this.lines.set(place, lines)
        changed ||= own.length > 0
      }
    }
    return this.refreshCheckpoint() || changed
  }

  /** Whether an open transaction of somebody else hides what stands behind it, as it does from every such reader. */
  isHeldBack(place: string): boolean {
    const [topic = '', number = ''] = place.split('/')
    const partition = this.cluster.find(topic)?.partitions[Number(number)]
    return partition !== undefined && partition.lastStable < partition.end
  }

  private decide(records: readonly StoredRecord[]): void {
    for (const record of records) {
      const id = record.key?.toString() ?? ''
      if (record.value === null) this.undecided.delete(id)
      else if (this.isOwn(record)) this.undecided.add(id)
    }
  }

  /** Dead letters of all sources stand in one topic. */
  private isOwn({ value }: StoredRecord): boolean {
    return value?.includes(`"source":"${this.source}"`) === true
  }

  private refreshCheckpoint(): boolean {
    const topic = this.names.checkpoint(this.source)
    const [partition] = this.cluster.find(topic)?.partitions ?? []
    if (partition === undefined) return false
    const { records, next } = partition.read(this.positions.get(topic) ?? 0, everything)
    this.positions.set(topic, next)
    for (const { record } of records) {
      const key = record.key?.toString()
      if (record.value === null || key === checkpointTopicKeys.barrier) continue
      const checkpoint = decodeCheckpoint(record.value)
      if (key === checkpointTopicKeys.checkpoint) {
        this.checkpoint = checkpoint
        this.checkpoints.push(checkpoint)
      } else this.applied.push({ registryOffset: checkpoint.registryOffset, from: checkpoint.next })
    }
    return records.length > 0
  }
}

export function lineOf({ key, value, headers }: Pick<StoredRecord, 'key' | 'value' | 'headers'>): Line {
  const named = headers.map(([name, content]) => `${name}=${content.toString('base64')}`)
  const id = headers.find(([name]) => name === 'ce_id')?.[1] ?? key
  const bytes = [key?.toString('base64') ?? '-', value?.toString('base64') ?? '-', ...named].join('\n')
  return { id: id?.toString() ?? '', key: key?.toString() ?? '', bytes: hash('sha256', bytes) }
}

/** The same for a record that was not sent. */
export function lineToSend({ key, value, fixedHeaders, headers }: OutputRecord): Line {
  const own: [string, Buffer][] = []
  for (let index = 0; index < headers.length; index += 2) {
    own.push([headers[index] ?? '', Buffer.from(headers[index + 1] ?? '')])
  }
  const fixed = fixedHeaders.map(([name, content]): [string, Buffer] => [name, Buffer.from(content)])
  return lineOf({ key, value, headers: [...fixed, ...own] })
}
