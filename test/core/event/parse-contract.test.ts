import { describe, expect, it } from 'vitest'
import { compatible } from '../../../src/core/event/compatibility/compatible.ts'
import { contractFileName, parseContract } from '../../../src/core/event/contract/parse-contract.ts'
import { contractOf, paidContract } from './contracts.ts'

const parse = (schema: unknown, version = 1) =>
  parseContract({
    text: typeof schema === 'string' ? schema : JSON.stringify(schema, null, 2),
    file: 'contracts/Paid.avsc',
    event: 'Paid',
    version,
  })

const paid = (fields: readonly unknown[], more: object = {}) => ({
  type: 'record',
  name: 'Paid',
  namespace: 'com.acme',
  owner: 'sales',
  fields,
  ...more,
})
const field = (type: unknown, more: object = {}) => ({ name: 'a', type, doc: 'a field', ...more })

type Refusal = readonly [what: string, code: string, message: RegExp, schema: unknown, version?: number]

describe('a contract file', () => {
  it('gives the fields with the types of the mapping language', () => {
    const { fields } = paidContract
    expect(fields.map(({ name, type, nullable, hasDefault }) => [name, type.kind, nullable, hasDefault])).toEqual([
      ['id', 'string', false, false],
      ['total', 'decimal', false, false],
      ['paidOn', 'date', false, false],
      ['at', 'timestamp', false, false],
      ['localAt', 'localdatetime', true, true],
      ['count', 'int', false, false],
      ['big', 'long', false, false],
      ['ratio', 'double', true, true],
      ['small', 'float', false, false],
      ['open', 'bool', false, true],
      ['raw', 'bytes', true, false],
      ['payer', 'record', false, false],
      ['lines', 'list', false, false],
    ])
    expect(fields[1]?.type).toEqual({ kind: 'decimal', precision: 19, scale: 2 })
  })

  it('says event, version, full name, owner and meaning', () => {
    expect(paidContract).toMatchObject({
      event: 'Paid',
      version: 1,
      fullName: 'com.acme.orders.Paid',
      owner: 'sales-team',
      doc: 'An order was paid.',
      compatibility: 'FULL_TRANSITIVE',
      stage: 'final',
    })
  })

  it('is registered in canonical spacing, docs included', () => {
    const { schema } = contractOf(paid([field('string')]))
    expect(schema).toBe(
      '{"type":"record","name":"Paid","namespace":"com.acme","owner":"sales","fields":[{"name":"a","type":"string","doc":"a field"}]}',
    )
  })

  it('keeps every number as it is written, in values and in the registered text', () => {
    const text = `{"type": "record", "name": "Paid", "namespace": "a", "owner": "sales", "priority": 1.50, "fields": [
      {"name": "most", "type": "long", "doc": "d", "default": 9223372036854775807},
      {"name": "odd", "type": ["long", "null"], "doc": "d", "default": -9007199254740993},
      {"name": "ids", "type": {"type": "array", "items": "long"}, "doc": "d", "default": [9007199254740993, 1]},
      {"name": "ratio", "type": "double", "doc": "d", "default": 9007199254740993},
      {"name": "at", "type": {"type": "long", "logicalType": "timestamp-micros", "x": 1e400}, "doc": "d", "default": 0}
    ]}`
    const parsed = parse(text)
    if (parsed.kind !== 'contract') throw new Error(parsed.problems.map(({ message }) => message).join())
    const { contract } = parsed
    const { schema } = contract
    expect(schema).toBe(text.replaceAll(/\s*([:,{}[\]])\s*/g, '$1'))
    expect(contract.decode(contract.encode({}))).toEqual({
      most: 9223372036854775807n,
      odd: -9007199254740993n,
      ids: [9007199254740993n, 1n],
      ratio: 9007199254740992,
      at: 0n,
    })
    expect(compatible(schema, [{ version: 1, schema }], 'FULL_TRANSITIVE')).toEqual([])
  })

  it.each([
    ['"long"', '9223372036854775808', '64 bits'],
    ['"long"', '1.5', '64 bits'],
    ['"int"', '9007199254740993', '32 bits'],
    ['"int"', '2147483648', '32 bits'],
    ['"double"', '1e400', 'a number'],
    ['"string"', '9007199254740993', 'a text'],
    ['["null", "int"]', '1', 'null, as null comes first in its union'],
    ['["int", "null"]', 'null', '32 bits'],
    ['"bytes"', '"\u0100"', 'bytes'],
    ['{"type": "array", "items": "int"}', '[1, "x"]', 'a list'],
    ['{"type": "record", "name": "R", "fields": [{"name": "b", "type": "int", "doc": "d"}]}', '{}', 'each field'],
    ['{"type": "enum", "name": "E", "symbols": ["A"]}', '"B"', 'one of A'],
  ])('refuses for %s the default %s, at its place', (type, value, expected) => {
    const text = `{"type": "record", "name": "Paid", "namespace": "a", "owner": "me", "fields": [
{"default": ${value}, "name": "f", "doc": "d", "type": ${type}}]}`
    const problem = parse(text).problems.find(({ code }) => code === 'FW2402')
    expect(problem).toMatchObject({ place: { line: 2, column: 13 } })
    if (!value.includes('e')) expect(problem?.message).toContain(`invalid default ${value.replaceAll(', ', ',')}: `)
    expect(problem?.message).toContain(expected)
  })

  it('lets a field refer to a record that was defined before', () => {
    const money = { type: 'record', name: 'Money', fields: [{ name: 'cents', type: 'long', doc: 'cents' }] }
    const contract = contractOf(paid([field(money), { name: 'b', type: ['null', 'Money'], doc: 'b' }]))
    expect(contract.fields[1]).toMatchObject({ type: { kind: 'record' }, nullable: true })
  })

  it('warns of an enum and of a missing owner, and is a contract all the same', () => {
    const parsed = parse(paid([field({ type: 'enum', name: 'Colour', symbols: ['RED'] })], { owner: undefined }))
    expect(parsed.kind).toBe('contract')
    expect(parsed.problems.map(({ code, severity }) => [code, severity])).toEqual([
      ['FW2406', 'warning'],
      ['FW2408', 'warning'],
    ])
  })

  const refusals: readonly Refusal[] = [
    ['text that is not JSON', 'FW2401', /JSON/, '{"type": "record",'],
    ['a schema that is no record', 'FW2402', /expected a record/, { type: 'enum' }],
    ['a record without fields', 'FW2402', /no list of fields/, paid([], { fields: undefined })],
    ['a field without a name', 'FW2402', /a field with a name/, paid([{ type: 'string' }])],
    ['the same field twice', 'FW2402', /is there twice/, paid([field('string'), field('int')])],
    ['a default that does not fit', 'FW2402', /invalid/, paid([field('int', { default: 'x' })])],
    ['an unknown promise', 'FW2402', /compatibility is/, paid([field('int')], { compatibility: 'BACKWARD' })],
    ['a name other than the file', 'FW2403', /the file says Paid/, paid([field('int')], { name: 'Payed' })],
    ['no namespace', 'FW2403', /has no namespace/, paid([field('int')], { namespace: undefined })],
    ['a namespace without the major', 'FW2403', /does not end in \.v2/, paid([field('int')]), 2],
    ['a namespace of another major', 'FW2403', /is of v2/, paid([field('int')], { namespace: 'com.acme.v2' }), 1],
    ['a map', 'FW2404', /not one of/, paid([field({ type: 'map', values: 'int' })])],
    [
      'a logical type that is not written',
      'FW2404',
      /uuid on string/,
      paid([field({ type: 'string', logicalType: 'uuid' })]),
    ],
    [
      'a decimal whose scale exceeds its precision',
      'FW2404',
      /precision/,
      paid([field({ type: 'bytes', logicalType: 'decimal', precision: 2, scale: 3 })]),
    ],
    ['a union of two types', 'FW2404', /union/, paid([field(['int', 'string'])])],
    ['a record that contains itself', 'FW2404', /contains itself/, paid([field(['null', 'Paid'])])],
    [
      'a field named __proto__',
      'FW2404',
      /__proto__/,
      '{"type":"record","name":"Paid","namespace":"a","fields":[{"name":"__proto__","type":"int","doc":"x"}]}',
    ],
    ['a field without doc', 'FW2405', /field a has no doc/, paid([field('int', { doc: ' ' })])],
  ]
  const cases = refusals.map(([what, code, message, schema, version = 1]) => ({ what, code, message, schema, version }))
  it.each(cases)('is refused for $what ($code)', ({ code, message, schema, version }) => {
    const parsed = parse(schema, version)
    expect(parsed.kind).toBe('refused')
    const problem = parsed.problems.find((found) => found.code === code)
    expect(problem?.message).toMatch(message)
  })

  it('names every mistake at once, each with its place', () => {
    const text = `{"type": "record", "name": "Paid", "namespace": "com.acme", "owner": "sales",
 "fields": [
  {"name": "a", "type": "string"},
  {"name": "b", "type": {"type": "map", "values": "int"}, "doc": "b"}
 ]}`
    const { problems } = parse(text)
    expect(problems.map(({ code, place }) => [code, place.line, place.column])).toEqual([
      ['FW2405', 3, 3],
      ['FW2404', 4, 34],
    ])
  })

  it('is known by its file name', () => {
    expect(contractFileName('contracts/OrderPlaced.v12.avsc')).toEqual({ event: 'OrderPlaced', version: 12 })
    expect(contractFileName('contracts/OrderPlaced.avsc')).toBeNull()
  })
})
