/** Publishes the outbox, each event once. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { NativePublisher } from '../../src/native/index.ts'
import type { Outbox } from './store/outbox.ts'

/** What a slow broker takes in one go, and little enough to be held. */
const batchMax = 500

export interface PublishingParts {
  readonly outbox: Outbox
  readonly publisher: NativePublisher
  /** With the sequence up to which all is published; gives the number of stores that the service has lost. */
  readonly handBack: (published: bigint) => Promise<number>
}

/**
 * Goes on behind what was published last, which the publisher knows, because it became visible with the events: whatever
 * is killed between, nothing is lost or repeated. Between two batches, when it is certain what is published, stores are
 * handed back of which the service is no longer the owner; what they had left in the outbox is gone then. Ends when `stop` fires and nothing is left; raises what the publisher raises, and an Error
 * when the outbox is older than what was published.
 */
export async function publishOutbox(
  { outbox, publisher, handBack }: PublishingParts,
  { pollMs, stop }: { readonly pollMs: number; readonly stop: AbortSignal },
): Promise<number> {
  let [position, count] = [BigInt(publisher.position ?? 0), 0]
  const last = await outbox.last()
  if (position > last) {
    throw new Error(`the outbox ends at ${last}, and ${position} was published: the database is an older one`)
  }
  for (;;) {
    await handBack(position)
    const isLast = stop.aborted
    const batch = await outbox.behind(position, batchMax)
    const end = batch.at(-1)
    if (end === undefined) {
      if (isLast) return count
      await sleep(pollMs, undefined, { signal: stop }).catch(() => undefined)
      continue
    }
    try {
      await publisher.publish({ events: batch.map(({ event }) => event), position: String(end.sequence) })
    } catch (error) {
      // Nothing of it was sent, and what may not go out is withdrawn before the next attempt.
      if (isRefused(error) && (await handBack(position)) > 0) continue
      throw error
    }
    position = end.sequence
    count += batch.length
  }
}

const isRefused = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'NATIVE_NOT_OWNER'
