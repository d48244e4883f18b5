import { readdirSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MessageDecoder } from '../../../../src/core/capture/message-decoder.ts'
import { postgresDialect } from '../../../../src/core/capture/positions/postgres.ts'
import { type Table, type TableName, tableName } from '../../../../src/core/catalog/catalog.ts'
import { historyTables, recorded, recordedTables, type TextRecord } from '../raw-log-of.ts'
import { read } from './read.ts'

const fixtures = readdirSync(new URL('../../../fixtures/recorded/', import.meta.url))
  .filter((name) => name.endsWith('.jsonl'))
  .map((name) => name.replace('.jsonl', ''))
const made = tableName('made', 'orders')
const keyless = { columns: [], primaryKey: [], uniqueKeys: [], foreignKeys: [] }
const tables: ReadonlyMap<TableName, Table> = new Map([
  ...recordedTables,
  ...historyTables,
  [made, { ...keyless, name: made, replicaIdentity: 'full' }],
])

const newDecoder = (): MessageDecoder => new MessageDecoder({ dialect: postgresDialect, tables, format: 'json' })

/** The exact path: a decoder that has seen no record knows no layout. */
const parsed = (record: TextRecord): unknown => read(newDecoder(), record)

const isRow = ({ value }: TextRecord): boolean => /"op":"[cud]"/.test(value?.toString() ?? '')

describe('a record that is written as those before it', () => {
  it.each(fixtures)('says the same when it is scanned as when it is parsed: %s', (name) => {
    const records = recorded(name).filter(({ value }) => value !== null)
    const decoder = newDecoder()
    for (const record of records) expect(read(decoder, record)).toEqual(parsed(record))
  })

  it('is scanned, but where a number is written that is left to the parser', () => {
    const known = fixtures.map((name): { readonly name: string; readonly whole: number } => {
      const decoder = newDecoder()
      const records = recorded(name)
      for (const record of records) read(decoder, record)
      decoder.takeParsedWhole()
      for (const record of records) read(decoder, record)
      return { name, whole: decoder.takeParsedWhole() }
    })
    // Extremes of double precision, whose exponents have three digits.
    expect(known.filter(({ whole }) => whole > 0)).toEqual([{ name: 'types', whole: 3 }])
  })

  const rows = fixtures.flatMap((name) => recorded(name).filter(isRow))
  const others = fixtures.flatMap((name) => recorded(name).filter(({ value }) => value !== null && value !== ''))

  it('says the same, or fails alike, whatever has become of its bytes', () => {
    const hostile = fc.constantFrom('"', '\\', '{', '}', ',', ':', '[', ' ', '0', '-', 'e9', '\u0000', '\uffff', 'null')
    const mutation = fc.record({
      of: fc.constantFrom(...others),
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      cut: fc.nat(4),
      put: fc.oneof(hostile, fc.string({ unit: 'binary', maxLength: 3 })),
      where: fc.constantFrom('value', 'key'),
    })
    fc.assert(
      fc.property(mutation, ({ of, at, cut, put, where }) => {
        const decoder = newDecoder()
        read(decoder, of)
        const bytes = Buffer.from(of[where] ?? '')
        const place = Math.floor(at * bytes.length)
        const changed = Buffer.concat([bytes.subarray(0, place), Buffer.from(put), bytes.subarray(place + cut)])
        const record = { ...of, [where]: changed }
        expect(read(decoder, record)).toEqual(parsed(record))
      }),
      { numRuns: 700 },
    )
  })

  it.each([
    ['value', '"state":"'],
    ['key', '"code":"'],
  ] as const)('is refused where its bytes are no UTF-8, in its %s', (where, before) => {
    const row = rows.find((one) => one[where]?.includes(before) === true)
    const bytes = Buffer.from(row?.[where] ?? '')
    bytes[bytes.indexOf(before) + before.length] = 0xff
    const decoder = newDecoder()
    if (row !== undefined) read(decoder, row)
    const record = { key: null, value: null, ...row, [where]: bytes }
    expect(read(decoder, record)).toEqual(parsed(record))
    expect(read(decoder, record)).toContain('not UTF-8')
  })

  it('fails alike wherever it was cut off', () => {
    const [row] = rows
    if (row === undefined) throw new Error('no row')
    const decoder = newDecoder()
    read(decoder, row)
    const bytes = Buffer.from(row.value ?? '')
    for (let size = 0; size < bytes.length; size += 1) {
      const record = { ...row, value: bytes.subarray(0, size) }
      expect(read(decoder, record)).toEqual(parsed(record))
    }
  })

  const value: fc.Arbitrary<unknown> = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom(null, true, false, '', '\\', '"', '\u2028', '{"', '},"source":{'),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }).map((whole) => JSON.rawJSON(whole.toString())),
    fc
      .constantFrom('1e400', '1E5', '1.0', '-0', '1.50', '1e-7', '9007199254740993.0')
      .map((text) => JSON.rawJSON(text)),
    fc.jsonValue({ maxDepth: 3 }),
  )

  it('says the same whatever its columns hold', () => {
    const names = fc.uniqueArray(
      fc.oneof(fc.string({ maxLength: 6 }), fc.constantFrom('__proto__', 'after', 'source')),
      {
        minLength: 1,
        maxLength: 6,
      },
    )
    const table = fc.constantFrom('orders', 'other')
    const history = fc.tuple(names, table).chain(([columns, name]) => {
      const image = fc.tuple(...columns.map(() => value)).map((values) => objectText(columns, values))
      const change = fc.record({
        before: fc.option(image, { nil: 'null' }),
        after: image,
        op: fc.constantFrom('c', 'u'),
      })
      return fc.array(
        change.map((one) => recordOf(one, name)),
        { minLength: 2, maxLength: 5 },
      )
    })
    fc.assert(
      fc.property(history, (records) => {
        const decoder = newDecoder()
        for (const record of records) expect(read(decoder, record)).toEqual(parsed(record))
      }),
      { numRuns: 250 },
    )
  })
})

const objectText = (names: readonly string[], values: readonly unknown[]): string =>
  `{${names.map((name, at) => `${JSON.stringify(name)}:${JSON.stringify(values[at])}`).join(',')}}`

function recordOf({ before, after, op }: { before: string; after: string; op: string }, table: string): TextRecord {
  const source = { connector: 'postgresql', ts_ms: 1, snapshot: 'false', ts_us: 1_700_000_000_000_001 }
  const more = JSON.stringify({ ...source, schema: 'made', table })
  const transaction = JSON.stringify({ id: '571:53195832', total_order: 1, data_collection_order: 1 })
  const value = `{"before":${before},"after":${after},"source":${more},"transaction":${transaction},"op":"${op}","ts_ms":1}`
  return { key: null, value }
}
