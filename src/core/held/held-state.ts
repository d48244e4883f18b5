import type { LetterAction } from '../registry/control-record.ts'
import type { HeldUnit } from './held-unit.ts'

/** What waits of a source, as its checkpoint says it. */
export interface HeldState {
  /** Number of the next input that is held: they are numbered from 0, and no number comes again. */
  readonly next: number
  /** Those that wait, and the bytes of their records. */
  readonly inputs: number
  readonly bytes: number
  readonly holds: readonly Hold[]
  readonly blockers: readonly Blocker[]
  /** Set while inputs are released: those that are in no hold any more are not looked at again. */
  readonly releasing?: true
}

/** A unit of which inputs wait. One of several units goes on in all of them at once. */
export interface Hold {
  readonly unit: HeldUnit
  /** No input before this number waits in it any more. */
  readonly next: number
  /** Behind the last input that waits in it. */
  readonly end: number
  /** Commit time of the first input, µs since the epoch as text. */
  readonly sinceUs: string
}

/** A failed input that others wait behind. It waits itself, as the first of them. */
export interface Blocker {
  readonly number: number
  /** Id of its dead letter. */
  readonly letter: string
  /** Of its dead letter, where it is several. */
  readonly records?: number
  readonly mapping: string
  /** Hash of the revision that it failed under: another one of the mapping is a reason to try it again. */
  readonly revision: string
  /** Those that it blocks, be they of its events or of its whole mapping. */
  readonly units: readonly HeldUnit[]
  /** What an operator has said of it, until it is its turn; absent: nothing. */
  readonly word?: LetterAction
}

export const nothingHeld: HeldState = { next: 0, inputs: 0, bytes: 0, holds: [], blockers: [] }
