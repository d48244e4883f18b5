import type { RawOffset, SourcePosition } from '../capture/row-change.ts'

/** How far a source is: committed in one Kafka transaction with the events it accounts for. */
export interface Checkpoint {
  readonly format: 1
  readonly source: string
  readonly incarnation: number
  /** The next raw offset to read; never inside a source transaction. */
  readonly next: RawOffset
  /** The last visible raw record before `next`: proves that the log is still the one that was read. */
  readonly anchor: { readonly offset: RawOffset; readonly hash: string } | null
  /** Commit position of the last translated source transaction. */
  readonly position: SourcePosition | null
  /** The latest commit time among the translated ones, µs since the epoch as text: a position that comes again with a later time is another history. */
  readonly latestCommitUs: string | null
  readonly snapshot: { readonly run: number; readonly phase: 'none' | 'running' | 'done' }
  /** Registry records before this offset are in force. */
  readonly registryOffset: number
  readonly timeZoneDatabase: string
}
