/** Publishes a transaction that is too large for one turn as it is translated: nothing of it is kept. */
import type { OutputRecord } from '../../../core/event/event-record.ts'
import type { LargeTransaction } from '../../../core/transaction/source-transaction.ts'
import type { ReadAgain } from '../../../core/translation/read-again.ts'
import type { Clock } from '../../../ports/clock-log-metrics.ts'
import type { Publisher } from '../../../ports/kafka/publisher.ts'
import type { RawLog } from '../../../ports/kafka/raw-log.ts'
import { recordsBetween } from '../reading/records-between.ts'
import { Turns } from '../reading/turns.ts'

/** Half of what the slowest machine that was tried does. */
const rowsPerSecond = 10_000
const bytesPerSecond = 10_000_000

/** How long its Kafka transaction may stay open, ms. */
export function largeTimeoutMs({ rows, bytes }: LargeTransaction, usualMs: number): number {
  return Math.ceil(usualMs + 1_000 * Math.max(rows / rowsPerSecond, bytes / bytesPerSecond))
}

interface Out {
  readonly publisher: Publisher
  readonly clock: Clock
  /** When it fires, what was appended is left behind, and must not be committed. */
  readonly ended: AbortSignal
}

/**
 * Appends all records to the transaction at hand, and gives the event loop back in between. False when it was ended
 * before the last one.
 */
export async function publishSteps(steps: Iterable<readonly OutputRecord[]>, out: Out): Promise<boolean> {
  const turns = new Turns(out.clock)
  for (const records of steps) {
    await appendAll(records, out.publisher)
    await turns.next()
    if (out.ended.aborted) return false
  }
  return true
}

/** The same of a transaction that is read again, from a raw log of its own. Raises what reading and translating raise. */
export async function publishReadAgain(reading: ReadAgain, log: RawLog, out: Out): Promise<boolean> {
  const turns = new Turns(out.clock)
  for (const pass of reading.passes) {
    for await (const batch of recordsBetween(log, reading.transaction)) {
      for (let index = 0; index < batch.count; index += 1) {
        await appendAll(reading.take(pass, batch, index), out.publisher)
        await turns.next()
        if (out.ended.aborted) return false
      }
    }
    reading.endPass()
  }
  return true
}

async function appendAll(records: readonly OutputRecord[], publisher: Publisher): Promise<void> {
  for (const record of records) {
    const full = publisher.append(record)
    if (full !== null) await full
  }
}
