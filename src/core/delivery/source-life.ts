/**
 * The life of a source in one process, as a pure machine: what keeps it alive, what halts it by name, and what anybody
 * is told of it. Nothing else decides.
 */
import type { RawOffset } from '../capture/row-change.ts'
import { FalseworkError } from '../diagnostics/falsework-error.ts'
import {
  backoffMs,
  type Failure,
  lookAgainMs,
  type Repeated,
  repeated,
  tellHalt,
  type Trouble,
  type Verdict,
  verdictOn,
} from './failure-verdict.ts'

/** Times are those of a clock that never goes back, ms. `untilMs` null: it is being tried now. */
export type SourceState =
  /** For its topics, or for the lease: another instance has it, the group is forming, or it cannot be had. */
  | {
      readonly phase: 'waiting'
      readonly for: 'topics' | 'lease'
      readonly sinceMs: number
      readonly failure: Trouble | null
      readonly untilMs: number | null
    }
  /** Fencing, reading the checkpoint, finding the position. */
  | { readonly phase: 'opening'; readonly sinceMs: number }
  | { readonly phase: 'running'; readonly sinceMs: number }
  /** Something failed that passes by itself; everything that was open is discarded. */
  | { readonly phase: 'recovering'; readonly failure: Trouble; readonly times: number; readonly untilMs: number }
  /** Nothing is published until a person has acted; looked at again at growing intervals, and when the registry log moves. */
  | { readonly phase: 'halted'; readonly untilMs: number }
  /** It was fenced: the lease is given back, so that two instances never fence each other in turns. */
  | { readonly phase: 'yielded'; readonly failure: Trouble; readonly untilMs: number }
  | { readonly phase: 'stopped' }

/** Why a source is halted. It stays while it is looked at again, until the source has got past it. */
export interface Halt {
  readonly failure: Trouble
  /** The code that was raised; the failure that is told may have another. */
  readonly cause: string
  readonly scope: Failure['scope']
  readonly position: RawOffset | null
  readonly sinceMs: number
  /** How often it was looked at again. */
  readonly looks: number
}

export interface Life {
  readonly state: SourceState
  readonly halt: Halt | null
  /** The latest failure, and how often it came back at the same position. */
  readonly repeated: Repeated | null
}

export type Happening =
  | { readonly kind: 'prepared' }
  | { readonly kind: 'granted' }
  /** The group of the lease has taken this instance in, and another one has the source. */
  | { readonly kind: 'admitted' }
  /** Its topics or the lease could not be had. */
  | { readonly kind: 'refused'; readonly failure: Trouble }
  | { readonly kind: 'opened' }
  /** A checkpoint became visible. */
  | { readonly kind: 'progressed'; readonly position: RawOffset }
  | { readonly kind: 'failed'; readonly failure: Failure }
  /** The lease has ended. */
  | { readonly kind: 'lost' }
  /** What was waited for by time is over. */
  | { readonly kind: 'due' }
  | { readonly kind: 'registryMoved' }
  | { readonly kind: 'told to stop' }

/** What the shell does next; what comes of it is the next happening. */
export type Act = 'prepare' | 'acquire' | 'open' | 'work' | 'wait' | 'end'

export const born = (nowMs: number): Life => ({ state: waiting('topics', nowMs), halt: null, repeated: null })

/** Raises FalseworkError `INTERNAL` for what cannot happen in a state; what comes too late to matter changes nothing. */
export function step(life: Life, happening: Happening, nowMs: number): { readonly life: Life; readonly act: Act } {
  const next = move(life, happening, nowMs)
  return { life: next, act: actOf(next.state) }
}

export function actOf(state: SourceState): Act {
  switch (state.phase) {
    case 'waiting':
      if (state.untilMs !== null) return 'wait'
      return state.for === 'topics' ? 'prepare' : 'acquire'
    case 'opening':
      return 'open'
    case 'running':
      return 'work'
    case 'recovering':
    case 'halted':
    case 'yielded':
      return 'wait'
    case 'stopped':
      return 'end'
  }
}

/** Whether the lease is kept: a halted instance lets a sound one work. */
export function keepsLease({ state, halt }: Life): boolean {
  if (state.phase === 'halted') return halt?.scope === 'source'
  return state.phase === 'opening' || state.phase === 'running' || state.phase === 'recovering'
}

/** The phase that a person is told: a halt that is only looked at again is one still. */
export const shownPhase = ({ state, halt }: Life): SourceState['phase'] =>
  halt !== null && state.phase !== 'stopped' ? 'halted' : state.phase

/** Ready, and nothing for a person to do: it works, or another instance does. */
export function isSound({ state, halt }: Life): boolean {
  if (halt !== null) return false
  return state.phase === 'running' || (state.phase === 'waiting' && state.for === 'lease' && state.failure === null)
}

/** What is wrong, or was last; null when nothing is. */
export function troubleOf({ state, halt }: Life): Trouble | null {
  if (halt !== null) return halt.failure
  return 'failure' in state ? state.failure : null
}

const waiting = (what: 'topics' | 'lease', sinceMs: number, failure: Trouble | null = null): SourceState => ({
  phase: 'waiting',
  for: what,
  sinceMs,
  failure,
  untilMs: null,
})

function move(life: Life, happening: Happening, nowMs: number): Life {
  const { state } = life
  if (state.phase === 'stopped') return life
  switch (happening.kind) {
    case 'told to stop':
      return { ...life, state: { phase: 'stopped' } }
    case 'lost':
      return keepsLease(life) ? { ...life, halt: ofInstance(life.halt), state: waiting('lease', nowMs) } : life
    case 'admitted':
      return admitted(life)
    case 'registryMoved':
      return state.phase === 'halted' ? lookAgain(life, nowMs) : life
    case 'due':
      return due(life, nowMs)
    case 'progressed':
      return state.phase === 'running' ? progressed(life, happening.position) : life
    case 'prepared':
      if (state.phase !== 'waiting' || state.for !== 'topics') throw impossible(state, happening)
      return { ...life, state: waiting('lease', nowMs), repeated: null }
    case 'granted':
      if (state.phase !== 'waiting' || state.for !== 'lease') throw impossible(state, happening)
      return { ...life, state: { phase: 'opening', sinceMs: nowMs } }
    case 'refused':
      if (state.phase !== 'waiting') throw impossible(state, happening)
      return refused(life, { ...state, failure: happening.failure }, nowMs)
    case 'opened':
      if (state.phase !== 'opening') throw impossible(state, happening)
      return opened(life, nowMs)
    case 'failed':
      if (state.phase !== 'opening' && state.phase !== 'running') throw impossible(state, happening)
      return failed(life, happening.failure, nowMs)
  }
}

/** What halted it before it was open is over when it is. */
function opened(life: Life, nowMs: number): Life {
  const halt = life.halt?.position === null ? null : life.halt
  return { ...life, halt, state: { phase: 'running', sinceMs: nowMs } }
}

/** Who has the source now tells of what halts the source itself. */
const ofInstance = (halt: Halt | null): Halt | null => (halt?.scope === 'instance' ? halt : null)

/** What could not be had is had: as a member that waits. */
function admitted(life: Life): Life {
  const { state } = life
  if (state.phase !== 'waiting' || state.for !== 'lease' || state.failure === null) return life
  return { ...life, repeated: null, state: { ...state, failure: null } }
}

function progressed(life: Life, position: RawOffset): Life {
  const isPast = (before: { readonly position: RawOffset | null } | null): boolean =>
    before !== null && position > (before.position ?? -1)
  if (!isPast(life.halt) && !isPast(life.repeated)) return life
  const halt = isPast(life.halt) ? null : life.halt
  return { ...life, halt, repeated: isPast(life.repeated) ? null : life.repeated }
}

function refused(life: Life, state: SourceState & { phase: 'waiting' }, nowMs: number): Life {
  const again = repeated({ code: state.failure?.code ?? '', position: null }, life.repeated)
  return { ...life, repeated: again, state: { ...state, untilMs: nowMs + backoffMs(again.times) } }
}

function due(life: Life, nowMs: number): Life {
  const { state } = life
  switch (state.phase) {
    case 'waiting':
      return { ...life, state: { ...state, untilMs: null } }
    case 'recovering':
      return { ...life, state: { phase: 'opening', sinceMs: nowMs } }
    case 'yielded':
      return { ...life, state: waiting('lease', nowMs) }
    case 'halted':
      return lookAgain(life, nowMs)
    case 'opening':
    case 'running':
    case 'stopped':
      return life
  }
}

function lookAgain(life: Life, nowMs: number): Life {
  const state: SourceState = keepsLease(life) ? { phase: 'opening', sinceMs: nowMs } : waiting('lease', nowMs)
  return { ...life, state }
}

function failed(life: Life, failure: Failure, nowMs: number): Life {
  const again = repeated(failure, life.repeated)
  const same = life.halt?.cause === failure.code && life.halt.position === failure.position ? life.halt : null
  const verdict: Verdict = same === null ? verdictOn(failure, again.times) : { kind: 'halt' }
  const { code, message } = failure
  switch (verdict.kind) {
    case 'recover': {
      const untilMs = nowMs + verdict.afterMs
      const state: SourceState = { phase: 'recovering', failure: { code, message }, times: again.times, untilMs }
      return { ...life, repeated: again, state }
    }
    case 'yield': {
      const state: SourceState = { phase: 'yielded', failure: { code, message }, untilMs: nowMs + verdict.afterMs }
      return { halt: ofInstance(life.halt), repeated: again, state }
    }
    case 'halt': {
      const { scope, position } = failure
      const first: Halt = {
        failure: tellHalt(failure, again.times),
        cause: code,
        scope,
        position,
        sinceMs: nowMs,
        looks: 0,
      }
      const halt = same === null ? first : { ...same, looks: same.looks + 1 }
      return { state: { phase: 'halted', untilMs: nowMs + lookAgainMs(halt.looks) }, halt, repeated: null }
    }
  }
}

const impossible = (state: SourceState, { kind }: Happening): FalseworkError =>
  new FalseworkError('INTERNAL', `a source that is ${state.phase} cannot have ${kind}`)
