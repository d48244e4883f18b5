import { globSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { mappingShape } from '../../../src/core/mapping/file/shapes/mapping-shape.ts'
import { fixtureShape } from '../../../src/core/mapping/fixtures/fixture-shape.ts'
import { jsonSchema } from '../../../src/core/shape/json-schema.ts'
import { accepts } from '../shape/schema-evaluator.ts'
import { sound, soundBut } from './sample.ts'

const schemas = {
  mapping: jsonSchema(mappingShape.form, { title: 'a mapping', dialect: 'yaml' }),
  fixtures: jsonSchema(fixtureShape.form, { title: 'fixtures', dialect: 'yaml' }),
}

const mappings = globSync('mappings/*.yaml')

describe('the schema for editors', () => {
  it.each(mappings)('accepts %s', (file) => {
    const schema = file.endsWith('.test.yaml') ? schemas.fixtures : schemas.mapping
    expect(accepts(schema, parse(readFileSync(file, 'utf8')))).toBe(true)
  })

  it.each([
    ['an unknown key', soundBut('owner: sales-team', 'onwer: sales-team')],
    ['an unknown operation', soundBut('op: delete}', 'op: remove}')],
    ['bounds that are none', soundBut('rows: 0..1}', 'rows: many}')],
    ['an expression that is a list', soundBut(`when: "before.status != 'S' && after.status == 'S'"`, 'when: [true]')],
    ['a record within a record of no form', soundBut('storeNo: "after.store_no"', 'storeNo: {fields: {a: {b: "c"}}}')],
  ])('refuses %s', (_, text) => {
    expect(accepts(schemas.mapping, parse(sound))).toBe(true)
    expect(accepts(schemas.mapping, parse(text))).toBe(false)
  })
})
