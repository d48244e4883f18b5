/** What a source does after a failure: the rule that covers all faults, as a pure decision. */
import type { RawOffset } from '../capture/row-change.ts'
import type { ErrorCode } from '../diagnostics/error-code.ts'

/** What went wrong, as it is told to a person. */
export interface Trouble {
  readonly code: string
  readonly message: string
}

export interface Failure extends Trouble {
  readonly disposition: ErrorCode['disposition']
  /** `instance`: it depends on this process (its keys, its build), and another one may be sound. */
  readonly scope: 'source' | 'instance'
  /** The raw offset from which the source would replay; null when it had not been opened. */
  readonly position: RawOffset | null
  /** Whether this instance is the only member of the lease's group; null when nobody could tell. */
  readonly alone: boolean | null
}

/** A failure, and how often in a row it came at one position. */
export interface Repeated {
  readonly code: string
  readonly position: RawOffset | null
  readonly times: number
}

export type Verdict =
  /** Discard everything that is open, open anew, replay from the checkpoint. */
  | { readonly kind: 'recover'; readonly afterMs: number }
  /** Another instance owns the source: give the lease back, so that two never fence each other in turns. */
  | { readonly kind: 'yield'; readonly afterMs: number }
  | { readonly kind: 'halt' }

/**
 * The broker has refused these very records this often, or ended their transaction: it will not change its mind. And a
 * disk that has changed what was written, each time that it was written anew, will do so again.
 */
const timesUntilHalt = 3
const haltingWhenRepeated: ReadonlySet<string> = new Set(['PUBLISH_REFUSED', 'STORE_DAMAGED'])
const firstBackoffMs = 50
/** Long enough not to hammer a broker that is down, short enough that recovery is not waited for. */
const backoffMsMax = 3_000
const firstLookMs = 10_000
const lookMsMax = 600_000

export function repeated(failure: Pick<Failure, 'code' | 'position'>, before: Repeated | null): Repeated {
  const { code, position } = failure
  const again = before !== null && before.code === code && before.position === position
  return { code, position, times: again ? before.times + 1 : 1 }
}

/** Until the next attempt after so many in a row. */
export const backoffMs = (times: number): number => Math.min(backoffMsMax, firstBackoffMs * 2 ** (times - 1))

/** Until a halt is looked at again: its remedy may have been done where nobody tells of it. */
export const lookAgainMs = (looks: number): number => Math.min(lookMsMax, firstLookMs * 2 ** looks)

/**
 * To the client a transaction that outlasted its time-out looks as one that another instance has fenced. No other
 * member in the group, and the same position again and again, tell them apart as far as can be.
 */
export function verdictOn(failure: Failure, times: number): Verdict {
  if (failure.code === 'FENCED')
    return timedOut(failure, times) ? { kind: 'halt' } : { kind: 'yield', afterMs: backoffMs(times) }
  if (haltingWhenRepeated.has(failure.code) && times >= timesUntilHalt) return { kind: 'halt' }
  return failure.disposition === 'retry' ? { kind: 'recover', afterMs: backoffMs(times) } : { kind: 'halt' }
}

/** What a person is told of a failure that halts. */
export function tellHalt(failure: Failure, times: number): Trouble {
  if (failure.code !== 'FENCED') return { code: failure.code, message: failure.message }
  const at = failure.position === null ? 'while it was opened' : `at raw offset ${failure.position}`
  const message = `${times} times ${at}, with no other instance in the group of the lease: ${failure.message}`
  return { code: 'TRANSACTION_TIMED_OUT', message }
}

const timedOut = ({ alone }: Failure, times: number): boolean => alone === true && times >= timesUntilHalt
