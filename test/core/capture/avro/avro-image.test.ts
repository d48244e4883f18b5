import type avsc from 'avsc'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AvroCursor, AvroFault } from '../../../../src/core/capture/avro/avro-cursor.ts'
import { AvroLayout } from '../../../../src/core/capture/avro/avro-image.ts'
import { expectRecord } from '../../../../src/core/capture/avro/avro-record.ts'
import { parseWriterSchema, SchemaFault } from '../../../../src/core/capture/avro/avro-type.ts'
import { shortestFloat } from '../../../../src/core/capture/avro/avro-value.ts'
import { type RowImage, valuesOf } from '../../../../src/core/capture/image/row-image.ts'
import { Tape } from '../../../../src/core/capture/image/tape.ts'
import { parseExactly } from '../../../../src/core/values/exact-json.ts'
import { avroType } from './avro-of.ts'
import { runs } from '../../../runs.ts'

/** A type of Kafka Connect: how AvroConverter declares and encodes it, and what JsonConverter writes. */
interface ConnectType {
  readonly schema: unknown
  readonly value: fc.Arbitrary<{ readonly avro: unknown; readonly json: string }>
}

let names = 0
const nextName = (): string => `com.acme.N${(names += 1)}`

const simple = <T>(schema: unknown, values: fc.Arbitrary<T>, json: (value: T) => string, avro = (v: T): unknown => v) =>
  ({ schema, value: values.map((value) => ({ avro: avro(value), json: json(value) })) }) satisfies ConnectType

const javaDouble = (value: number): string => {
  if (!Number.isFinite(value)) return `"${String(value)}"`
  if (Object.is(value, -0)) return '-0.0'
  const text = value.toString()
  return /^-?\d+$/.test(text) ? (text.length > 15 ? value.toExponential() : `${text}.0`) : text
}
const decimals = fc
  .tuple(fc.integer({ min: -999_999, max: 999_999 }), fc.integer({ min: -30, max: 30 }))
  .map(([digits, exponent]) => Number(`${digits}e${exponent}`))

const leaf: fc.Arbitrary<ConnectType> = fc.constantFrom<ConnectType>(
  simple('boolean', fc.boolean(), String),
  simple('int', fc.integer(), String),
  simple({ type: 'int', 'connect.type': 'int16' }, fc.integer({ min: -32_768, max: 32_767 }), String),
  simple('long', fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), String),
  simple(
    { type: 'long', 'connect.version': 1, 'connect.name': 'io.debezium.time.MicroTimestamp' },
    fc.bigInt({ min: -(2n ** 54n), max: 2n ** 54n }),
    String,
  ),
  simple('double', fc.double(), javaDouble),
  // A float is written as its shortest decimal: those of six digits are.
  simple('float', decimals, javaDouble),
  simple('float', fc.constantFrom(NaN, Infinity, -Infinity), javaDouble),
  simple('string', fc.string({ unit: 'binary' }), (text) => JSON.stringify(text)),
  simple({ type: 'string', 'connect.name': 'io.debezium.data.Json' }, fc.string({ maxLength: 80 }), (text) =>
    JSON.stringify(text),
  ),
  simple(
    'bytes',
    fc.uint8Array().map((bytes) => Buffer.from(bytes)),
    (bytes) => `"${bytes.toString('base64')}"`,
  ),
)

const enumOf = fc
  .uniqueArray(fc.constantFrom('A', 'B', 'PAID', 'x_1'), { minLength: 1 })
  .map(
    (symbols): ConnectType =>
      simple({ type: 'enum', name: nextName(), symbols }, fc.constantFrom(...symbols), (s) => `"${s}"`),
  )

function optional(of: ConnectType, order: boolean): ConnectType {
  return {
    schema: order ? ['null', of.schema] : [of.schema, 'null'],
    value: fc.oneof(of.value, fc.constant({ avro: null, json: 'null' })),
  }
}

const listOf = (of: ConnectType): ConnectType => ({
  schema: { type: 'array', items: of.schema },
  value: fc.array(of.value, { maxLength: 4 }).map((items) => ({
    avro: items.map(({ avro }) => avro),
    json: `[${items.map(({ json }) => json).join(',')}]`,
  })),
})

const mapOf = (of: ConnectType): ConnectType => ({
  schema: { type: 'map', values: of.schema },
  value: fc
    .uniqueArray(fc.tuple(fc.string({ maxLength: 5 }), of.value), { maxLength: 4, selector: ([key]) => key })
    .map((entries) => ({
      avro: Object.fromEntries(entries.map(([key, { avro }]) => [key, avro])),
      json: `{${entries.map(([key, { json }]) => `${JSON.stringify(key)}:${json}`).join(',')}}`,
    })),
})

const fieldNames = fc.uniqueArray(fc.stringMatching(/^[a-z][a-z0-9_]{0,5}$/), { minLength: 1, maxLength: 6 })

const recordOf = (fields: readonly (readonly [string, ConnectType])[]): ConnectType => ({
  schema: { type: 'record', name: nextName(), fields: fields.map(([name, { schema }]) => ({ name, type: schema })) },
  value: fc.tuple(...fields.map(([, { value }]) => value)).map((values) => ({
    avro: Object.fromEntries(fields.map(([name], index) => [name, values[index]?.avro])),
    json: `{${fields.map(([name], index) => `${JSON.stringify(name)}:${values[index]?.json ?? ''}`).join(',')}}`,
  })),
})

const { any } = fc.letrec<{ any: ConnectType; nested: ConnectType }>((tie) => ({
  any: fc.oneof({ maxDepth: 3, withCrossShrink: true }, leaf, enumOf, tie('nested')),
  nested: fc.oneof(
    fc.tuple(tie('any'), fc.boolean()).map(([of, order]) => (Array.isArray(of.schema) ? of : optional(of, order))),
    tie('any').map(listOf),
    tie('any').map(mapOf),
    fc
      .tuple(fieldNames, fc.array(tie('any'), { minLength: 6, maxLength: 6 }))
      .map(([fields, types]) => recordOf(fields.map((name, index) => [name, types[index] as ConnectType]))),
  ),
}))

const row = fc
  .tuple(fieldNames, fc.array(any, { minLength: 6, maxLength: 6 }))
  .map(([fields, types]) => recordOf(fields.map((name, index) => [name, types[index] as ConnectType])))
  .chain(({ schema, value }) => value.map(({ avro, json }) => ({ schema: schema as avsc.Schema, avro, json })))

function imageOf(schema: unknown, bytes: Buffer, at = 0): { readonly image: RowImage; readonly end: number } {
  const cursor = new AvroCursor()
  cursor.open(bytes, at)
  const layout = new AvroLayout(expectRecord(parseWriterSchema(JSON.stringify(schema))))
  const image = layout.scan(cursor, { bytes, plain: false }, new Tape())
  return { image, end: cursor.at }
}

describe('a row in Avro', () => {
  it('has the values that it has in JSON', () => {
    fc.assert(
      fc.property(row, fc.nat(9), ({ schema, avro, json }, at) => {
        const bytes = avroType(schema).toBuffer(avro)
        const { image, end } = imageOf(schema, Buffer.concat([Buffer.alloc(at, 0xff), bytes]), at)
        expect(end).toBe(at + bytes.length)
        expect({ ...valuesOf(image) }).toEqual(parseExactly(json))
        expect(image.columns).toEqual(Object.keys(parseExactly(json) as object))
        expect(image.get('no such column')).toBeUndefined()
      }),
      { numRuns: runs(500) },
    )
  })

  it('is refused as a fault, or read to the end, whatever its bytes are', () => {
    fc.assert(
      fc.property(row, fc.uint8Array({ maxLength: 60 }), ({ schema }, hostile) => {
        let image: RowImage
        try {
          image = imageOf(schema, Buffer.from(hostile)).image
        } catch (error) {
          expect(error).toBeInstanceOf(AvroFault)
          return
        }
        // What was passed by can be read: no fault comes later.
        valuesOf(image)
      }),
      { numRuns: 1000 },
    )
  })

  it('is refused where it was cut off', () => {
    fc.assert(
      fc.property(row, ({ schema, avro }) => {
        const bytes = avroType(schema).toBuffer(avro)
        const isRefused = (size: number): boolean => {
          try {
            imageOf(schema, bytes.subarray(0, size))
            return false
          } catch (error) {
            return error instanceof AvroFault
          }
        }
        expect(Array.from(bytes.keys()).filter((size) => !isRefused(size))).toEqual([])
      }),
      { numRuns: 200 },
    )
  })

  const columnOf = (type: unknown, ...bytes: number[]): unknown => {
    const schema = { type: 'record', name: 'R', fields: [{ name: '__proto__', type }] }
    const { image, end } = imageOf(schema, Buffer.from(bytes))
    expect(end).toBe(bytes.length)
    return image.get('__proto__')
  }

  it('has columns of any name, and members of any', () => {
    expect(columnOf('int', 2)).toBe(1)
    const entry = columnOf({ type: 'map', values: 'int' }, 2, 18, ...Buffer.from('__proto__'), 4, 0)
    expect(Object.entries(entry as object)).toEqual([['__proto__', 2]])
  })

  it('has maps whose keys are no texts as pairs, and fixed bytes in base64', () => {
    const fields = [
      { name: 'key', type: 'int' },
      { name: 'value', type: 'boolean' },
    ]
    const items = { type: 'record', name: 'MapEntry', 'connect.internal.type': 'MapEntry', fields }
    expect(columnOf({ type: 'array', items }, 2, 14, 1, 0)).toEqual([[7, true]])
    expect(columnOf({ type: 'fixed', name: 'F', size: 2 }, 255, 254)).toBe('//4=')
  })

  it('has lists in blocks that say their size', () => {
    const list = { type: 'array', items: 'int' }
    expect(columnOf(list, 3, 4, 2, 4, 2, 6, 0)).toEqual([1, 2, 3])
    expect(() => columnOf(list, 3, 2, 2, 4, 2, 6, 0)).toThrow('a block of another size than it says')
  })

  it.each([
    ['a number of 11 bytes', 'long', [255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1]],
    ['a number of 65 bits', 'long', [255, 255, 255, 255, 255, 255, 255, 255, 255, 2]],
    ['an int that is none', 'int', [128, 128, 128, 128, 16]],
    ['a boolean that is none', 'boolean', [2]],
    ['a branch that is none', ['null', 'int'], [4, 0]],
    ['a branch below all', ['null', 'int'], [1, 0]],
    ['a symbol that is none', { type: 'enum', name: 'E', symbols: ['A'] }, [2]],
    ['a text of less than nothing', 'string', [1, 0]],
    ['a text that is not UTF-8', 'string', [4, 0xc3, 0x28]],
    ['a long text that is not UTF-8', 'string', [80, ...Buffer.alloc(39, 0x61), 0xff]],
    ['items without end that take no bytes', { type: 'array', items: 'null' }, [254, 255, 255, 255, 15, 0]],
  ])('is refused: %s', (_, type, bytes) => {
    expect(() => columnOf(type, ...bytes)).toThrow(AvroFault)
  })

  it('passes numbers as it reads them', () => {
    const byte = fc.oneof(fc.constantFrom(0, 1, 2, 127, 128, 129, 255), fc.nat(255))
    const endOf = (bytes: readonly number[], pass: (cursor: AvroCursor) => unknown): number | string => {
      const cursor = new AvroCursor()
      cursor.open(Buffer.from(bytes), 0)
      try {
        pass(cursor)
        return cursor.at
      } catch (error) {
        return String(error)
      }
    }
    fc.assert(
      fc.property(fc.array(byte, { maxLength: 12 }), fc.boolean(), (bytes, isLong) => {
        const all = isLong ? bytes.map((one, at) => (at < 9 ? one | 0x80 : one)) : bytes
        expect(endOf(all, (cursor) => cursor.passLong())).toBe(endOf(all, (cursor) => cursor.long()))
      }),
      { numRuns: 3000 },
    )
  })

  it('reads all 64 bits', () => {
    const least = [255, 255, 255, 255, 255, 255, 255, 255, 255, 1]
    expect(columnOf('long', ...least)).toBe(-(2n ** 63n))
    expect(columnOf('long', 254, ...least.slice(1))).toBe(2n ** 63n - 1n)
    expect(columnOf('long', 254, 255, 255, 255, 255, 255, 255, 31)).toBe(Number.MAX_SAFE_INTEGER)
  })
})

describe('a float', () => {
  it('is the decimal that Java writes for it', () => {
    const floats = ['0.1', '3.4028235E38', '1.1754944E-38', '16777216', '1.6777218E8', '1.0E10', '0.3', '1.4E-45']
    for (const text of floats) expect(shortestFloat(Math.fround(Number(text)))).toBe(Number(text))
  })

  it('is read as the same float again', () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true }), (value) => Object.is(Math.fround(shortestFloat(value)), value)),
      { numRuns: 2000 },
    )
  })
})

describe('a writer schema', () => {
  it.each([
    ['{', 'it is no JSON'],
    ['{"type":"record","name":"R"}', 'a record without fields'],
    ['{"type":"record","name":"R","fields":[{"name":"a","type":"S"}]}', 'the type S, which it does not define'],
    ['{"type":"record","name":"R","fields":[{"name":"a","type":["null","R"]}]}', 'the type R, which contains itself'],
    ['{"type":"record","name":"R","fields":[{"name":"a","type":"int"},{"name":"a","type":"int"}]}', 'a field twice'],
    ['{"type":"enum","name":"E"}', 'an enum without its symbols'],
    ['{"type":"fixed","name":"F","size":-1}', 'a fixed type without its size'],
    ['{"type":"record","fields":[]}', 'a type without a name'],
    ['{"type":"array"}', 'a type that is none'],
    ['{}', 'a type that is none'],
  ])('is refused by name: %s', (text, why) => {
    expect(() => parseWriterSchema(text)).toThrow(new SchemaFault(why))
  })

  it('names types in the namespace that they stand in', () => {
    const inner = { type: 'record', name: 'Value', namespace: 'shop.orders', fields: [{ name: 'id', type: 'long' }] }
    const schema = {
      type: 'record',
      name: 'shop.Envelope',
      fields: [
        { name: 'before', type: ['null', inner] },
        { name: 'after', type: ['null', 'shop.orders.Value'] },
      ],
    }
    expect(parseWriterSchema(JSON.stringify(schema))).toMatchObject({
      fields: [{}, { type: { branches: [{ kind: 'null' }, { kind: 'record', fields: [{ name: 'id' }] }] } }],
    })
  })
})
