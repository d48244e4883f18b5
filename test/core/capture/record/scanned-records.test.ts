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

const none: TextRecord = { key: null, value: null }

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

  const snapshotRows = others.filter(({ value }) => String(value).includes('"op":"r"'))
  const hostile = fc.constantFrom('"', '\\', '{', '}', ',', ':', '[', ' ', '0', '-', 'e9', '\u0000', '\uffff', 'null')
  const mutationOf = (records: readonly TextRecord[]) =>
    fc.record({
      before: fc.subarray([...rows.slice(0, 2), ...snapshotRows.slice(0, 2)]),
      of: fc.constantFrom(...records),
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      cut: fc.nat(4),
      put: fc.oneof(hostile, fc.string({ unit: 'binary', maxLength: 3 })),
      where: fc.constantFrom('value' as const, 'key' as const),
    })

  it.each([
    ['of any kind', others, 700],
    ['of a snapshot', snapshotRows, 700],
  ] as const)('says the same, or fails alike, whatever has become of its bytes: %s', (_, records, numRuns) => {
    fc.assert(
      fc.property(mutationOf(records), ({ before, of, at, cut, put, where }) => {
        const decoder = newDecoder()
        for (const record of [...before, of]) read(decoder, record)
        const bytes = Buffer.from(of[where] ?? '')
        const place = Math.floor(at * bytes.length)
        const changed = Buffer.concat([bytes.subarray(0, place), Buffer.from(put), bytes.subarray(place + cut)])
        const record = { ...of, [where]: changed }
        expect(read(decoder, record)).toEqual(parsed(record))
      }),
      { numRuns },
    )
  })

  const { 0: streamed = none } = rows
  const { 0: snapshotRow = none } = snapshotRows
  const place = '{"id":"571:53195832","total_order":1,"data_collection_order":1}'
  const changed = (record: TextRecord, from: RegExp, to: string): TextRecord => ({
    ...record,
    value: String(record.value).replace(from, to),
  })

  it.each([
    ['streamed, of op r', changed(streamed, /"op":"[cud]"/, '"op":"r"')],
    ['streamed, without its transaction', changed(streamed, /"transaction":\{.*?\}/, '"transaction":null')],
    ['of a snapshot, of op c', changed(snapshotRow, /"op":"r"/, '"op":"c"')],
    ['of a snapshot, of op d', changed(snapshotRow, /"op":"r"/, '"op":"d"')],
    ['of a snapshot, with what was before', changed(snapshotRow, /"before":null/, '"before":{"id":1}')],
    ['of a snapshot, in a transaction', changed(snapshotRow, /"transaction":null/, `"transaction":${place}`)],
    ['of a snapshot, in what is none', changed(snapshotRow, /"transaction":null/, '"transaction":[{"id":1e400}]')],
    ['of a snapshot, in a place that is none', changed(snapshotRow, /"snapshot":"\w+"/, '"snapshot":{"a":[1]}')],
    ['of a snapshot that is true', changed(snapshotRow, /"snapshot":"\w+"/, '"snapshot":true')],
    ['of a snapshot, without its image', changed(snapshotRow, /"after":\{.*?\}/, '"after":null')],
    ['of a snapshot, without its time', changed(snapshotRow, /"ts_us":\d+/, '"ts_us":null')],
  ])('says the same, or fails alike, where it is a row %s', (_, record) => {
    expect([streamed.value, snapshotRow.value]).not.toContain(record.value)
    for (const before of [[streamed], [snapshotRow], [streamed, snapshotRow], [snapshotRow, streamed]]) {
      const decoder = newDecoder()
      for (const one of before) read(decoder, one)
      expect(read(decoder, record)).toEqual(parsed(record))
    }
  })

  it('is parsed once for each table, whether rows of a snapshot or of transactions come first', () => {
    const ofOrders = (of: readonly TextRecord[]) => of.filter(({ value }) => String(value).includes('"table":"orders"'))
    const [changes, snapshot] = [ofOrders(recorded('transaction')).filter(isRow), ofOrders(snapshotRows).slice(0, 3)]
    const wholeIn = (records: readonly TextRecord[]): number => {
      const decoder = newDecoder()
      for (const record of records) read(decoder, record)
      return decoder.takeParsedWhole()
    }
    expect(changes.length).toBeGreaterThan(1)
    expect(wholeIn(snapshot)).toBe(1)
    expect(wholeIn([...changes, ...snapshot, ...changes])).toBe(1)
    // The first change of a transaction teaches how its place is written.
    expect(wholeIn([...snapshot, ...changes, ...snapshot, ...changes])).toBe(2)
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

  it.each([
    ['a streamed row', streamed],
    ['a row of a snapshot', snapshotRow],
  ])('fails alike wherever it was cut off: %s', (_, row) => {
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
        op: fc.constantFrom('c', 'u', 'r'),
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
  const snapshot = op === 'r' ? 'incremental' : 'false'
  const source = { connector: 'postgresql', ts_ms: 1, snapshot, ts_us: 1_700_000_000_000_001 }
  const more = JSON.stringify({ ...source, schema: 'made', table })
  const place = { id: '571:53195832', total_order: 1, data_collection_order: 1 }
  const transaction = JSON.stringify(op === 'r' ? null : place)
  const value = `{"before":${before},"after":${after},"source":${more},"transaction":${transaction},"op":"${op}","ts_ms":1}`
  return { key: null, value }
}
