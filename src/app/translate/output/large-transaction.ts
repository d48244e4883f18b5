/** Publishes a transaction that is too large for one turn as it is translated: nothing of it is kept. */
import type { OutputRecord } from '../../../core/event/event-record.ts'
import type { LargeTransaction } from '../../../core/transaction/source-transaction.ts'
import type { ReadAgain } from '../../../core/translation/read-again.ts'
import type { Clock } from '../../../ports/clock-log-metrics.ts'
import type { Publisher } from '../../../ports/publisher.ts'
import type { RawLog, RecordBatch } from '../../../ports/raw-log.ts'

/** Heartbeats and other sources wait no longer than this, and some. */
const turnMs = 25
/** Half of what the slowest machine that was tried does. */
const rowsPerSecond = 10_000
const bytesPerSecond = 10_000_000

const read = { maxWaitMs: 1_000, maxBytes: 1_048_576 } as const

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
    for await (const batch of rangeOf(log, reading.transaction)) {
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

/** Whole batches: what stands behind the transaction is passed over by whoever takes the records. */
async function* rangeOf(log: RawLog, { from, to }: LargeTransaction): AsyncGenerator<RecordBatch> {
  let reading = log.read(from, read)
  for (let position = from; position < to; ) {
    const batch = await reading
    position = batch.next
    // Asked for before the work on this one begins.
    if (position < to) reading = log.read(position, read)
    yield batch
  }
}

async function appendAll(records: readonly OutputRecord[], publisher: Publisher): Promise<void> {
  for (const record of records) {
    const full = publisher.append(record)
    if (full !== null) await full
  }
}

/** Of the event loop. */
class Turns {
  private readonly clock: Clock
  private sinceMs: number

  constructor(clock: Clock) {
    this.clock = clock
    this.sinceMs = clock.nowMs()
  }

  async next(): Promise<void> {
    if (this.clock.nowMs() - this.sinceMs < turnMs) return
    await this.clock.sleep(0)
    this.sinceMs = this.clock.nowMs()
  }
}
