/** Parsed JSON, as far as it is an object. */

export type JsonObject = Readonly<Record<string, unknown>>

/** Where in the JSON something stands: keys and indexes from the root. */
export type JsonPath = readonly (string | number)[]

export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
