/** The form in which a connector writes keys and values into the raw log. It is declared, and never guessed. */
import type { SourceDialect } from './source-dialect.ts'

/**
 * `jsonWithSchema`: `{"schema":…,"payload":…}`, what JsonConverter writes unless it is told otherwise. `avro`: in Confluent's
 * wire format, with the id of a schema in a registry.
 */
export const rawFormats = ['json', 'jsonWithSchema', 'avro'] as const
export type RawFormat = (typeof rawFormats)[number]

/** Of all records of a raw log: how they are written, and by the connector of which database. */
export interface RawForm {
  readonly format: RawFormat
  readonly dialect: SourceDialect
}
