import type { TableName } from '../catalog/catalog.ts'
import type { RecordValue } from '../values/value.ts'
import type { Contract } from './contract/contract.ts'
import type { ErrorClass } from '../values/value-error.ts'

/** What a mapping's `publish` entry says once for all of its events. One frozen object per entry. */
export interface Publication {
  readonly mapping: string
  readonly rule: string
  readonly event: string
  readonly version: number
  readonly topic: string
  readonly contract: Contract
  /** ISO dates: since when a newer version should be used, and after which this one ends. */
  readonly deprecated?: { readonly since: string; readonly sunset: string }
}

/** A published fact, not yet a record: the mapping's result before identity, headers and bytes. */
export interface BusinessEvent {
  readonly publication: Publication
  readonly key: string
  /** Defaults to the key. */
  readonly subject: string
  /** µs since the epoch: the source commit time unless the mapping says otherwise. */
  readonly timeUs: bigint
  readonly fields: RecordValue
  /** `fields` in the contract's Avro, without a frame: a value that does not fit has failed its rule, not the record. */
  readonly value: Buffer
  readonly anchor: EventAnchor
  /** Index among the events of this type and major from this anchor. */
  readonly index: number
  /** Classes of the failures for which an optional field is null, as the mapping's policy says; absent: of none. */
  readonly nulled?: readonly ErrorClass[]
  /** Some of what it looked up was read as of when its input was let go; absent: as of its transaction. */
  readonly lookedUp?: 'release'
}

/** The change that an event stands on: part of the event's identity. */
export interface EventAnchor {
  readonly table: TableName
  /** Ordinal, from 0, of the row's first change among all changes of its table in the source transaction. */
  readonly ordinal: number
  /** Place, from 0, of that change among all changes of the transaction. */
  readonly order: number
  /** Raw offset of that change. */
  readonly offset: number
  /** Of an event of the group that the row came to, where it changed its group: it left another one in the same change. */
  readonly group?: 'entered'
  /** A foreign key has made the change, and the log has nothing of it: its ordinal is among such changes. */
  readonly derived?: true
}

/** A delete marker for a compacted topic: no event, but ordered among them. */
export interface Tombstone {
  readonly mapping: string
  readonly topic: string
  readonly key: string
  readonly anchor: EventAnchor
}
