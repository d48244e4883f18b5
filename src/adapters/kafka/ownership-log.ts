/** Who may publish: the ownership topic up to its end, from where the last look ended. */
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'
import { type OwnedScope, takeOwnership } from '../../core/migration/ownership-record.ts'
import type { OwnershipLog } from '../../ports/kafka/ownership-log.ts'
import type { ClusterOptions } from './cluster/kafkajs.ts'
import { PartitionLog } from './partition-log.ts'

/** A broker that waits for a transaction to end answers as soon as it has. */
const fetchWaitMs = 250

/** What was read so far, over one connection; a failure ends it. */
interface Reading {
  readonly log: PartitionLog
  readonly records: Map<string, OwnedScope>
  next: number
}

/** Connects when it is first read, and anew after a failure. */
export function createOwnershipLog(options: ClusterOptions, topic: string): OwnershipLog {
  let reading: Reading | null = null
  const stop = async (): Promise<void> => {
    const { log } = reading ?? {}
    reading = null
    await log?.close()
  }
  return {
    read: async ({ maxWaitMs }) => {
      try {
        reading ??= await begin(options, topic)
        await readToEnd(reading, maxWaitMs)
        return new Map(reading.records)
      } catch (cause) {
        await stop()
        throw cause
      }
    },
    close: stop,
  }
}

async function begin(options: ClusterOptions, topic: string): Promise<Reading> {
  const log = await PartitionLog.open(options, topic)
  try {
    return { log, records: new Map(), next: (await log.range()).first }
  } catch (cause) {
    await log.close()
    throw cause
  }
}

/** Up to what was written, not to what is stable: in between stands what an open transaction may have decided. */
async function readToEnd(reading: Reading, maxWaitMs: number): Promise<void> {
  const { log, records } = reading
  const deadline = performance.now() + maxWaitMs
  const end = await log.written()
  while (reading.next < end) {
    const leftMs = deadline - performance.now()
    if (leftMs <= 0) throw new FalseworkError('OWNERSHIP_PENDING', `a transaction on ${log.topic} is open`)
    const maxWait = Math.ceil(Math.min(fetchWaitMs, leftMs))
    const batch = await log.fetch(reading.next, { maxWaitMs: maxWait, maxBytes: 1_048_576 })
    for (let index = 0; index < batch.count; index++) {
      takeOwnership(records, { key: batch.key(index), value: batch.value(index) })
    }
    reading.next = batch.next
  }
}
