import { describe, expect, it } from 'vitest'
import { compatibilityProblems } from '../../../../src/core/event/compatibility/compatibility-problems.ts'
import { compatible } from '../../../../src/core/event/compatibility/compatible.ts'

const doc = 'what it means'
const schema = (...fields: readonly object[]) =>
  JSON.stringify({ type: 'record', name: 'Paid', namespace: 'com.acme', fields })
const a = (type: unknown, more: object = {}) => ({ name: 'a', type, doc, ...more })
const b = (type: unknown, more: object = {}) => ({ name: 'b', type, doc, ...more })
const decimal = (precision: number, scale: number) => ({ type: 'bytes', logicalType: 'decimal', precision, scale })
const long = (logicalType: string) => ({ type: 'long', logicalType })
const colours = (...symbols: readonly string[]) => ({ type: 'enum', name: 'Colour', symbols })
const line = (...fields: readonly object[]) => ({ type: 'array', items: { type: 'record', name: 'Line', fields } })

const messages = (present: string, past: string, mode: 'FULL_TRANSITIVE' | 'FORWARD_TRANSITIVE' = 'FULL_TRANSITIVE') =>
  compatible(present, [{ version: 1, schema: past }], mode).map(({ message }) => message)

describe('a new version of a contract', () => {
  it.each([
    ['is the same', schema(a('int')), schema(a('int'))],
    ['has a new field with a default', schema(a('int'), b(['null', 'string'], { default: null })), schema(a('int'))],
    ['lacks a field that had a default', schema(a('int')), schema(a('int'), b('int', { default: 0 }))],
    ['has its fields in another order', schema(b('int'), a('int')), schema(a('int'), b('int'))],
    ['has null in the other branch', schema(a(['int', 'null'])), schema(a(['null', 'int']))],
  ])('keeps the promise when it %s', (_what, present, past) => {
    expect(messages(present, past)).toEqual([])
  })

  const readers = '(breaks readers of released version 1)'
  const events = '(breaks events of released version 1)'
  it.each([
    [
      'has a new field without default',
      schema(a('int'), b('int')),
      schema(a('int')),
      [`field b: it is missing on one side and has no default to stand in ${events}`],
    ],
    [
      'lacks a field without default',
      schema(a('int')),
      schema(a('int'), b('int')),
      [`field b: it is missing on one side and has no default to stand in ${readers}`],
    ],
    [
      'makes a field nullable',
      schema(a(['null', 'int'])),
      schema(a('int')),
      [`field a: it may be null where a value was promised ${readers}`],
    ],
    [
      'makes a field required',
      schema(a('int')),
      schema(a(['null', 'int'])),
      [`field a: it may be null where a value was promised ${events}`],
    ],
    ['widens a number', schema(a('long')), schema(a('int')), [`field a: long cannot be read as int ${readers}`]],
    [
      'changes a scale, which Avro lets pass',
      schema(a(decimal(9, 4))),
      schema(a(decimal(9, 2))),
      [
        `field a: scale 4 read as scale 2 is another number ${readers}`,
        `field a: scale 2 read as scale 4 is another number ${events}`,
      ],
    ],
    [
      'takes more digits',
      schema(a(decimal(12, 2))),
      schema(a(decimal(9, 2))),
      [`field a: 12 digits do not fit in 9 ${readers}`],
    ],
    [
      'turns an instant into a local time',
      schema(a(long('local-timestamp-micros'))),
      schema(a(long('timestamp-micros'))),
      [
        `field a: localdatetime cannot be read as timestamp ${readers}`,
        `field a: timestamp cannot be read as localdatetime ${events}`,
      ],
    ],
    [
      'turns a day into a number',
      schema(a('int')),
      schema(a({ type: 'int', logicalType: 'date' })),
      [`field a: int cannot be read as date ${readers}`, `field a: date cannot be read as int ${events}`],
    ],
    [
      'turns text into bytes, which Avro lets pass',
      schema(a('bytes')),
      schema(a('string')),
      [`field a: bytes cannot be read as string ${readers}`, `field a: string cannot be read as bytes ${events}`],
    ],
    [
      'has a new symbol',
      schema(a(colours('RED', 'BLUE'))),
      schema(a(colours('RED'))),
      [`field a: BLUE is no symbol of com.acme.Colour there ${readers}`],
    ],
    [
      'changes a field of a nested record',
      schema(a(line(b('string')))),
      schema(a(line(b('int')))),
      [`field a[].b: string cannot be read as int ${readers}`, `field a[].b: int cannot be read as string ${events}`],
    ],
    [
      'is another record',
      schema(a('int')).replace('Paid', 'Payed'),
      schema(a('int')),
      [
        `record com.acme.Payed cannot be read as com.acme.Paid ${readers}`,
        `record com.acme.Paid cannot be read as com.acme.Payed ${events}`,
      ],
    ],
  ])('breaks the promise when it %s', (_what, present, past, expected) => {
    expect(messages(present, past)).toEqual(expected)
  })

  it('may widen what it reads, but not what it writes, under FORWARD_TRANSITIVE', () => {
    expect(messages(schema(a('int')), schema(a('long')), 'FORWARD_TRANSITIVE')).toEqual([])
    expect(messages(schema(a('long')), schema(a('int')), 'FORWARD_TRANSITIVE')).toHaveLength(1)
    expect(messages(schema(a('int'), b('int')), schema(a('int')), 'FORWARD_TRANSITIVE')).toEqual([])
  })

  it('is compared with every released version, not with the last alone', () => {
    const released = [
      { version: 1, schema: schema(a('int')) },
      { version: 2, schema: schema(a('int'), b('int', { default: 0 })) },
    ]
    const found = compatible(schema(a('int'), b('string', { default: '' })), released, 'FULL_TRANSITIVE')
    expect(found.map(({ version, field }) => [version, field])).toEqual([
      [2, 'b'],
      [2, 'b'],
    ])
  })

  it('says so when a released version cannot be judged', () => {
    expect(messages(schema(a('int')), schema(a({ type: 'map', values: 'int' })))).toEqual([
      'released version 1 uses types that contracts do not take',
    ])
    expect(messages(schema(a({ type: 'map', values: 'int' })), schema(a('int')))).toEqual([
      'the new schema uses types that contracts do not take',
    ])
  })

  it('has each broken promise as a problem at its field', () => {
    const text = JSON.stringify(JSON.parse(schema(a('int'), b(line(b('string'))))), null, 1)
    const broken = compatible(text, [{ version: 1, schema: schema(a('int'), b(line(b('int')))) }], 'FORWARD_TRANSITIVE')
    expect(compatibilityProblems({ text, file: 'contracts/Paid.v1.avsc' }, broken)).toEqual([
      {
        severity: 'error',
        code: 'FW2409',
        name: 'contract-incompatible',
        message: `field b[].b: string cannot be read as int ${readers}`,
        place: { file: 'contracts/Paid.v1.avsc', line: 11, column: 3, length: 1 },
      },
    ])
  })
})
