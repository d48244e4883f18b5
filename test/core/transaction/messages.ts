/** Messages of a raw log in which transaction 7, committed at 0x70, is `begin(7), row(7, 1), …, end(7, rows)`. */
import type {
  BeginMessage,
  CaptureMessage,
  EndMessage,
  RowMessage,
  SnapshotRowMessage,
} from '../../../src/core/capture/capture-message.ts'
import { postgresPosition } from '../../../src/core/capture/positions/postgres.ts'
import type { SourcePosition } from '../../../src/core/capture/row-change.ts'
import { tableName } from '../../../src/core/catalog/catalog.ts'
import { imageOf } from '../images.ts'

type Unplaced = CaptureMessage

const table = tableName('shop', 'orders')
const committedAtUs = (transaction: number): bigint => BigInt(transaction) * 1_000_000n

function postgresPositionOf(lsn: bigint): SourcePosition {
  const position = postgresPosition(lsn)
  if (position === null) throw new Error('no position')
  return position
}

export const positionOf = (transaction: number): SourcePosition => postgresPositionOf(BigInt(transaction) * 16n)

/** Rows stand before their commit and behind the commit of the transaction before, BEGIN where the first of them does. */
const recordPosition = (transaction: number, totalOrder: number): SourcePosition =>
  postgresPositionOf(BigInt(transaction * 16 - 9 + totalOrder))

export const begin = (transaction: number, more: Partial<BeginMessage> = {}): Unplaced => ({
  kind: 'begin',
  offset: 0,
  transaction: String(transaction),
  position: recordPosition(transaction, 1),
  ...more,
})

export function row(transaction: number, totalOrder: number, more: Partial<RowMessage> = {}): Unplaced {
  const key = { id: transaction * 100 + totalOrder }
  const shared = { table, op: 'c', committedAtUs: committedAtUs(transaction), offset: 0 } as const
  return {
    ...shared,
    kind: 'row',
    transaction: String(transaction),
    recordId: `${transaction}:${transaction * 16 - 9 + totalOrder}`,
    totalOrder,
    position: totalOrder === 1 ? recordPosition(transaction, 1) : null,
    key: keyBytes(JSON.stringify(key)),
    value: null,
    bytes: 100,
    change: { ...shared, before: null, after: imageOf(key), key: imageOf(key), rekey: null },
    ...more,
  }
}

export const keyBytes = (text: string): RowMessage['key'] => ({ bytes: Buffer.from(text), plain: false })

export function logicalMessage(transaction: number, totalOrder: number): Unplaced {
  const recordId = `${transaction}:${transaction * 16 - 9 + totalOrder}`
  const position = totalOrder === 1 ? recordPosition(transaction, 1) : null
  const place = { transaction: String(transaction), recordId, totalOrder, position }
  return { kind: 'logicalMessage', offset: 0, ...place, committedAtUs: committedAtUs(transaction) }
}

export function end(transaction: number, eventCount: number, more: Partial<EndMessage> = {}): Unplaced {
  const position = positionOf(transaction)
  const counts = { eventCount, collectionsCount: eventCount }
  return { kind: 'end', offset: 0, transaction: String(transaction), position, ...counts, ...more }
}

export const heartbeat: Unplaced = { kind: 'heartbeat', offset: 0 }

export const snapshotRow = (place: SnapshotRowMessage['place']): Unplaced => ({
  kind: 'snapshotRow',
  offset: 0,
  table,
  place,
  key: null,
  value: null,
  bytes: 100,
  change: null,
})

/** BEGIN, all rows and END. */
export function whole(transaction: number, rows: number): readonly Unplaced[] {
  const numbers = Array.from({ length: rows }, (_, index) => index + 1)
  return [begin(transaction), ...numbers.map((number) => row(transaction, number)), end(transaction, rows)]
}

/** Gives the messages the offsets at which they stand in a log. */
export function placed(messages: readonly Unplaced[], from = 0): readonly CaptureMessage[] {
  return messages.map((message, index) => {
    const offset = from + index
    if (message.kind !== 'row' || message.change === null) return { ...message, offset }
    return { ...message, offset, change: { ...message.change, offset } }
  })
}
