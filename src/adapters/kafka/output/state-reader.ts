/** Reads the newest state of a transactional id behind a barrier. */
import { FalseworkError } from '../../../core/diagnostics/falsework-error.ts'
import type { StateTopic } from '../../../ports/kafka/transactional-output.ts'
import type { ClusterOptions } from '../cluster/kafkajs.ts'
import { PartitionLog } from '../partition-log.ts'

const firstWindow = 64
/** The markers follow the acknowledgement by some milliseconds. */
const barrierRetryMs = 5

/**
 * Backwards from the end in doubling windows, until the barrier and the newest state before it are seen. A read that
 * does not show the barrier is stale, whatever else it shows: `BARRIER_NOT_SEEN`.
 */
export async function readState(
  options: ClusterOptions & { readonly patienceMs: number },
  stateTopic: StateTopic,
  nonce: string,
): Promise<Buffer | null> {
  const log = await PartitionLog.open(options, stateTopic.topic)
  const keys = { state: Buffer.from(stateTopic.stateKey), barrier: Buffer.from(stateTopic.barrierKey) }
  try {
    const deadline = performance.now() + options.patienceMs
    for (let window = firstWindow; ; ) {
      const { first, end } = await log.range()
      const from = Math.max(first, end - window)
      const seen = await scan(log, keys, { from, end })
      if (!seen.nonces.has(nonce)) {
        if (performance.now() > deadline) throw new FalseworkError('BARRIER_NOT_SEEN', stateTopic.topic)
        await new Promise((resolve) => setTimeout(resolve, barrierRetryMs))
        continue
      }
      if (seen.state !== null) return seen.state
      if (from === first) return null
      window *= 2
    }
  } finally {
    await log.close()
  }
}

interface Seen {
  readonly nonces: ReadonlySet<string>
  readonly state: Buffer | null
}

async function scan(
  log: PartitionLog,
  keys: { readonly state: Buffer; readonly barrier: Buffer },
  { from, end }: { readonly from: number; readonly end: number },
): Promise<Seen> {
  const nonces = new Set<string>()
  let state: Buffer | null = null
  for (let position = from; position < end; ) {
    const batch = await log.fetch(position, { maxWaitMs: 100, maxBytes: 1_048_576 })
    for (let index = 0; index < batch.count; index++) {
      const key = batch.key(index)
      const value = batch.value(index)
      if (key === null || value === null) continue
      if (key.equals(keys.state)) state = Buffer.from(value)
      else if (key.equals(keys.barrier)) nonces.add(value.toString())
    }
    if (batch.next === position) break
    position = batch.next
  }
  return { nonces, state }
}
