/** The registry log behind its port: plain appends, read from an offset to the end. */
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'
import type { ControlEntry, ControlLog } from '../../ports/kafka/control-log.ts'
import { createAppendRecord } from './append-record.ts'
import type { ClusterOptions } from './cluster/kafkajs.ts'
import { PartitionLog } from './partition-log.ts'

export async function openControlLog(options: ClusterOptions, topic: string): Promise<ControlLog> {
  const log = await PartitionLog.open(options, topic)
  const append = createAppendRecord(options)
  const closed = new AbortController()
  // A connection of its own: brokers answer the requests of one connection one after the other.
  let watched: Promise<PartitionLog> | null = null
  return {
    append: async (record) => (await append(topic, { key: null, value: record })).offset,
    read: async (from) => {
      const { first, end } = await log.range()
      if (from < first) throw new FalseworkError('RAW_GAP', `${topic} starts at ${first}, records before are gone`)
      const records: ControlEntry[] = []
      let position = from
      while (position < end) {
        const batch = await log.fetch(position, { maxWaitMs: 500, maxBytes: 4_194_304 })
        for (let index = 0; index < batch.count; index++) {
          const value = batch.value(index)
          if (value !== null) records.push({ offset: batch.offset(index), value: Buffer.from(value) })
        }
        position = batch.next
      }
      return { records, end }
    },
    more: async (from, { maxWaitMs, ended }) => {
      const over = AbortSignal.any([ended, closed.signal])
      watched ??= PartitionLog.open(options, topic)
      const fetching = watched.then(async (watch) =>
        over.aborted ? null : await watch.fetch(from, { maxWaitMs, maxBytes: firstBatch }),
      )
      const batch = await whileNot(over, fetching)
      return batch !== null && batch.next > from ? 'arrived' : 'nothing'
    },
    close: async () => {
      closed.abort()
      // Not waited for: it may be connecting still.
      void watched?.then(async (watch) => await watch.close()).catch(() => undefined)
      await log.close()
    },
  }
}

/** A broker gives a whole batch, however few bytes are asked for. */
const firstBatch = 1

/** Null when `ended` fires first. */
async function whileNot<T>(ended: AbortSignal, work: Promise<T>): Promise<T | null> {
  const over = new AbortController()
  const end = new Promise<null>((resolve) => {
    const tell = (): void => resolve(null)
    if (ended.aborted) tell()
    ended.addEventListener('abort', tell, { once: true, signal: over.signal })
  })
  try {
    return await Promise.race([end, work])
  } finally {
    over.abort()
  }
}
