/** What a workload has noted, and what arrived of it, as records that can be compared. */
import type { ReadableEvent } from '../../src/app/observe/decode-event.ts'
import { exactJson } from '../../src/core/values/exact-json.ts'
import type { TopicReader, TopicRecord } from '../../src/ports/kafka/topic-reader.ts'

export interface NotedEvent {
  readonly topic: string
  /** Name of the contract; null for a tombstone. */
  readonly type: string | null
  readonly key: string
  readonly fields: Readonly<Record<string, unknown>>
}

/** All that a read_committed consumer finds in a topic. */
export async function recordsOf(reader: TopicReader, topic: string): Promise<readonly TopicRecord[]> {
  const records: TopicRecord[] = []
  const { signal } = new AbortController()
  for await (const record of reader.read(topic, { from: 'beginning', follow: false, signal })) records.push(record)
  return records
}

/** With those fields that the workload names. */
export function asNoted({ topic, type, key, fields }: ReadableEvent, like: NotedEvent | undefined): NotedEvent {
  const all = JSON.parse(exactJson(fields ?? {})) as NotedEvent['fields']
  const named = Object.keys(like?.fields ?? {}).map((name) => [name, all[name]] as const)
  const name = type === '' ? null : (type.split('.').at(-1) ?? null)
  return { topic, type: name, key: key ?? '', fields: Object.fromEntries(named) }
}

/** Events with one of these are in order. */
export const keyOf = ({ topic, key }: { readonly topic: string; readonly key: string | null }): string =>
  `${topic} ${key ?? ''}`
