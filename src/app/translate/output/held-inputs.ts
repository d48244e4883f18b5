/** Lets inputs go that have waited: from their log into slices of the session. */
import { HeldLog, heldNumber, type LoggedInput } from '../../../core/held/held-log.ts'
import type { HeldRelease } from '../../../core/translation/held/held-release.ts'
import type { RawLog, RecordBatch } from '../../../ports/raw-log.ts'
import { recordsBetween } from '../reading/records-between.ts'

const look = { maxWaitMs: 1_000, maxBytes: 1 } as const

/**
 * Reads all that wait, in their order. `behindEach` is called behind each input, at which a slice may be sent. False
 * when it was ended before the last one: then it goes on from the checkpoint. Raises `HELD_UNREADABLE` and what reading
 * raises.
 */
export async function releaseHeld(
  release: HeldRelease,
  log: RawLog,
  { ended, behindEach }: { readonly ended: AbortSignal; readonly behindEach: () => Promise<void> },
): Promise<boolean> {
  for await (const logged of heldInputsFrom(release.from, log)) {
    release.take(logged)
    await behindEach()
    if (ended.aborted) return false
  }
  release.end()
  return true
}

/** Those in the log, in their order, from at least that number on. Raises `HELD_UNREADABLE` and what reading raises. */
export async function* heldInputsFrom(number: number, log: RawLog): AsyncGenerator<LoggedInput> {
  const held = new HeldLog()
  const { end } = await log.range()
  const from = await offsetOf(number, log)
  for await (const batch of recordsBetween(log, { from, to: end })) {
    for (let index = 0; index < batch.count; index += 1) {
      const logged = held.take(recordAt(batch, index))
      if (logged !== null) yield logged
    }
  }
}

/** An offset at or before the first record of an input. Numbers grow with offsets, so the log is halved. */
async function offsetOf(number: number, log: RawLog): Promise<number> {
  const { first, end } = await log.range()
  let [low, high] = [first, end]
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    const found = await firstNumberFrom(middle, log)
    if (found !== null && found < number) low = middle
    else high = middle
  }
  return low
}

async function firstNumberFrom(offset: number, log: RawLog): Promise<number | null> {
  const batch = await log.read(offset, look)
  return batch.count === 0 ? null : heldNumber(batch.key(0))
}

/** What is read lasts longer than its batch. */
function recordAt(batch: RecordBatch, index: number): Parameters<HeldLog['take']>[0] {
  const value = batch.value(index)
  return {
    key: batch.key(index),
    value: value === null ? null : Buffer.from(value),
    headers: {
      get: (name) => {
        const header = batch.header(index, name)
        return header === null ? undefined : Buffer.from(header)
      },
    },
  }
}
