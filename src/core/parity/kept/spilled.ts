/** Aggregates whose windows a store keeps, and what of them is still to be written. */
import { FalseworkError } from '../../diagnostics/falsework-error.ts'
import type { Watermarks } from '../pairing/window.ts'

/** What stays in memory of it. */
export interface SpilledMark {
  /** Not before both streams are past this is there anything to judge. */
  readonly dueMs: number
  /** When the oldest of its events that still waits was appended; null: none does. */
  readonly pendingSinceMs: number | null
}

/** Where a store has it: by `dueMs`, what is written together, and comes back together, stands together. */
export interface SpilledKey {
  readonly aggregate: string
  readonly dueMs: number
}

/** What still waits of an aggregate, as a value that a store keeps. */
export interface SpilledAggregate extends SpilledKey, SpilledMark {
  readonly bytes: Buffer
}

/**
 * Those of which these watermarks judge something, so many at most; marks are given as a store does, in the order in
 * which they are due, with nothing that is not written yet. Restore them, `pass`, `spill`, write, and ask again until
 * there are none: aggregates are judged one by one, so that nothing depends on who comes first.
 */
export function dueAmong(
  marks: Iterable<readonly [string, SpilledMark]>,
  { bridgeMs, nativeMs, most }: Watermarks & { readonly most: number },
): readonly SpilledKey[] {
  const lineMs = Math.min(bridgeMs, nativeMs)
  const due: SpilledKey[] = []
  for (const [aggregate, { dueMs }] of marks) {
    if (due.length >= most || dueMs > lineMs) break
    due.push({ aggregate, dueMs })
  }
  return due
}

/** To be written in one step with the comparator: first what is there no longer, then what is there now. */
export interface SpilledChanges {
  readonly removed: readonly SpilledKey[]
  readonly spilled: readonly SpilledAggregate[]
}

/** Between a comparator and its store: what was spilled and restored since the last write. */
export class SpillBuffer {
  private readonly spilled = new Map<string, SpilledAggregate>()
  private removed: SpilledKey[] = []

  add(aggregates: readonly SpilledAggregate[]): void {
    for (const one of aggregates) this.spilled.set(one.aggregate, one)
  }

  /** What is to be given back to the comparator; `stored` reads what has been written. Raises `INTERNAL` when nothing is there. */
  restore(key: SpilledKey, stored: (key: SpilledKey) => SpilledAggregate | null): SpilledAggregate {
    const waiting = this.spilled.get(key.aggregate)
    if (waiting !== undefined) {
      this.spilled.delete(key.aggregate)
      return waiting
    }
    const found = stored(key)
    if (found === null) throw new FalseworkError('INTERNAL', 'a spilled aggregate is not in the store')
    this.removed.push(key)
    return found
  }

  /** All of it, to be written before anything else is restored. */
  take(): SpilledChanges {
    const changes = { removed: this.removed, spilled: [...this.spilled.values()] }
    this.removed = []
    this.spilled.clear()
    return changes
  }
}
