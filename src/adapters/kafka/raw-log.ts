/** The raw log behind its port. */
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'
import type { RawLog, RecordBatch } from '../../ports/raw-log.ts'
import type { ClusterOptions } from './cluster/kafkajs.ts'
import { PartitionLog } from './partition-log.ts'

export async function openRawLog(options: ClusterOptions, topic: string): Promise<RawLog> {
  const log = await PartitionLog.open(options, topic)
  return {
    read: async (from, { maxWaitMs, maxBytes }): Promise<RecordBatch> => {
      const batch = await log.fetch(from, { maxWaitMs, maxBytes })
      if (batch.count > 0 && batch.offset(0) < from) {
        throw new FalseworkError('RAW_GAP', `asked ${topic} for offset ${from}, was given ${batch.offset(0)}`)
      }
      return batch
    },
    range: async () => await log.range(),
    close: async () => await log.close(),
  }
}
