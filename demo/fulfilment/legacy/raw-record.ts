/** One record of the shop's raw log, as Debezium writes it in JSON. */

/** A row as it was sent: numbers, texts, booleans and null. Identifiers and cents of the shop are far below 2^53. */
export type LegacyRow = Readonly<Record<string, unknown>>

export type RawRecord =
  | { readonly kind: 'begin'; readonly transaction: string }
  /** `position`: where in the database's log it ends; it only grows. `rows`: how many it has, of all tables. */
  | { readonly kind: 'end'; readonly transaction: string; readonly position: bigint; readonly rows: number }
  | RawRow
  /** A heartbeat, a notification, a mark of a snapshot. */
  | { readonly kind: 'other' }

export interface RawRow {
  readonly kind: 'row'
  /** `read`: a snapshot found it. `message`: no row, but counted with them. */
  readonly op: 'read' | 'create' | 'update' | 'delete' | 'truncate' | 'message'
  /** With its schema: `public.orders`. */
  readonly table: string
  /** Of a deleted row only its key means anything: no table of the shop sends more. */
  readonly before: LegacyRow | null
  readonly after: LegacyRow | null
  /** Null: it stands in no transaction. */
  readonly transaction: string | null
  /** µs since 1970. */
  readonly committedAt: bigint
}

interface Envelope {
  readonly status?: 'BEGIN' | 'END'
  readonly id?: string
  readonly event_count?: number | null
  readonly op?: string
  readonly before?: LegacyRow | null
  readonly after?: LegacyRow | null
  readonly source?: { readonly schema: string; readonly table: string; readonly ts_us: number }
  readonly transaction?: { readonly id: string } | null
}

const operations: Readonly<Record<string, RawRow['op']>> = {
  r: 'read',
  c: 'create',
  u: 'update',
  d: 'delete',
  t: 'truncate',
  m: 'message',
}

/** Raises a SyntaxError when it is not JSON. */
export function readRawRecord(value: string | null): RawRecord {
  if (value === null) return { kind: 'other' }
  const { status, id, event_count, op, before, after, source, transaction } = JSON.parse(value) as Envelope
  if (status !== undefined && id !== undefined) return mark(status, id, event_count ?? 0)
  const operation = operations[op ?? '']
  if (operation === undefined || source === undefined) return { kind: 'other' }
  // A logical message may stand beside all transactions.
  if (operation === 'message' && (transaction ?? null) === null) return { kind: 'other' }
  return {
    kind: 'row',
    op: operation,
    table: `${source.schema}.${source.table}`,
    before: before ?? null,
    after: after ?? null,
    transaction: transaction === null || transaction === undefined ? null : numberOf(transaction.id),
    committedAt: BigInt(source.ts_us),
  }
}

function mark(status: 'BEGIN' | 'END', id: string, rows: number): RawRecord {
  const transaction = numberOf(id)
  if (status === 'BEGIN') return { kind: 'begin', transaction }
  return { kind: 'end', transaction, position: BigInt(id.slice(transaction.length + 1)), rows }
}

/** `749:26601512` of BEGIN and `749:26601640` of END are one transaction. */
const numberOf = (id: string): string => id.split(':')[0] ?? id
