/** Records of a transaction on their way to the cluster in memory, in batches for which it has its limits. */
import { FalseworkError } from '../../../core/diagnostics/falsework-error.ts'
import type { OutputRecord } from '../../../core/event/event-record.ts'
import { batchBytesMaxByDefault } from '../../../core/event/event-size.ts'
import type { MemoryCluster, MemoryTopic } from './memory-cluster.ts'
import type { StoredRecord } from './memory-partition.ts'
import type { MemoryProducer } from './memory-transactions.ts'

/** What a batch has beside its records, and a record beside its bytes. */
const batchHeaderBytes = 61
const recordHeaderBytes = 12

interface Batch {
  readonly topic: string
  readonly partition: number
  readonly records: Pick<StoredRecord, 'key' | 'value' | 'headers'>[]
  bytes: number
  largest: number
}

export class MemoryBatches {
  private readonly cluster: MemoryCluster
  private readonly producer: MemoryProducer
  private readonly batchBytesMax: number
  private readonly filling = new Map<string, Batch>()

  constructor(cluster: MemoryCluster, producer: MemoryProducer, batchBytesMax: number) {
    this.cluster = cluster
    this.producer = producer
    this.batchBytesMax = batchBytesMax
  }

  /** Gives the batch before this record when the record has no room in it. */
  append(record: OutputRecord): Batch | null {
    const { topic, partition } = record
    const place = `${topic}/${partition}`
    const bytes = bytesOf(record)
    const batch = this.filling.get(place)
    if (batch !== undefined && batch.bytes + bytes <= this.batchBytesMax) {
      batch.records.push(copied(record))
      batch.bytes += bytes
      batch.largest = Math.max(batch.largest, bytes)
      return null
    }
    const begun = { topic, partition, records: [copied(record)], bytes: batchHeaderBytes + bytes, largest: bytes }
    this.filling.set(place, begun)
    return batch ?? null
  }

  sendAll(): void {
    const batches = [...this.filling.values()]
    this.filling.clear()
    for (const batch of batches) this.send(batch)
  }

  /** From here on it is in the log, open. Raises `PUBLISH_REFUSED`, and `FENCED`. */
  send({ topic, partition, records, bytes, largest }: Batch): void {
    allow(this.cluster, topic)
    const found = this.cluster.find(topic)
    const log = found?.partitions[partition]
    if (found === null || log === undefined) {
      throw new FalseworkError('PUBLISH_REFUSED', `${topic} has no partition ${partition}`)
    }
    const limit = batchBytesMaxOf(found)
    if (bytes > limit) {
      throw new FalseworkError(
        'PUBLISH_REFUSED',
        `a batch of ${bytes} bytes is too large for ${topic}; the largest of ${records.length} records has ${largest}`,
      )
    }
    for (const record of records) this.cluster.appendTransactional(this.producer, log, record)
  }
}

/** As a broker that has no setting of its own. */
export const batchBytesMaxOf = ({ config }: Pick<MemoryTopic, 'config'>): number =>
  Number(config.get('max.message.bytes') ?? batchBytesMaxByDefault)

/** The broker answers whoever has no right to it as it answers records that it does not take. */
export function allow(cluster: MemoryCluster, name: string): void {
  if (!cluster.isAllowed(name)) throw new FalseworkError('PUBLISH_REFUSED', `not authorised for ${name}`)
}

function bytesOf({ key, value, fixedHeaders, headers }: OutputRecord): number {
  const texts = [...fixedHeaders.flat(), ...headers]
  const headerBytes = texts.reduce((total, text) => total + 1 + Buffer.byteLength(text), 0)
  return recordHeaderBytes + (key?.length ?? 0) + (value?.length ?? 0) + headerBytes
}

function copied(record: OutputRecord): Pick<StoredRecord, 'key' | 'value' | 'headers'> {
  const copy = (bytes: Buffer | null): Buffer | null => (bytes === null ? null : Buffer.from(bytes))
  return { key: copy(record.key), value: copy(record.value), headers: headersOf(record) }
}

function headersOf({ fixedHeaders, headers }: OutputRecord): StoredRecord['headers'] {
  const own: [string, Buffer][] = []
  for (let index = 0; index < headers.length; index += 2) {
    own.push([headers[index] ?? '', Buffer.from(headers[index + 1] ?? '')])
  }
  return [...fixedHeaders.map(([name, value]): [string, Buffer] => [name, Buffer.from(value)]), ...own]
}
