/** Consumer groups of the cluster in memory: nobody reads by them, a test says how they stand. */
import type { ConsumerGroups, ReadingGroup } from '../../../ports/kafka/consumer-groups.ts'
import type { MemoryCluster, MemoryTopic } from '../cluster/memory-cluster.ts'

export interface MemoryGroup {
  /** The topics that each member is subscribed to. */
  readonly members: readonly (readonly string[])[]
  /** By topic, the offset of each partition. */
  readonly committed: ReadonlyMap<string, readonly number[]>
}

export class MemoryGroups implements ConsumerGroups {
  private readonly cluster: MemoryCluster
  private readonly names: { readonly isOwnGroup: (group: string) => boolean }
  private readonly groups = new Map<string, MemoryGroup>()

  constructor(cluster: MemoryCluster, names: { readonly isOwnGroup: (group: string) => boolean }) {
    this.cluster = cluster
    this.names = names
  }

  set(group: string, state: MemoryGroup): void {
    this.groups.set(group, state)
  }

  async readersOf(topics: readonly string[]): Promise<ReadonlyMap<string, readonly ReadingGroup[]>> {
    this.cluster.contact()
    const groups = [...this.groups].filter(([group]) => !this.names.isOwnGroup(group)).toSorted(byName)
    const readers = topics.map((name) => {
      const topic = this.cluster.find(name)
      return [name, topic === null ? [] : groups.flatMap(([group, state]) => readingOf(group, state, topic))] as const
    })
    return await Promise.resolve(new Map(readers))
  }

  async close(): Promise<void> {
    await Promise.resolve()
  }
}

const byName = ([a]: readonly [string, MemoryGroup], [b]: readonly [string, MemoryGroup]): number => (a < b ? -1 : 1)

function readingOf(group: string, state: MemoryGroup, { name, partitions }: MemoryTopic): readonly ReadingGroup[] {
  const members = state.members.filter((topics) => topics.includes(name)).length
  const offsets = state.committed.get(name)
  if (members === 0 && offsets === undefined) return []
  const behind = partitions.map(({ first, end }, partition) => end - Math.max(first, offsets?.[partition] ?? first))
  const lag = offsets === undefined ? null : behind.reduce((sum, records) => sum + records, 0)
  return [{ group, state: state.members.length > 0 ? 'Stable' : 'Empty', members, lag }]
}
