/** CloudEvents in binary mode: what every event of a type has in its headers, whoever publishes it. */
import { brand } from '../../brand.ts'
import type { FixedHeaders } from './event-record.ts'

/** `ce_type` is the schema's full name, so that type, schema and major version cannot disagree. */
export const eventTypeHeaders = (type: {
  /** A URI reference to who publishes. */
  readonly source: string
  readonly fullName: string
  readonly schemaUrl: string
}): FixedHeaders => [
  ['ce_specversion', '1.0'],
  ['ce_source', type.source],
  ['ce_type', type.fullName],
  ['ce_dataschema', type.schemaUrl],
  ['content-type', 'application/avro'],
]

/** Of an event whose mapping is divided into scopes: which of them, and so by which owner it was published. */
export const scopeHeader = `${brand.headerPrefix}scope`

/** Of the ownership under which an event is published: in one topic it decreases for no key. */
export const epochHeader = (epoch: number): FixedHeaders[number] => [`${brand.headerPrefix}epoch`, String(epoch)]
