/** Any topic, read by people: all partitions, each in order, committed records only. */
import type { TopicBatch, TopicReader, TopicRecord } from '../../ports/kafka/topic-reader.ts'
import { type ClusterOptions, createCluster } from './cluster/kafkajs.ts'
import { connectionError, ProtocolError, protocolError } from './cluster/protocol-error.ts'
import type { FetchedRecords } from './codec/record-batches.ts'
import { PartitionLog } from './partition-log.ts'

const maxBytes = 4_194_304
const followWaitMs = 500

/** Opens partitions when they are first read, and again after a failure; `close` closes them all. */
export function createTopicReader(options: ClusterOptions): TopicReader {
  const opened = new OpenedTopics(options)
  return {
    read: (topic, { from, follow, signal }) => readTopic(opened, topic, { from, follow, signal }),
    latest: async (topic, key) => await opened.use(topic, async (logs) => await latestRecord(logs, Buffer.from(key))),
    range: async (topic) =>
      await opened.use(topic, async (logs) => await Promise.all(logs.map(async (log) => await log.range()))),
    offsetsAt: async (topic, sinceMs) =>
      await opened.use(
        topic,
        async (logs) => await Promise.all(logs.map(async (log) => await log.offsetSince(sinceMs))),
      ),
    readFrom: async (topic, from, { maxWaitMs }) =>
      await opened.use(topic, async (logs) => await readFrom(logs, from, maxWaitMs)),
    close: async () => await opened.close(),
  }
}

/** Nobody waits for a partition that has nothing as long as another one has. */
async function readFrom(
  logs: readonly PartitionLog[],
  from: readonly number[],
  maxWaitMs: number,
): Promise<TopicBatch> {
  const atOnce = await fetchAll(logs, from, 0)
  return atOnce.records.length > 0 ? atOnce : await fetchAll(logs, atOnce.next, maxWaitMs)
}

async function fetchAll(
  logs: readonly PartitionLog[],
  from: readonly number[],
  maxWaitMs: number,
): Promise<TopicBatch> {
  const batches = await Promise.all(
    logs.map(async (log, at) => ({ log, batch: await log.fetch(from[at] ?? 0, { maxWaitMs, maxBytes }) })),
  )
  return {
    records: batches.flatMap(({ log, batch }) => [...recordsOf(log, batch)]),
    next: batches.map(({ batch }) => batch.next),
    ends: batches.map(({ batch }) => batch.end),
  }
}

class OpenedTopics {
  private readonly options: ClusterOptions
  private readonly logs = new Map<string, Promise<PartitionLog[]>>()

  constructor(options: ClusterOptions) {
    this.options = options
  }

  /** A failure ends whatever else is being read of the topic, too. */
  async use<T>(topic: string, work: (logs: readonly PartitionLog[]) => Promise<T>): Promise<T> {
    const opening = this.logs.get(topic) ?? openAll(this.options, topic)
    this.logs.set(topic, opening)
    try {
      return await work(await opening)
    } catch (error) {
      // A leader may have moved, or the topic is another one by now: whoever asks next looks anew.
      if (this.logs.get(topic) === opening) this.logs.delete(topic)
      await closeAll(opening)
      throw error
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.logs.values()].map(closeAll))
  }
}

async function closeAll(opening: Promise<readonly PartitionLog[]>): Promise<void> {
  const logs = await opening.catch(() => [])
  await Promise.all(logs.map(async (log) => await log.close()))
}

async function openAll(options: ClusterOptions, topic: string): Promise<PartitionLog[]> {
  const cluster = createCluster(options)
  try {
    await cluster.connect()
    await cluster.addMultipleTargetTopics([topic])
    const partitions = cluster.findTopicPartitionMetadata(topic).map(({ partitionId }) => partitionId)
    if (partitions.length === 0) throw new ProtocolError(`look-up of ${topic}`, protocolError.unknownTopicOrPartition)
    return await Promise.all(
      partitions.sort((a, b) => a - b).map(async (partition) => await PartitionLog.open(options, topic, partition)),
    )
  } catch (cause) {
    throw connectionError(cause, options.brokers)
  } finally {
    await cluster.close()
  }
}

interface Position {
  readonly log: PartitionLog
  next: number
  readonly end: number
}

async function* readTopic(
  opened: OpenedTopics,
  topic: string,
  { from, follow, signal }: { from: 'beginning' | 'end'; follow: boolean; signal: AbortSignal },
): AsyncGenerator<TopicRecord> {
  const positions = await opened.use(
    topic,
    async (logs) =>
      await Promise.all(
        logs.map(async (log): Promise<Position> => {
          const { first, end } = await log.range()
          return { log, next: from === 'beginning' ? first : end, end }
        }),
      ),
  )
  const fetchNext = async ({ log, next }: Position): Promise<FetchedRecords> =>
    await opened.use(topic, async () => await log.fetch(next, { maxWaitMs: followWaitMs, maxBytes }))
  for (const position of positions) {
    while (position.next < position.end && !signal.aborted) {
      const batch = await fetchNext(position)
      yield* recordsOf(position.log, batch)
      position.next = batch.next
    }
  }
  while (follow && !signal.aborted) {
    const batches = await Promise.all(positions.map(fetchNext))
    for (const [at, batch] of batches.entries()) {
      const position = positions[at]
      if (position === undefined) continue
      yield* recordsOf(position.log, batch)
      position.next = batch.next
    }
  }
}

function* recordsOf(log: PartitionLog, batch: FetchedRecords): Generator<TopicRecord> {
  for (let index = 0; index < batch.count; index++) yield topicRecord(log, batch, index)
}

function topicRecord(log: PartitionLog, batch: FetchedRecords, index: number): TopicRecord {
  const value = batch.value(index)
  const key = batch.key(index)
  return {
    topic: log.topic,
    partition: log.partition,
    offset: batch.offset(index),
    timestampMs: batch.timestampMs(index),
    key: key === null ? null : Buffer.from(key),
    value: value === null ? null : Buffer.from(value),
    headers: new Map(batch.headers(index).map(([name, bytes]) => [name, Buffer.from(bytes)])),
  }
}

/** Backwards in doubling windows, in a topic of one partition. */
async function latestRecord(logs: readonly PartitionLog[], key: Buffer): Promise<TopicRecord | null> {
  const [log] = logs
  if (log === undefined) return null
  const { first, end } = await log.range()
  for (let window = 64; ; window *= 2) {
    const from = Math.max(first, end - window)
    let found: TopicRecord | null = null
    for (let position = from; position < end; ) {
      const batch = await log.fetch(position, { maxWaitMs: 100, maxBytes })
      for (let index = 0; index < batch.count; index++) {
        if (batch.key(index)?.equals(key) === true) found = topicRecord(log, batch, index)
      }
      if (batch.next === position) break
      position = batch.next
    }
    if (found !== null || from === first) return found
  }
}
