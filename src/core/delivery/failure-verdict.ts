/** What a source does after a failure: the rule that covers all faults, as a pure decision. */
import type { RawOffset } from '../capture/row-change.ts'
import type { ErrorCode } from '../diagnostics/error-code.ts'

export interface Failure {
  readonly code: string
  readonly disposition: ErrorCode['disposition']
  /** The raw offset from which the source would replay. */
  readonly position: RawOffset | null
}

/** The latest failure and how often it came back at the same position. */
export interface FailureHistory {
  readonly code: string
  readonly position: RawOffset | null
  readonly times: number
}

export type Verdict =
  /** Discard everything that is open, open anew, replay from the checkpoint. */
  | { readonly kind: 'reopen'; readonly afterMs: number }
  /** Another instance owns the source: give the lease back, so that two never fence each other in turns. */
  | { readonly kind: 'leave' }
  | { readonly kind: 'halt' }

/** The broker has refused these very records this often: it will not change its mind. */
const refusalsUntilHalt = 3
const firstBackoffMs = 50
/** Long enough not to hammer a broker that is down, short enough that recovery is not waited for. */
const backoffMsMax = 3_000

export function judge(
  failure: Failure,
  history: FailureHistory | null,
): { readonly verdict: Verdict; readonly history: FailureHistory } {
  const again = history !== null && history.code === failure.code && history.position === failure.position
  const times = again ? history.times + 1 : 1
  return { verdict: verdictOf(failure, times), history: { code: failure.code, position: failure.position, times } }
}

function verdictOf(failure: Failure, times: number): Verdict {
  if (failure.code === 'FENCED') return { kind: 'leave' }
  if (failure.code === 'PUBLISH_REFUSED') {
    return times >= refusalsUntilHalt ? { kind: 'halt' } : { kind: 'reopen', afterMs: firstBackoffMs }
  }
  if (failure.disposition === 'retry') {
    return { kind: 'reopen', afterMs: Math.min(backoffMsMax, firstBackoffMs * 2 ** (times - 1)) }
  }
  return { kind: 'halt' }
}
