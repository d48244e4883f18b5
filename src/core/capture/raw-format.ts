/** The form in which a connector writes keys and values into the raw log. It is declared, and never guessed. */

/**
 * `jsonWithSchema`: `{"schema":…,"payload":…}`, what JsonConverter writes unless it is told otherwise. `avro`: in Confluent's
 * wire format, with the id of a schema in a registry.
 */
export const rawFormats = ['json', 'jsonWithSchema', 'avro'] as const
export type RawFormat = (typeof rawFormats)[number]
