/** The raw log behind its port. */
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'
import type { RawLog, RecordBatch } from '../../ports/kafka/raw-log.ts'
import type { ClusterOptions } from './cluster/kafkajs.ts'
import type { FetchedRecords } from './codec/record-batches.ts'
import { PartitionLog } from './partition-log.ts'

export async function openRawLog(options: ClusterOptions, topic: string): Promise<RawLog> {
  const log = await PartitionLog.open(options, topic)
  return {
    read: async (from, { maxWaitMs, maxBytes }): Promise<RecordBatch> => {
      const batch = await log.fetch(from, { maxWaitMs, maxBytes })
      expectNoHole(topic, batch)
      return batch
    },
    range: async () => await log.range(),
    close: async () => await log.close(),
  }
}

/** Never skip: a raw log is not compacted, so offsets that are not there are records that are gone. Raises `RAW_GAP`. */
export function expectNoHole(topic: string, { hole }: FetchedRecords): void {
  if (hole === null) return
  throw new FalseworkError('RAW_GAP', `${topic} does not hold offset ${hole}, although it holds later ones`)
}
