import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseEnvelope } from '../../../../src/core/capture/record/envelope.ts'
import type { RawRecords } from '../../../../src/core/capture/record/raw-records.ts'
import { MessageDecoder } from '../../../../src/core/capture/message-decoder.ts'
import { postgresDialect } from '../../../../src/core/capture/positions/postgres.ts'
import { rawRecords, recorded, recordedTables, type TextRecord } from '../raw-log-of.ts'

const nowhere: { readonly records: RawRecords; readonly index: number } = {
  index: 0,
  records: { offset: () => 0, timestampMs: () => 0, key: () => null, value: () => null, header: () => null },
}
const fixtures = readdirSync(new URL('../../../fixtures/recorded/', import.meta.url))
  .filter((name) => name.endsWith('.jsonl'))
  .map((name) => name.replace('.jsonl', ''))

/** The members that the capture room reads of an envelope. */
function read(envelope: Readonly<Record<string, unknown>>): unknown {
  const source = envelope['source'] as Readonly<Record<string, unknown>> | undefined
  const transaction = envelope['transaction'] as Readonly<Record<string, unknown>> | null | undefined
  return {
    op: envelope['op'],
    before: envelope['before'],
    after: envelope['after'],
    source: [source?.['schema'], source?.['table'], source?.['ts_us'], source?.['snapshot']],
    transaction: [transaction?.['id'], transaction?.['total_order']],
    status: envelope['status'],
  }
}

const values = fixtures
  .flatMap((name) => recorded(name).map(({ value }) => value?.toString() ?? ''))
  .filter((text) => text !== '')

describe('the short way through an envelope', () => {
  it('reads every recorded record as the long way does', () => {
    expect(values.length).toBeGreaterThan(300)
    for (const text of values) {
      expect(read(parseEnvelope(text, nowhere).members)).toEqual(read(JSON.parse(text) as Record<string, unknown>))
    }
  })

  it('is taken for most of them: what is left out is not there', () => {
    const rows = values.filter((text) => text.includes('"op":"') && !text.includes('"op":"r"'))
    const short = rows.filter((text) => parseEnvelope(text, nowhere).parsed === 'short')
    expect(short.length / rows.length).toBeGreaterThan(0.5)
  })

  const [sample = ''] = values.filter((text) => text.includes('"op":"u"'))
  it.each([
    ['another connector', sample.replace('"connector":"postgresql"', '"connector":"mysql"')],
    ['a further member', sample.replace(/\}$/, ',"more":1}')],
    ['a text that quotes the tail', sample.replace('"before":', `"quoted":${JSON.stringify(sample)},"before":`)],
    [
      'a member that looks like the source',
      sample.replace('{"before":', '{"x":{"a":1,"source":{"version":"3"}},"before":'),
    ],
  ])('is left for %s', (_what, text) => {
    expect(read(parseEnvelope(text, nowhere).members)).toEqual(read(JSON.parse(text) as Record<string, unknown>))
  })

  /** The messages, and how many rows were parsed whole. */
  function decoded(records: readonly TextRecord[]): readonly [readonly unknown[], number] {
    const decoder = new MessageDecoder({ dialect: postgresDialect, tables: recordedTables })
    const raw = rawRecords(records)
    return [records.map((_, index) => decoder.decode(raw, index)), decoder.takeParsedWhole()]
  }

  it.each([
    ['source', /("lsn":\d+),/, '$1,"commit_lsn":27599760,'],
    ['transaction', /("total_order":\d+,"data_collection_order":\d+)\}/, '$1,"commit_lsn":27599760}'],
  ])('is left and counted, and gives the same message, where a release adds a member to %s', (_, place, added) => {
    const records = recorded('transaction')
    const later = records.map((record) => ({ ...record, value: String(record.value).replace(place, added) }))
    const [messages, parsedWhole] = decoded(records)
    const rows = records.filter(({ value }) => /"op":"[cud]"/.test(String(value)))
    expect(rows.length).toBeGreaterThan(5)
    expect(parsedWhole).toBe(0)
    expect(decoded(later)).toStrictEqual([messages, rows.length])
  })
})
