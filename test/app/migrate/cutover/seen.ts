/** What a reader of committed records finds on the cluster of a simulated cutover. */
import type { MemoryKafka } from '../../../../src/adapters/memory/memory-kafka.ts'
import type { VisibleRecord } from '../../../../src/adapters/memory/cluster/memory-partition.ts'
import { decodeOwnership, type OwnedScope } from '../../../../src/core/migration/ownership-record.ts'
import { names } from '../../bench-project.ts'
import type { Seen, SeenEvent } from './promises.ts'
import { eventTopic } from './shop.ts'

export const seenOn = (kafka: MemoryKafka): Pick<Seen, 'events' | 'violations' | 'owned'> => ({
  events: recordsOf(kafka, eventTopic).map(eventOf),
  violations: recordsOf(kafka, names.deadLetters).flatMap(violationOf),
  owned: ownedOn(kafka),
})

export const ownedOn = (kafka: MemoryKafka): readonly OwnedScope[] =>
  recordsOf(kafka, names.ownership).map(({ record }) => decodeOwnership(record.value ?? Buffer.of()))

interface PlacedRecord extends VisibleRecord {
  readonly partition: number
}

const recordsOf = ({ cluster }: MemoryKafka, topic: string): readonly PlacedRecord[] =>
  cluster
    .find(topic)
    ?.partitions.flatMap((log, partition) =>
      log.read(0, Number.MAX_SAFE_INTEGER).records.map((visible) => ({ ...visible, partition })),
    ) ?? []

function eventOf({ partition, record }: PlacedRecord): SeenEvent {
  const headers = new Map(record.headers.map(([name, value]) => [name, value.toString()]))
  const key = record.key?.toString() ?? ''
  const isNative = headers.get('ce_source') === '/fulfilment'
  return {
    partition,
    by: isNative ? 'native' : 'legacy',
    id: isNative ? (headers.get('ce_id') ?? '') : `${key} ${headers.get('ce_time') ?? ''}`,
    key,
    epoch: Number(headers.get('falsework-epoch')),
  }
}

/** Transaction ids of the benchmark begin at a thousand. */
function violationOf({ record }: PlacedRecord): readonly number[] {
  if (record.value === null) return []
  const { transaction, failure } = JSON.parse(record.value.toString()) as {
    readonly transaction: string
    readonly failure: { readonly class: string }
  }
  return failure.class === 'violation' ? [Number.parseInt(transaction, 10) - 1_000] : []
}
