import { readdirSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MessageDecoder } from '../../../../src/core/capture/message-decoder.ts'
import { postgresDialect } from '../../../../src/core/capture/positions/postgres.ts'
import type { RawFormat } from '../../../../src/core/capture/raw-format.ts'
import { historyTables, recorded, recordedTables, type TextRecord } from '../raw-log-of.ts'
import { read } from './read.ts'
import { isObjectText, wrap, wrapped } from './with-schema.ts'
import { runs } from '../../../runs.ts'

const records = readdirSync(new URL('../../../fixtures/recorded/', import.meta.url))
  .filter((name) => name.endsWith('.jsonl'))
  .flatMap((name) => recorded(name.replace('.jsonl', '')))
const tables = new Map([...recordedTables, ...historyTables])

const newDecoder = (format: RawFormat): MessageDecoder =>
  new MessageDecoder({ dialect: postgresDialect, tables, format })

const whole = records.filter(({ key, value }) => (key === null || isObjectText(key)) && isObjectText(value))
const ownHash = /\(\d+ bytes, sha256 \w+\)$/

describe('records with their schemas', () => {
  it('say the same as those without', () => {
    const [plain, withSchema] = [newDecoder('json'), newDecoder('jsonWithSchema')]
    expect(whole.length).toBeGreaterThan(100)
    for (const record of whole) {
      const [one, other] = [read(plain, record), read(withSchema, wrapped(record))]
      // Errors name the record as it stands in the log.
      if (typeof one === 'string') expect(String(other).replace(ownHash, '')).toBe(one.replace(ownHash, ''))
      else expect(other).toEqual(one)
    }
    expect(withSchema.takeParsedWhole()).toBe(plain.takeParsedWhole())
  })

  it('are tombstones where they have no value', () => {
    expect(read(newDecoder('jsonWithSchema'), { key: wrap('{"id":1}'), value: null })).toMatchObject({
      kind: 'tombstone',
    })
  })

  const hostile = fc.constantFrom('"', '\\', '{', '}', ',', ':', '[', ' ', '}}', '0', '\u0000', 'null', ',"payload":')
  const mutation = fc.record({
    of: fc.constantFrom(...whole.map(wrapped)),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    cut: fc.nat(4),
    put: fc.oneof(hostile, fc.string({ unit: 'binary', maxLength: 3 })),
    where: fc.constantFrom('value', 'key'),
  })

  it('say the same, or fail alike, whether their schema was seen before or not', () => {
    fc.assert(
      fc.property(mutation, ({ of, at, cut, put, where }) => {
        const decoder = newDecoder('jsonWithSchema')
        read(decoder, of)
        const bytes = Buffer.from(of[where] ?? '')
        const place = Math.floor(at * bytes.length)
        const changed = Buffer.concat([bytes.subarray(0, place), Buffer.from(put), bytes.subarray(place + cut)])
        const record = { ...of, [where]: changed }
        expect(read(decoder, record)).toEqual(read(newDecoder('jsonWithSchema'), record))
      }),
      { numRuns: runs(400) },
    )
  })

  it('fail alike where the payload begins with the byte that stands before Avro', () => {
    for (const row of whole.map(wrapped)) {
      const decoder = newDecoder('jsonWithSchema')
      read(decoder, row)
      const bytes = Buffer.from(row.value ?? '')
      const payload = bytes.lastIndexOf('"payload":') + '"payload":'.length
      const value = Buffer.concat([bytes.subarray(0, payload), Buffer.from([0]), bytes.subarray(payload)])
      expect(read(decoder, { ...row, value })).toEqual(read(newDecoder('jsonWithSchema'), { ...row, value }))
    }
  })

  it('are never believed where they were cut off', () => {
    const [row] = whole
    if (row === undefined) throw new Error('no row')
    const decoder = newDecoder('jsonWithSchema')
    read(decoder, wrapped(row))
    const bytes = Buffer.from(wrapped(row).value ?? '')
    for (let size = 0; size < bytes.length; size += 1) {
      const record = { ...wrapped(row), value: bytes.subarray(0, size) }
      const found = read(decoder, record)
      expect(found).toMatch(/^offset \d+: /)
      expect(found).toEqual(read(newDecoder('jsonWithSchema'), record))
    }
  })

  it('are found again among many', () => {
    const decoder = newDecoder('jsonWithSchema')
    const heartbeat = (version: number): TextRecord => ({
      key: wrap('{"serverName":"shop"}'),
      value: `{"schema":{"type":"struct","version":${version}},"payload":{"ts_ms":1}}`,
    })
    for (let version = 0; version < 600; version += 1) {
      for (const again of [0, version, version >> 1]) {
        expect(read(decoder, heartbeat(again))).toEqual({ kind: 'heartbeat', offset: 0 })
      }
    }
  })
})

describe('a record that is not what the connector is declared to write', () => {
  const key = wrap('{"serverName":"shop"}')
  const payload = '{"ts_ms":1}'
  it.each([
    ['no schema', payload],
    ['the payload first', `{"payload":${payload},"schema":{}}`],
    ['blanks', `{"schema":{}, "payload":${payload}}`],
    ['blanks behind it', `{"schema":{},"payload":${payload}} `],
    ['a third member between', `{"schema":{},"x":1,"payload":${payload}}`],
    ['a schema that is none', `{"schema":[],"payload":${payload}}`],
    ['no payload', '{"schema":{}}'],
    ['a payload inside of its schema', `{"schema":{"a":{},"payload":${payload}}}`],
  ])('is refused by name: %s', (_, value) => {
    expect(read(newDecoder('jsonWithSchema'), { key, value })).toMatch(/not a schema and its payload/)
  })

  it.each([
    ['a third member behind', `{"schema":{},"payload":${payload},"x":1}`],
    ['a schema twice', `{"schema":{},"payload":${payload},"schema":1}`],
    ['a payload twice', `{"schema":{},"payload":${payload},"payload":${payload}}`],
    ['a null payload', '{"schema":{},"payload":null}'],
  ])('is refused: %s', (_, value) => {
    const decoder = newDecoder('jsonWithSchema')
    const first = read(decoder, { key, value })
    expect(first).toMatch(/^offset 0: /)
    expect(read(decoder, { key, value: `{"schema":{},"payload":${payload}}` })).toMatchObject({ kind: 'heartbeat' })
    expect(read(decoder, { key, value })).toBe(first)
  })

  it('is refused when it has a schema that nobody has declared', () => {
    expect(read(newDecoder('json'), { key, value: wrap(payload) })).toMatch(/a value with its schema/)
  })
})
