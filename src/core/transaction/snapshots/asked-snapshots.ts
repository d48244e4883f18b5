/** Blocking snapshots that signals have asked for: when each of them is over, so that it excuses no other snapshot. */
import type { SnapshotRequest } from '../../capture/snapshot-request.ts'

/**
 * Phases: `waiting` until the first row of its snapshot, then `running`. The connector serves one after the other, and
 * streams nothing while it does: the first of a list is the one whose turn it is.
 */
export interface AskedSnapshot extends Pick<SnapshotRequest, 'id' | 'tables'> {
  /** Conditions leave rows out; absent where they do not. */
  readonly isPartial?: true
  readonly phase: 'waiting' | 'running'
  /** When its turn came, by the timestamps of the raw log. */
  readonly sinceMs: number
}

/**
 * The connector pauses streaming behind the signal, at the latest after its poll interval (half a second by default).
 * The rest is for a producer that is slow to send what was streamed up to there. A snapshot itself may take as long as
 * it likes: nothing is streamed meanwhile.
 */
const beginsWithinMs = 60_000

/** More than anybody asks for at a time; the checkpoint must not grow with signals. */
const askedMax = 16

/** A signal that comes again, because the connector was set back, asks once and anew. */
export function askedWith(
  asked: readonly AskedSnapshot[],
  request: SnapshotRequest,
  atMs: number,
): readonly AskedSnapshot[] {
  const { id, tables, isPartial } = request
  const others = asked.filter((one) => one.id !== id)
  const partial = isPartial ? { isPartial } : {}
  return [...others, { id, tables, ...partial, phase: 'waiting' as const, sinceMs: Math.max(0, atMs) }].slice(-askedMax)
}

/**
 * What is still asked for when the connector streams at this time. A snapshot that was running is over, its last row
 * was lost with the connector; one that has not begun in time had no rows. The same list when nothing is over.
 */
export function stillAsked(asked: readonly AskedSnapshot[], atMs: number): readonly AskedSnapshot[] {
  const [first] = asked
  if (first === undefined) return asked
  const isOver = first.phase === 'running' || atMs - first.sinceMs > beginsWithinMs
  return isOver ? askedBehind(asked, 0, atMs) : asked
}

/** Those behind one that is over, or whose turn has come: only now has theirs. */
export const askedBehind = (asked: readonly AskedSnapshot[], index: number, atMs: number): readonly AskedSnapshot[] =>
  asked.slice(index + 1).map((request) => ({ ...request, sinceMs: Math.max(0, atMs) }))
