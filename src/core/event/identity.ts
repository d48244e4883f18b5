/** Ids that the same change always gets: after a replay, in shadow and live, in every revision and on every machine. */
import { hash } from 'node:crypto'
import type { TableName } from '../catalog/catalog.ts'

/** Fixed for ever: another namespace would give every event that was ever published a second id. */
const namespace = Buffer.from('203391eb19fc424a903401555903d460', 'hex')

/** Separates the parts: no database allows it in a name, and no other part contains it, so no two lists of parts are one text. */
const separator = '\0'

/** What all events of a source transaction have in common. Computed once per transaction. */
export type TransactionIdentity = string & { readonly __brand: 'TransactionIdentity' }

export function transactionIdentity(parts: {
  readonly source: string
  readonly incarnation: number
  /** `SourceTransaction.key`. */
  readonly transactionKey: string
}): TransactionIdentity {
  return [parts.source, parts.incarnation, parts.transactionKey].join(separator) as TransactionIdentity
}

export interface EventIdentity {
  readonly transaction: TransactionIdentity
  readonly table: TableName
  /** Ordinal of the row's first change among all changes of its table in the transaction. */
  readonly ordinal: number
  readonly event: string
  readonly version: number
  /** Index among the events of this type and major from this anchor. */
  readonly index: number
}

/** The UUIDv5 that is an event's `ce_id`. No offset, no rule order, no revision, no clock and no instance goes in. */
export function eventId({ transaction, table, ordinal, event, version, index }: EventIdentity): string {
  return uuid5([transaction, table, ordinal, event, version, index].join(separator))
}

/** A UUIDv5 (RFC 9562, section 5.5) in this product's namespace. */
export function uuid5(name: string): string {
  const hex = hash('sha1', Buffer.concat([namespace, Buffer.from(name)]), 'hex')
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0b0011) | 0b1000).toString(16)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
