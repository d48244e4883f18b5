import { isJsonObject, type JsonObject } from '../../../src/core/diagnostics/json-object.ts'

/** `root`: the schema whose definitions are referred to. */
interface Within {
  readonly schema: JsonObject
  readonly root: JsonObject
}

type Keyword = (argument: never, value: unknown, within: Within) => boolean

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
  definitions: () => true,
  $ref: (reference: string, value, { root }) => {
    const definitions = root['definitions'] as Readonly<Record<string, JsonObject>>
    return accepts(definitions[reference.replace('#/definitions/', '')] ?? {}, value, root)
  },
  minProperties: (least: number, value) => !isJsonObject(value) || Object.keys(value).length >= least,
  type: (types: string | readonly string[], value) => [types].flat().some((type) => typeOf[type]?.(value) === true),
  enum: (words: readonly unknown[], value) => words.includes(value),
  pattern: (pattern: string, value) => typeof value !== 'string' || new RegExp(pattern, 'u').test(value),
  minimum: (least: number, value) => typeof value !== 'number' || value >= least,
  maximum: (most: number, value) => typeof value !== 'number' || value <= most,
  minItems: (least: number, value) => !Array.isArray(value) || value.length >= least,
  items: (items: JsonObject, value, { root }) =>
    !Array.isArray(value) || value.every((item) => accepts(items, item, root)),
  anyOf: (schemas: readonly JsonObject[], value, { root }) => schemas.some((schema) => accepts(schema, value, root)),
  required: (keys: readonly string[], value) => !isJsonObject(value) || keys.every((key) => Object.hasOwn(value, key)),
  properties: (properties: Readonly<Record<string, JsonObject>>, value, { root }) =>
    Object.entries(properties).every(
      ([key, schema]) => !isJsonObject(value) || !Object.hasOwn(value, key) || accepts(schema, value[key], root),
    ),
  propertyNames: (names: JsonObject, value, { root }) =>
    !isJsonObject(value) || Object.keys(value).every((key) => accepts(names, key, root)),
  additionalProperties: (others: boolean | JsonObject, value, { schema: { properties = {} }, root }) =>
    !isJsonObject(value) ||
    Object.entries(value)
      .filter(([key]) => !Object.hasOwn(properties as object, key))
      .every(([, one]) => (typeof others === 'boolean' ? others : accepts(others, one, root))),
}

/** As much of draft-07 as our schemas say; a keyword that is none of it fails. */
export const accepts = (schema: JsonObject, value: unknown, root = schema): boolean =>
  Object.entries(schema).every(([keyword, argument]) => {
    const holds = keywords[keyword]
    if (holds === undefined) throw new Error(`unknown keyword ${keyword}`)
    return holds(argument as never, value, { schema, root })
  })
