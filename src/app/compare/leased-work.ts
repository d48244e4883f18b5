/** Work on a mapping that one instance does at a time: as long as it holds the lease, and again when it fails. */
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'
import { remedyOf } from '../../core/diagnostics/error-codes.ts'
import type { Clock, Log } from '../../ports/clock-log-metrics.ts'
import type { Lease } from '../../ports/kafka/lease.ts'

export interface LeasedWork {
  readonly mapping: string
  readonly lease: Lease
  readonly clock: Clock
  readonly log: Log
  /** What is said where it fails, as `events are not compared`. */
  readonly failure: string
  /** Until `ended` fires. Calls `sound` once it is at work: what fails later is said again. */
  readonly work: (ended: AbortSignal, sound: () => void) => Promise<void>
}

const retryMs = 1_000

/** Until `stop` fires. Never rejects: what fails is tried again, and said once for each cause. */
export async function runLeased({ lease, clock, work, ...about }: LeasedWork, stop: AbortSignal): Promise<void> {
  let trouble: string | null = null
  const sound = (): void => {
    trouble = null
  }
  while (!stop.aborted) {
    try {
      const grant = await granted(lease, stop)
      if (grant === null) break
      try {
        await work(AbortSignal.any([stop, grant.ended]), sound)
      } finally {
        await grant.release()
      }
    } catch (error) {
      const { code, message } = knownError(error)
      if (trouble !== code) tell(about, { code, message })
      trouble = code
      await clock.sleep(retryMs, stop)
    }
  }
  await lease.close().catch(() => undefined)
}

async function granted(lease: Lease, stop: AbortSignal) {
  const stopped = Promise.withResolvers<null>()
  const resolve = (): void => stopped.resolve(null)
  stop.addEventListener('abort', resolve, { once: true })
  try {
    return await Promise.race([lease.acquire(), stopped.promise])
  } finally {
    stop.removeEventListener('abort', resolve)
  }
}

/** Whatever it is: what watches must never be in the way of what publishes. The message of others may hold values. */
function knownError(error: unknown): FalseworkError {
  if (error instanceof FalseworkError) return error
  return new FalseworkError('INTERNAL', error instanceof Error ? error.name : 'unknown')
}

function tell(
  { mapping, log, failure }: Pick<LeasedWork, 'mapping' | 'log' | 'failure'>,
  { code, message }: Pick<FalseworkError, 'code' | 'message'>,
): void {
  log.warn(failure, { mapping, code, reason: message, remedy: remedyOf(code) })
}
