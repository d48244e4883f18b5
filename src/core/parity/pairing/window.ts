/** What both ways of pairing have in common: how far the streams are, and what still waits of one aggregate. */
import type { Comparison } from '../comparison.ts'
import type { ComparedEvent, Side } from '../compared-event.ts'
import type { Tolerance } from '../tolerance.ts'

/** Times up to which everything of a stream has been seen, ms since the epoch: the checkpoint, and the last reading to the end. */
export interface Watermarks {
  readonly bridgeMs: number
  readonly nativeMs: number
}

/** How far a window may be judged. */
export interface Passing {
  /** What both streams are past. */
  readonly lineMs: number
  readonly stalled: Side | null
}

export interface Limits extends Pick<Comparison, 'windowMs' | 'lateMs'> {
  /** By type. */
  readonly tolerances: ReadonlyMap<string, Tolerance>
}

export const toleranceOf = ({ tolerances }: Limits, { type }: Pick<ComparedEvent, 'type'>): Tolerance =>
  tolerances.get(type) ?? {}

/** Why an event has no counterpart: a stream that has stopped is another cause than an event that was left out. */
export const missingCause = ({ side }: ComparedEvent, { stalled }: Passing): string =>
  stalled !== null && stalled !== side ? `${stalled} has stalled` : 'no counterpart'

/** Ordinals of an aggregate's events, from 1, on each side. */
export interface Counted {
  bridge: number
  native: number
}
