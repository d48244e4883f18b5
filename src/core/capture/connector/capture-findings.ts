/** What is known of a connector, its raw log and its database when the conditions of lossless capture are judged. */
import type { Table } from '../../catalog/catalog.ts'
import type { MariadbFacts } from './mariadb-facts.ts'
import type { PostgresFacts } from './postgres-facts.ts'
import type { StoredOffset } from './stored-offset.ts'

/** Nothing may be concluded from what could not be asked: it is neither there nor missing. */
export type Asked<T> =
  | { readonly kind: 'asked'; readonly value: T }
  | { readonly kind: 'notAsked'; readonly why: string }

export const asked = <T>(value: T): Asked<T> => ({ kind: 'asked', value })
export const notAsked = (why: string): Asked<never> => ({ kind: 'notAsked', why })

export interface CaptureFindings {
  /** The configuration as Kafka Connect has it, or as the project's file says it. null: there is no such connector. */
  readonly connector: Asked<ConnectorSettings | null>
  /** As the latest changes in the raw log name it; null: none does. */
  readonly connectorVersion: Asked<string | null>
  /** null: nothing is stored yet. */
  readonly storedOffset: Asked<StoredOffset | null>
  readonly rawLogTopic: Asked<string>
  /** null: the topic does not exist. */
  readonly rawLog: Asked<RawLogFacts | null>
  /** What its newest records are compressed with, as Kafka calls it; null: it has none. */
  readonly rawLogCodec: Asked<string | null>
  readonly database: Asked<CaptureFacts>
  /** Tables that mappings read, as the catalog has them. */
  readonly mappedTables: readonly Table[]
  /** Tables of the catalog that are not excluded from the row store. */
  readonly keptTables: readonly Table[]
}

export type ConnectorSettings = Readonly<Record<string, string>>

export interface RawLogFacts {
  readonly partitions: number
  readonly config: ReadonlyMap<string, string>
}

/** What the database says of capture. */
export type CaptureFacts = PostgresFacts | MariadbFacts
