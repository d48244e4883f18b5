/** The pairs behind the causes of a report, read at the places where they stand. */
import { FalseworkError } from '../../../core/diagnostics/falsework-error.ts'
import type { Contract } from '../../../core/event/contract/contract.ts'
import type { RecordPlace, Side } from '../../../core/parity/compared-event.ts'
import type { ParityReport } from '../../../core/parity/parity-report.ts'
import { mostFrequent } from '../../../core/parity/report/parity-document.ts'
import type { SampleRecord, SampleRecords } from '../../../core/parity/report/sample-pair.ts'
import type { RegistryState } from '../../../core/registry/registry-state.ts'
import type { TopicReader, TopicRecord } from '../../../ports/kafka/topic-reader.ts'
import { contractsById, readableEvent } from '../../observe/decode-event.ts'

/** Of the most frequent causes: each takes two requests, and nobody looks at hundreds of pairs. */
export const samplesMax = 50
const readWaitMs = 1_000
/** What is transactional may be sought behind markers, for which a read gives nothing. */
const readsMax = 10

/** By the name of the cause. Raises what the reader raises. */
export async function readSamples(
  report: ParityReport,
  { registry, topicReader }: { readonly registry: RegistryState; readonly topicReader: TopicReader },
): Promise<ReadonlyMap<string, SampleRecords>> {
  const contracts = contractsById(registry)
  const read = async (side: Side, place: RecordPlace | null): Promise<SampleRecord> => {
    if (place === null) return { kind: 'none' }
    const record = await readAt(topicReader, report.topics[side], place)
    return record === null ? { kind: 'gone', ...place } : foundRecord(record, contracts)
  }
  const samples = new Map<string, SampleRecords>()
  for (const { name, sample } of mostFrequent(report).slice(0, samplesMax)) {
    const [bridge, native] = await Promise.all([read('bridge', sample.bridge), read('native', sample.native)])
    samples.set(name, { bridge, native })
  }
  return samples
}

/** Null: the topic does not hold it any more, or never did. */
async function readAt(
  topicReader: TopicReader,
  topic: string,
  { partition, offset }: RecordPlace,
): Promise<TopicRecord | null> {
  const ranges = await topicReader.range(topic)
  const range = ranges[partition]
  if (range === undefined || offset < range.first || offset >= range.end) return null
  let from = ranges.map(({ end }, at) => (at === partition ? offset : end))
  try {
    for (let reads = 0; reads < readsMax && (from[partition] ?? 0) <= offset; reads++) {
      const { records, next } = await topicReader.readFrom(topic, from, { maxWaitMs: readWaitMs })
      const found = records.find((record) => record.partition === partition && record.offset === offset)
      if (found !== undefined) return found
      from = [...next]
    }
  } catch (error) {
    // Retention has passed it meanwhile.
    if (!(error instanceof FalseworkError) || error.code !== 'RAW_GAP') throw error
  }
  return null
}

function foundRecord(record: TopicRecord, contracts: ReadonlyMap<number, Contract>): SampleRecord {
  const { partition, offset, type, key, fields, unread } = readableEvent(record, contracts)
  const readable = fields ?? unread ?? 'it has no fields'
  return { kind: 'record', partition, offset, atMs: record.timestampMs, type, key, fields: readable }
}
