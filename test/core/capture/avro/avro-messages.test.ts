import { readdirSync } from 'node:fs'
import type avsc from 'avsc'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CaptureMessage } from '../../../../src/core/capture/capture-message.ts'
import { MessageDecoder } from '../../../../src/core/capture/message-decoder.ts'
import { postgresDialect } from '../../../../src/core/capture/positions/postgres.ts'
import { FalseworkError } from '../../../../src/core/diagnostics/falsework-error.ts'
import { shown } from '../../images.ts'
import { keepBytes } from '../../../../src/core/transaction/open-transaction.ts'
import { historyTables, rawRecords, recorded, recordedTables, type TextRecord } from '../raw-log-of.ts'
import { Converter } from './avro-of.ts'
import { runs } from '../../../runs.ts'

const fixtures = readdirSync(new URL('../../../fixtures/recorded/', import.meta.url))
  .filter((name) => name.endsWith('.jsonl') && name !== 'all-types.jsonl')
  .map((name) => name.replace('.jsonl', ''))
const tables = new Map([...recordedTables, ...historyTables])

const jsonDecoder = (): MessageDecoder => new MessageDecoder({ dialect: postgresDialect, tables, format: 'json' })
const avroDecoder = ({ schemas }: Converter): MessageDecoder =>
  new MessageDecoder({ dialect: postgresDialect, tables, format: 'avro', writerSchemas: schemas })

function read(decoder: MessageDecoder, record: TextRecord): unknown {
  try {
    return told(decoder.decode(rawRecords([record]), 0))
  } catch (error) {
    if (error instanceof FalseworkError) return error.message.replace(/ \(\d+ bytes, sha256 \w+\)$/, '')
    throw error
  }
}

function told(message: CaptureMessage): unknown {
  if (message.kind !== 'row' && message.kind !== 'snapshotRow') return message
  const { value, key, bytes, ...rest } = message
  expect(value === null || value.bytes.length === bytes).toBe(true)
  return { ...(shown(rest) as object), hasKey: key !== null }
}

const isAvroName = /^[A-Za-z_]\w*$/

/** Such as a converter could have written: objects whose members have names that Avro can have. */
function isConvertible({ key, value }: TextRecord): boolean {
  return [key, value].every((text) => {
    if (text === null) return true
    if (!text.toString().startsWith('{')) return false
    let convertible = true
    JSON.parse(text.toString(), (name, member: unknown) => {
      const isMember = name !== '' && !/^\d+$/.test(name)
      if (isMember && !isAvroName.test(name)) convertible = false
      return member
    })
    return convertible
  })
}

const convertible = fixtures.map((name) => ({ name, records: recorded(name).filter(isConvertible) }))
const all = convertible.flatMap(({ records }) => records)

describe('a record in Avro', () => {
  it.each(convertible)('says what the same record in JSON says: $name', ({ records }) => {
    const converter = new Converter()
    const [json, avro] = [jsonDecoder(), avroDecoder(converter)]
    for (const record of records) expect(read(avro, converter.recordOf(record))).toEqual(read(json, record))
  })

  it('is told from all kinds of records', () => {
    const converter = new Converter()
    const avro = avroDecoder(converter)
    const kinds = all.map((record) => avro.decode(rawRecords([converter.recordOf(record)]), 0).kind)
    const each = ['begin', 'end', 'heartbeat', 'logicalMessage', 'notification', 'row', 'snapshotRow']
    expect([...new Set(kinds)].sort()).toEqual(each)
    expect(avro.decode(rawRecords([{ key: null, value: null }]), 0).kind).toBe('tombstone')
  })

  it('is read from a copy of its bytes when they are used again', () => {
    const converter = new Converter()
    const decoder = avroDecoder(converter)
    for (const record of all) {
      const { key, value, ...rest } = converter.recordOf(record)
      const own = { ...rest, key: key === null ? null : Buffer.from(key), value: Buffer.from(value ?? '') }
      const message = decoder.decode(rawRecords([own]), 0)
      const before = told(message)
      if (message.kind !== 'row' && message.kind !== 'snapshotRow') continue
      keepBytes(message)
      own.key?.fill(0xff)
      own.value.fill(0xff)
      expect(told(message)).toEqual(before)
    }
  })

  const mutation = fc.record({
    of: fc.constantFrom(...all.filter(({ value }) => value !== null)),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    cut: fc.nat(4),
    put: fc.uint8Array({ maxLength: 12 }),
    where: fc.constantFrom('value' as const, 'key' as const),
  })

  it('is read or refused by name, whatever has become of its bytes', () => {
    fc.assert(
      fc.property(mutation, ({ of, at, cut, put, where }) => {
        const converter = new Converter()
        const record = converter.recordOf(of)
        const bytes = Buffer.from(record[where] ?? '')
        const place = Math.floor(at * bytes.length)
        const changed = Buffer.concat([bytes.subarray(0, place), put, bytes.subarray(place + cut)])
        // Reads every column: anything but an error with a code would fail the test.
        read(avroDecoder(converter), { ...record, [where]: changed })
      }),
      { numRuns: runs(500) },
    )
  })

  it('is never believed where it was cut off or goes on', () => {
    const [row] = all.filter(({ value }) => value?.toString().includes('"op":"u"') ?? false)
    if (row === undefined) throw new Error('no row')
    const converter = new Converter()
    const record = converter.recordOf(row)
    const decoder = avroDecoder(converter)
    for (const where of ['key', 'value'] as const) {
      const bytes = Buffer.from(record[where] ?? '')
      for (let size = 0; size < bytes.length; size += 1) {
        expect(read(decoder, { ...record, [where]: bytes.subarray(0, size) })).toMatch(
          size < 5 ? /does not begin with the id/ : /Avro with/,
        )
      }
      const longer = Buffer.concat([bytes, Buffer.alloc(1)])
      expect(read(decoder, { ...record, [where]: longer })).toMatch(/bytes behind its last value/)
    }
  })
})

describe('what is no Avro of a connector', () => {
  const codeOf = (record: TextRecord, converter = new Converter()): string => {
    try {
      avroDecoder(converter).decode(rawRecords([record]), 0)
    } catch (error) {
      if (error instanceof FalseworkError) return error.code
      throw error
    }
    return 'nothing'
  }
  const heartbeat: avsc.Schema = { type: 'record', name: 'H', fields: [{ name: 'ts_ms', type: 'int' }] }

  it('is refused: another first byte, or JSON', () => {
    expect(codeOf({ key: null, value: Buffer.from([1, 0, 0, 0, 1, 2]) })).toBe('FORMAT_MISMATCH')
    expect(codeOf({ key: null, value: '{"ts_ms":1}' })).toBe('FORMAT_MISMATCH')
    expect(codeOf({ key: null, value: '' })).toBe('FORMAT_MISMATCH')
  })

  it('is refused where JSON is declared', () => {
    const value = new Converter().framed(heartbeat, Buffer.from([2]))
    expect(read(jsonDecoder(), { key: null, value })).toMatch(/Avro, which it is not declared to be/)
  })

  it('is refused: a schema that nobody knows, or that is no record', () => {
    expect(codeOf({ key: null, value: Buffer.from([0, 0, 0, 0, 1, 2]) })).toBe('UNKNOWN_SCHEMA')
    const converter = new Converter()
    expect(codeOf({ key: null, value: converter.framed('string', Buffer.from([0])) }, converter)).toBe('UNKNOWN_SCHEMA')
    expect(codeOf({ key: null, value: converter.framed(heartbeat, Buffer.from([2])) }, converter)).toBe(
      'UNKNOWN_RECORD',
    )
  })
})
