/**
 * What a connector says of its snapshots through Debezium's notification channel `sink`, whose topic is routed into the
 * raw log: `io.debezium.pipeline.notification`, `InitialSnapshotNotificationService` and
 * `IncrementalSnapshotNotificationService` of 3.7.
 */
import { isObject, type JsonObject } from './record-json.ts'

export interface SnapshotNote {
  /** `initial`: of blocking ones too. */
  readonly kind: 'initial' | 'incremental'
  /** Of an incremental one, that of the signal which has asked for it. */
  readonly id: string
  /** When the connector said so, ms since the epoch. */
  readonly atMs: number
  readonly says:
    | { readonly kind: 'begun' | 'completed' | 'aborted' }
    /** What else the connector tells of them. Where it reads in chunks, how many of a table there are and were begun. */
    | { readonly kind: 'goesOn'; readonly chunks: { readonly begun: number; readonly of: number } | null }
    | TableScanned
}

/**
 * Of a snapshot that is not incremental the last row of the table follows, and nothing else stands between. Other
 * words than `SUCCEEDED` and `EMPTY` say why rows are missing.
 */
export interface TableScanned {
  readonly kind: 'scanned'
  /** As the connector writes its name: without quotes, whatever is in it. */
  readonly table: string
  readonly isWhole: boolean
  /** The connector's word for the end: `SUCCEEDED`, `EMPTY`, `NO_PRIMARY_KEY`, `SQL_EXCEPTION` and others. */
  readonly outcome: string
  readonly rows: number
}

const kinds = new Map([
  ['Initial Snapshot', 'initial'],
  ['Incremental Snapshot', 'incremental'],
] as const)

const ends = { STARTED: 'begun', COMPLETED: 'completed', ABORTED: 'aborted' } as const

/** Null for what is said of anything else. */
export function snapshotNote(value: JsonObject): SnapshotNote | null {
  const kind = kinds.get(value['aggregate_type'] as 'Initial Snapshot')
  const { id, type, timestamp } = value
  if (kind === undefined || typeof id !== 'string' || typeof type !== 'string' || !Number.isSafeInteger(timestamp))
    return null
  const about = { kind, id, atMs: Number(timestamp) }
  if (type === 'TABLE_SCAN_COMPLETED') {
    const says = scanned(value['additional_data'])
    return says === null ? null : { ...about, says }
  }
  const end = Object.hasOwn(ends, type) ? ends[type as keyof typeof ends] : null
  if (end !== null) return { ...about, says: { kind: end } }
  return { ...about, says: { kind: 'goesOn', chunks: chunksOf(value['additional_data']) } }
}

function chunksOf(data: unknown): { readonly begun: number; readonly of: number } | null {
  if (!isObject(data)) return null
  const [begun, of] = [Number(data['chunk_index']), Number(data['total_chunks'])]
  return begun <= of ? { begun, of } : null
}

function scanned(data: unknown): TableScanned | null {
  if (!isObject(data)) return null
  const { scanned_collection: table, status, total_rows_scanned: rows } = data
  if (typeof table !== 'string' || typeof status !== 'string') return null
  const isWhole = status === 'SUCCEEDED' || status === 'EMPTY'
  return { kind: 'scanned', table, isWhole, outcome: status, rows: Number(rows ?? 0) }
}
