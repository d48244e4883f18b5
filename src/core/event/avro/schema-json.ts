/** The JSON of schemas, written anew: no default may become another number on the way. */
import { isJsonObject } from '../../diagnostics/json-object.ts'

/** Where a parsed value comes from. */
interface Origin {
  readonly source?: string
}

/** The same schema without white space, every number with the digits that it has in the text. */
export const compactSchema = (text: string): string => JSON.stringify(writableSchema(text))

/** What `JSON.stringify` writes with the digits that the text has; to be written, and not to be read. */
export const writableSchema = (text: string): unknown => JSON.parse(text, asWritten)

function asWritten(_name: string, value: unknown, origin?: Origin): unknown {
  return typeof value === 'number' ? JSON.rawJSON(origin?.source ?? String(value)) : value
}

/** A schema without the defaults of its fields. */
export function withoutDefaults(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withoutDefaults)
  if (!isJsonObject(schema)) return schema
  return Object.fromEntries(
    Object.entries(schema).map(([name, value]) => [
      name,
      name === 'fields' && Array.isArray(value) ? value.map(withoutDefault) : withoutDefaults(value),
    ]),
  )
}

function withoutDefault(field: unknown): unknown {
  if (!isJsonObject(field)) return field
  return withoutDefaults(Object.fromEntries(Object.entries(field).filter(([name]) => name !== 'default')))
}
