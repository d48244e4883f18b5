/** A shape as JSON Schema (draft-07), for editors: it accepts whatever the shape accepts, and as little more as it can say. */
import type { JsonObject } from '../diagnostics/json-object.ts'
import type { Form } from './form.ts'

/** `yaml`: what looks like a number may be meant as a text, and the reverse. */
export type Dialect = 'yaml' | 'json'

export function jsonSchema(
  form: Form,
  { title, dialect }: { readonly title: string; readonly dialect: Dialect },
): JsonObject {
  const named = [...namedForms(form)]
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title,
    ...schemaOf(form, dialect),
    ...(named.length > 0 && {
      definitions: Object.fromEntries(named.map(([name, inner]) => [name, schemaOf(inner, dialect)])),
    }),
  }
}

/** The forms that may stand within themselves, each once. */
function namedForms(form: Form, known: Map<string, Form> = new Map()): ReadonlyMap<string, Form> {
  if (form.kind === 'named') {
    if (known.has(form.name)) return known
    known.set(form.name, form.form())
  }
  for (const inner of innerForms(form)) namedForms(inner, known)
  return known
}

function innerForms(form: Form): readonly Form[] {
  switch (form.kind) {
    case 'object':
      return form.fields.map((field) => field.form)
    case 'map':
      return [form.value]
    case 'list':
      return [form.item]
    case 'union':
      return form.of
    case 'nullable':
      return [form.of]
    case 'named':
      return [form.form()]
    default:
      return []
  }
}

function schemaOf(form: Form, dialect: Dialect): JsonObject {
  switch (form.kind) {
    case 'text':
      return {
        type: dialect === 'yaml' ? scalarTypes : 'string',
        ...(form.pattern !== undefined && { pattern: form.pattern }),
      }
    case 'quoted':
      return { type: ['string', 'boolean'] }
    case 'named':
      return { $ref: `#/definitions/${form.name}` }
    case 'any':
      return {}
    case 'scalar':
      return { type: scalarTypes }
    case 'words':
      return { enum: dialect === 'yaml' ? form.words.flatMap(readings) : form.words }
    case 'integer':
      return {
        type: dialect === 'yaml' ? ['integer', 'string'] : 'integer',
        minimum: form.min,
        maximum: form.max,
        ...(dialect === 'yaml' && { pattern: '^-?(0|[1-9][0-9]*)$' }),
      }
    case 'bool':
      return dialect === 'yaml' ? { enum: ['true', 'false'].flatMap(readings) } : { type: 'boolean' }
    case 'list':
      return { type: 'array', items: schemaOf(form.item, dialect), ...(form.least > 0 && { minItems: form.least }) }
    case 'map':
      return {
        type: 'object',
        ...(form.least > 0 && { minProperties: form.least }),
        additionalProperties: schemaOf(form.value, dialect),
        ...(form.name.kind === 'text' &&
          form.name.pattern !== undefined && { propertyNames: { pattern: form.name.pattern } }),
      }
    case 'object':
      return objectSchema(form, dialect)
    case 'union':
      return { anyOf: form.of.map((one) => schemaOf(one, dialect)) }
    case 'nullable':
      return { anyOf: [schemaOf(form.of, dialect), { type: 'null' }] }
  }
}

const scalarTypes = ['string', 'number', 'boolean']

function objectSchema({ fields, others }: Extract<Form, { kind: 'object' }>, dialect: Dialect): JsonObject {
  const required = fields.filter(({ presence }) => presence === 'required').map(({ key }) => key)
  return {
    type: 'object',
    properties: Object.fromEntries(
      fields.map(({ key, form, doc, standard }) => [
        key,
        { description: doc, ...schemaOf(form, dialect), ...(standard !== undefined && { default: standard }) },
      ]),
    ),
    ...(required.length > 0 && { required }),
    additionalProperties: others === 'ignored',
  }
}

/** A word in quotes, and as YAML reads it without. */
function readings(word: string): readonly (string | number | boolean)[] {
  if (word === 'true' || word === 'false') return [word, word === 'true']
  return /^(0|[1-9]\d*)$/.test(word) ? [word, Number(word)] : [word]
}
