/** Lets inputs go that have waited: from their log into slices of the session. */
import { HeldLog, heldNumber, type LoggedInput } from '../../../core/held/held-log.ts'
import type { HeldRelease } from '../../../core/translation/held/held-release.ts'
import type { RawLog, RecordBatch } from '../../../ports/kafka/raw-log.ts'
import { recordsBetween } from '../reading/records-between.ts'
import { Turns } from '../reading/turns.ts'
import type { SessionWork } from '../session/session-work.ts'

const look = { maxWaitMs: 1_000, maxBytes: 1 } as const

/**
 * Where inputs may go that have waited, they go before anything else is translated. When it is ended before the last one,
 * it goes on from the checkpoint. Raises `HELD_UNREADABLE` and what reading raises.
 */
export async function releaseHeld({ parts, translation, slices }: SessionWork, ended: AbortSignal): Promise<void> {
  if (!translation.mayRelease || ended.aborted) return
  await slices.settle()
  const turns = new Turns(parts.clock)
  const log = await parts.openRawLog(parts.names.held(parts.source))
  const behindEach = async (): Promise<void> => {
    await turns.next()
    if (translation.isLarge) await slices.send()
  }
  try {
    await takeAll(translation.release(), log, { ended, behindEach })
  } finally {
    await log.close()
  }
  await slices.send()
}

/** Reads all that wait, in their order, until it is ended. A slice may be sent behind each. */
async function takeAll(
  release: HeldRelease,
  log: RawLog,
  { ended, behindEach }: { readonly ended: AbortSignal; readonly behindEach: () => Promise<void> },
): Promise<void> {
  for await (const logged of heldInputsFrom(release.from, log)) {
    release.take(logged)
    await behindEach()
    if (ended.aborted) return
  }
  release.end()
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
