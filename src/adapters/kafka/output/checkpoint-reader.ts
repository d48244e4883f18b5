/** Reads the newest checkpoint behind a barrier. */
import type { Checkpoint } from '../../../core/delivery/checkpoint.ts'
import { decodeCheckpoint } from '../../../core/delivery/checkpoint-codec.ts'
import { checkpointTopicKeys } from '../../../core/delivery/checkpoint-topic.ts'
import { FalseworkError } from '../../../core/diagnostics/falsework-error.ts'
import type { ClusterOptions } from '../cluster/kafkajs.ts'
import { PartitionLog } from '../partition-log.ts'

const checkpointKey = Buffer.from(checkpointTopicKeys.checkpoint)
const barrierKey = Buffer.from(checkpointTopicKeys.barrier)
const firstWindow = 64
/** The markers follow the acknowledgement by some milliseconds. */
const barrierRetryMs = 5

/**
 * Backwards from the end in doubling windows, until the barrier and the newest checkpoint before it are seen. A read
 * that does not show the barrier is stale, whatever else it shows: `BARRIER_NOT_SEEN`.
 */
export async function readCheckpoint(
  options: ClusterOptions & { readonly patienceMs: number },
  topic: string,
  nonce: string,
): Promise<Checkpoint | null> {
  const log = await PartitionLog.open(options, topic)
  try {
    const deadline = performance.now() + options.patienceMs
    for (let window = firstWindow; ; ) {
      const { first, end } = await log.range()
      const from = Math.max(first, end - window)
      const seen = await scan(log, from, end)
      if (!seen.nonces.has(nonce)) {
        if (performance.now() > deadline) throw new FalseworkError('BARRIER_NOT_SEEN', topic)
        await new Promise((resolve) => setTimeout(resolve, barrierRetryMs))
        continue
      }
      if (seen.checkpoint !== null) return decodeCheckpoint(seen.checkpoint)
      if (from === first) return null
      window *= 2
    }
  } finally {
    await log.close()
  }
}

interface Seen {
  readonly nonces: ReadonlySet<string>
  readonly checkpoint: Buffer | null
}

async function scan(log: PartitionLog, from: number, end: number): Promise<Seen> {
  const nonces = new Set<string>()
  let checkpoint: Buffer | null = null
  for (let position = from; position < end; ) {
    const batch = await log.fetch(position, { maxWaitMs: 100, maxBytes: 1_048_576 })
    for (let index = 0; index < batch.count; index++) {
      const key = batch.key(index)
      const value = batch.value(index)
      if (key === null || value === null) continue
      if (key.equals(checkpointKey)) checkpoint = Buffer.from(value)
      else if (key.equals(barrierKey)) nonces.add(value.toString())
    }
    if (batch.next === position) break
    position = batch.next
  }
  return { nonces, checkpoint }
}
