/** What `source.snapshot` says: whether a change was streamed, or where in a snapshot its row stands. */
import type { SnapshotRowMessage } from '../capture-message.ts'

const places: ReadonlyMap<unknown, SnapshotRowMessage['place']> = new Map<unknown, SnapshotRowMessage['place']>([
  ['first', 'firstOfTable'],
  ['first_in_data_collection', 'firstOfTable'],
  [true, 'middle'],
  ['true', 'middle'],
  ['last_in_data_collection', 'middle'],
  ['last', 'last'],
  ['incremental', 'incremental'],
])

/** Null: it names no place. */
export const snapshotPlace = (snapshot: unknown): SnapshotRowMessage['place'] | null => places.get(snapshot) ?? null

/** Absent and false mean a streamed change. */
export const isStreamed = (snapshot: unknown): boolean =>
  snapshot === undefined || snapshot === null || snapshot === false || snapshot === 'false'
