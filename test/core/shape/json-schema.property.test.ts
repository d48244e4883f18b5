import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isJsonObject, type JsonObject } from '../../../src/core/diagnostics/json-object.ts'
import { byKey, byKind } from '../../../src/core/shape/alternatives.ts'
import { list, mapOf, nullable, object, openObject, optional, required } from '../../../src/core/shape/composites.ts'
import { jsonSchema } from '../../../src/core/shape/json-schema.ts'
import { parseJson } from '../../../src/core/shape/json/json-tree.ts'
import { recursive } from '../../../src/core/shape/modifiers.ts'
import { bool, integer, matching, oneOf, scalar, text } from '../../../src/core/shape/scalars.ts'
import { readParsed, type Shape } from '../../../src/core/shape/shape.ts'
import { parseYamlTree } from '../../../src/core/shape/yaml/yaml-tree.ts'
import { accepts } from './schema-evaluator.ts'

const lower = matching('letters', /^[a-z]{1,5}$/)

const { shape } = fc.letrec<{ shape: Shape<unknown> }>((tie) => ({
  shape: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<Shape<unknown>>(text, scalar, bool, integer(), integer(-3, 5), oneOf(['a', '1', 'true']), lower),
    tie('shape').map((item) => list(item, 1)),
    tie('shape').map((item) => list(item)),
    tie('shape').map((value) => mapOf(lower, value)),
    tie('shape').map((value) => mapOf(lower, value, 1)),
    tie('shape').map((item) => byKind({ scalar: text, list: list(item) })),
    tie('shape').map((value) =>
      byKey({ b: object({ b: required(value, 'B.') }) }, object({ a: required(text, 'A.') })),
    ),
    fc.tuple(tie('shape'), fc.uuid()).map(([value, name]) => recursive(name, () => list(value))),
    tie('shape').map(nullable),
    fc.tuple(tie('shape'), tie('shape')).map(([a, b]) => object({ a: required(a, 'A.'), b: optional(b, 'B.') })),
    tie('shape').map((a) => openObject({ a: optional(a, 'A.') })),
  ),
}))

const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<unknown>('a', 'b', '1', 'true', 'x y', '', true, 0, 1, 4, -2, 6, 1.5, 1e21, null),
    fc.array(tie('value'), { maxLength: 2 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'c', 'A'), tie('value'), { maxKeys: 2 }),
    fc.record({ a: tie('value'), b: tie('value') }, { requiredKeys: ['a'] }),
  ),
}))

const options = { numRuns: 1_000 }

describe('the JSON Schema of a shape', () => {
  it('accepts of JSON exactly what the shape accepts', () => {
    fc.assert(
      fc.property(shape, value, (declared, sample) => {
        const schema = jsonSchema(declared.form, { title: 'a test', dialect: 'json' })
        const read = readParsed(declared, parseJson(JSON.stringify(sample)))
        expect(accepts(schema, sample)).toBe(read.kind === 'value')
      }),
      options,
    )
  })

  it('accepts of YAML whatever the shape accepts', () => {
    fc.assert(
      fc.property(shape, value, (declared, sample) => {
        const schema = jsonSchema(declared.form, { title: 'a test', dialect: 'yaml' })
        const read = readParsed(declared, parseYamlTree(JSON.stringify(sample)))
        if (read.kind === 'value') expect(accepts(schema, sample)).toBe(true)
      }),
      options,
    )
  })

  it('carries what keys are for, and what they mean where they are not written', () => {
    const field = { ...optional(integer(1, 9), 'How often.'), standard: 3 }
    const schema = jsonSchema(object({ times: field }).form, { title: 'a test', dialect: 'json' })
    const { properties } = schema as { readonly properties: JsonObject }
    expect(isJsonObject(properties) && properties['times']).toEqual({
      description: 'How often.',
      type: 'integer',
      minimum: 1,
      maximum: 9,
      default: 3,
    })
  })
})
