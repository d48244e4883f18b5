/** Ids that the same change always gets: after a replay, in shadow and live, in every revision and on every machine. */
import { hash } from 'node:crypto'
import type { TableName } from '../catalog/catalog.ts'

/** Fixed for ever: another namespace would give every event that was ever published a second id. */
const namespace = Buffer.from('203391eb19fc424a903401555903d460', 'hex')

/**
 * What all events of a source transaction have in common. Computed once per transaction.
 *
 * Parts are separated by NUL: no database allows it in a name and no other part contains it, so that no two lists of
 * parts are one text.
 */
export type TransactionIdentity = string & { readonly __brand: 'TransactionIdentity' }

export function transactionIdentity(parts: {
  readonly source: string
  readonly incarnation: number
  /** `SourceTransaction.key`. */
  readonly transactionKey: string
}): TransactionIdentity {
  return `${parts.source}\0${parts.incarnation}\0${parts.transactionKey}` as TransactionIdentity
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
  /** See `EventAnchor`. */
  readonly group?: 'entered' | undefined
  readonly derived?: true | undefined
}

/** The UUIDv5 that is an event's `ce_id`. No offset, no rule order, no revision, no clock and no instance goes in. */
export function eventId(identity: EventIdentity): string {
  const { transaction, table, ordinal, event, version, index, group, derived } = identity
  const name = `${transaction}\0${table}\0${ordinal}\0${event}\0${version}\0${index}`
  if (group === undefined && derived === undefined) return uuid5(name)
  return uuid5(
    [name, ...(group === undefined ? [] : [group]), ...(derived === undefined ? [] : ['derived'])].join('\0'),
  )
}

/** A UUIDv5 (RFC 9562, section 5.5) in this product's namespace. */
export function uuid5(name: string): string {
  const hex = hash('sha1', withNamespace(name), 'hex')
  const variant = variants.charAt(Number.parseInt(hex.charAt(16), 16) & 0b0011)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

/** The digits whose upper bits are the RFC's variant, 10. */
const variants = '89ab'

/** Every event is hashed: names are written behind the namespace in one buffer that stays. */
const scratch = Buffer.alloc(1_024)
namespace.copy(scratch)
/** A UTF-16 unit takes at most three bytes of UTF-8. */
const scratchUnits = Math.floor((scratch.length - namespace.length) / 3)

function withNamespace(name: string): Buffer {
  if (name.length > scratchUnits) return Buffer.concat([namespace, Buffer.from(name)])
  return scratch.subarray(0, namespace.length + scratch.write(name, namespace.length))
}
