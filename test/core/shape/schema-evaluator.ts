import { isJsonObject, type JsonObject } from '../../../src/core/diagnostics/json-object.ts'

type Keyword = (argument: never, value: unknown, schema: JsonObject) => boolean

const typeOf: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  integer: Number.isInteger,
  boolean: (value) => typeof value === 'boolean',
  null: (value) => value === null,
  array: Array.isArray,
  object: isJsonObject,
}

const keywords: Readonly<Record<string, Keyword>> = {
  $schema: () => true,
  title: () => true,
  description: () => true,
  default: () => true,
  type: (types: string | readonly string[], value) => [types].flat().some((type) => typeOf[type]?.(value) === true),
  enum: (words: readonly unknown[], value) => words.includes(value),
  pattern: (pattern: string, value) => typeof value !== 'string' || new RegExp(pattern, 'u').test(value),
  minimum: (least: number, value) => typeof value !== 'number' || value >= least,
  maximum: (most: number, value) => typeof value !== 'number' || value <= most,
  minItems: (least: number, value) => !Array.isArray(value) || value.length >= least,
  items: (items: JsonObject, value) => !Array.isArray(value) || value.every((item) => accepts(items, item)),
  anyOf: (schemas: readonly JsonObject[], value) => schemas.some((schema) => accepts(schema, value)),
  required: (keys: readonly string[], value) => !isJsonObject(value) || keys.every((key) => Object.hasOwn(value, key)),
  properties: (properties: Readonly<Record<string, JsonObject>>, value) =>
    Object.entries(properties).every(
      ([key, schema]) => !isJsonObject(value) || !Object.hasOwn(value, key) || accepts(schema, value[key]),
    ),
  propertyNames: (names: JsonObject, value) =>
    !isJsonObject(value) || Object.keys(value).every((key) => accepts(names, key)),
  additionalProperties: (others: boolean | JsonObject, value, { properties = {} }) =>
    !isJsonObject(value) ||
    Object.entries(value)
      .filter(([key]) => !Object.hasOwn(properties as object, key))
      .every(([, one]) => (typeof others === 'boolean' ? others : accepts(others, one))),
}

/** As much of draft-07 as our schemas say; a keyword that is none of it fails. */
export const accepts = (schema: JsonObject, value: unknown): boolean =>
  Object.entries(schema).every(([keyword, argument]) => {
    const holds = keywords[keyword]
    if (holds === undefined) throw new Error(`unknown keyword ${keyword}`)
    return holds(argument as never, value, schema)
  })
