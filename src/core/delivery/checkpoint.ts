import type { RawOffset, SourcePosition } from '../capture/row-change.ts'
import type { HeldState } from '../held/held-state.ts'
import type { OwnedScope } from '../migration/ownership-record.ts'
import type { AskedSnapshot } from '../transaction/snapshots/asked-snapshots.ts'

/** How far a source is: committed in one Kafka transaction with the events it accounts for. */
export interface Checkpoint {
  /**
   * 2 as soon as an input was held, 3 as soon as a scope has an owner that was decided: a build that does not know of it
   * must not publish past it.
   */
  readonly format: 1 | 2 | 3
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
  readonly snapshot: SnapshotState
  /** Registry records before this offset are in force. */
  readonly registryOffset: number
  readonly timeZoneDatabase: string
  /** What a person should know of the raw log up to here; absent when there is nothing. */
  readonly noticed?: Noticed
  /** What waits; absent when nothing ever has. */
  readonly held?: HeldState
  /** Who may publish, of the scopes of which that was decided; absent when there are none. */
  readonly owners?: readonly OwnedScope[]
  /** How far it is in the words about its dead letters that are in force; absent when all of them are carried out. */
  readonly letters?: LettersReached
}

export interface LettersReached {
  /** Offset of the word in the registry log. */
  readonly word: number
  /** So many of its letters are done. */
  readonly done: number
}

/** Where a source begins, before anything of it was read. */
export function firstCheckpoint(
  start: Pick<Checkpoint, 'source' | 'incarnation' | 'next' | 'registryOffset' | 'timeZoneDatabase'>,
): Checkpoint {
  const nothingRead = {
    anchor: null,
    position: null,
    latestCommitUs: null,
    snapshot: { run: 0, phase: 'none' },
  } as const
  return { format: 1, ...start, ...nothingRead }
}

export interface Noticed {
  /** Tables that the catalog does not know, in the order of their first rows; some of them, if there are many. */
  readonly unknownTables: readonly UnknownTable[]
  /** Columns that the catalog does not know, of tables that mappings read; some of them, if there are many. */
  readonly unknownColumns?: readonly UnknownColumn[]
  /** Tables that have got other names, where the catalog knows one of the two, or it was noticed. */
  readonly renamedTables?: readonly RenamedTable[]
  /** Source transactions that may have lost their first rows: how many, and the last of them. */
  readonly suspectedHeads: {
    readonly times: number
    readonly transaction: string
    /** Of its END. */
    readonly offset: RawOffset
  } | null
}

export interface UnknownTable {
  readonly table: string
  /** Of the first row that was seen. */
  readonly offset: RawOffset
}

export interface UnknownColumn extends UnknownTable {
  readonly column: string
}

export interface RenamedTable {
  readonly table: string
  /** Its name before. */
  readonly from: string
  /** Offset of its first row since; null: there was none yet. */
  readonly row: RawOffset | null
}

export interface SnapshotState {
  readonly run: number
  readonly phase: 'none' | 'running' | 'done'
  /** Blocking snapshots that were asked for and are not over, oldest first; absent when there are none. */
  readonly asked?: readonly AskedSnapshot[]
  /** Tables that have begun in the run that is running: one that begins again is of a new run. */
  readonly begun?: readonly string[]
  /** How far rules have seen the rows that the snapshot has left; absent when none of them waits. */
  readonly published?: PublishedRows
}

/** Rows come table by table, in the order of their keys. */
export interface PublishedRows {
  /** Commit time of the snapshot, µs since the epoch as text. */
  readonly atUs: string
  /** Of these tables the rows that a later snapshot was the first to show; absent: all rows of all tables. */
  readonly tables?: readonly string[]
  /** The last row that rules have seen, as the row store calls it; null: none yet. */
  readonly after: { readonly table: string; readonly key: string } | null
}
