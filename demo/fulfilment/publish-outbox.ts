/** Publishes the outbox, each event once. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { NativePublisher } from '../../src/native/index.ts'
import type { Outbox } from './store/outbox.ts'

/** What a slow broker takes in one go, and little enough to be held. */
const batchMax = 500

/**
 * Goes on behind what was published last, which the publisher knows, because it became visible with the events: whatever
 * is killed between, nothing is lost or repeated. Ends when `stop` fires and nothing is left; raises what the publisher raises, and an Error
 * when the outbox is older than what was published.
 */
export async function publishOutbox(
  { outbox, publisher }: { readonly outbox: Outbox; readonly publisher: NativePublisher },
  { pollMs, stop }: { readonly pollMs: number; readonly stop: AbortSignal },
): Promise<number> {
  let [position, count] = [BigInt(publisher.position ?? 0), 0]
  const last = await outbox.last()
  if (position > last) {
    throw new Error(`the outbox ends at ${last}, and ${position} was published: the database is an older one`)
  }
  for (;;) {
    const isLast = stop.aborted
    const batch = await outbox.behind(position, batchMax)
    const end = batch.at(-1)
    if (end === undefined) {
      if (isLast) return count
      await sleep(pollMs, undefined, { signal: stop }).catch(() => undefined)
      continue
    }
    await publisher.publish({ events: batch.map(({ event }) => event), position: String(end.sequence) })
    position = end.sequence
    count += batch.length
  }
}
