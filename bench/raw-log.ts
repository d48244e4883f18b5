/** A raw log that stands on the broker before anybody is measured, and what has to come of it. */
import { rawLogTopic } from '../src/core/delivery/own-topics.ts'
import { topicNames } from '../src/core/delivery/topic-names.ts'
import type { Bench } from './bench.ts'
import { RawLogLoader } from './bench-kafka.ts'
import type { RawRecord } from './debezium/source-transaction.ts'
import { OutputTally } from './output-tally.ts'

export interface RawLog {
  /** Its topic stands behind this. */
  readonly prefix: string
  readonly changes: number
  readonly bytesPerChange: number
  readonly expected: OutputTally
}

export const rawTopicOf = (prefix: string): string => topicNames(prefix).rawLog('bench')

export async function createRawLog({ kafka }: Bench, prefix: string): Promise<string> {
  await kafka.topicAdmin.ensure([rawLogTopic(topicNames(prefix), 'bench')])
  return rawTopicOf(prefix)
}

/** Behind what the log has; `expected` is what has to come of that. */
export async function loadRawLog(
  bench: Bench,
  prefix: string,
  records: (topic: string) => Iterable<RawRecord>,
  expected = new OutputTally(),
): Promise<RawLog> {
  const topic = await createRawLog(bench, prefix)
  const loader = new RawLogLoader(bench.addresses.brokers)
  await loader.open(topic)
  let [changes, bytes] = [0, 0]
  for (const raw of records(topic)) {
    await loader.append([raw.record])
    bytes += (raw.record.key?.length ?? 0) + (raw.record.value?.length ?? 0)
    if (raw.row !== null) changes += 1
    expect(expected, raw)
  }
  await loader.flush()
  await loader.close()
  const bytesPerChange = Math.round(bytes / changes)
  bench.say(`loaded ${topic}: ${changes} changes, ${bytesPerChange} bytes each, ${expected.events} events are due`)
  return { prefix, changes, bytesPerChange, expected }
}

/** Adds what has to come of a record. */
export function expect(expected: OutputTally, { row }: RawRecord): void {
  const outcome = row?.outcome ?? null
  if (outcome === 'dead letter') expected.deadLetters += 1
  else if (outcome !== null) expected.add(outcome)
}
