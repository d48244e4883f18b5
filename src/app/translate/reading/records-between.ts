import type { RawOffset } from '../../../core/capture/row-change.ts'
import type { RawLog, RecordBatch } from '../../../ports/kafka/raw-log.ts'

const read = { maxWaitMs: 1_000, maxBytes: 1_048_576 } as const

/** Whole batches from `from` on: whoever takes the records passes over what stands at `to` or behind it. */
export async function* recordsBetween(
  log: RawLog,
  { from, to }: { readonly from: RawOffset; readonly to: RawOffset },
): AsyncGenerator<RecordBatch> {
  const ask = (position: RawOffset): Promise<RecordBatch> => {
    const reading = log.read(position, read)
    // Its failure waits until somebody asks for the batch, or is nobody's concern any more.
    reading.catch(() => undefined)
    return reading
  }
  let reading = ask(from)
  for (let position = from; position < to; ) {
    const batch = await reading
    position = batch.next
    // Asked for before the work on this one begins.
    if (position < to) reading = ask(position)
    yield batch
  }
}
