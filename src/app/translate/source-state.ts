/** What a source is doing, for `status`, health and the log. */
import type { RawOffset } from '../../core/capture/row-change.ts'

export type SourceState =
  /** Another instance holds the lease, or the group is still forming. */
  | { readonly phase: 'waiting' }
  /** Fencing, reading the checkpoint, finding the position. */
  | { readonly phase: 'opening' }
  | { readonly phase: 'running' }
  /** Something failed that passes by itself; everything that was open is discarded. */
  | { readonly phase: 'recovering'; readonly code: string; readonly message: string; readonly times: number }
  /** Nothing is published until a person has acted. */
  | {
      readonly phase: 'halted'
      readonly code: string
      readonly message: string
      readonly remedy: string
      readonly position: RawOffset | null
    }
  | { readonly phase: 'stopped' }

export interface SourceReport {
  readonly source: string
  readonly state: SourceState
  /** The next raw offset to read, as of the last published checkpoint; null before the first one is known. */
  readonly next: RawOffset | null
  readonly registryOffset: number
  readonly counts: SourceCounts
  /** Commit time of the last translated source transaction, ms since the epoch. */
  readonly lastCommitMs: number | null
}

/** Since this process started. */
export interface SourceCounts {
  readonly changes: number
  readonly transactions: number
  readonly replayedTransactions: number
  readonly events: number
  readonly deadLetters: number
  readonly kafkaTransactions: number
}
