/** Each row of the decode table with values that the real connector emitted. */
import { describe, expect, it } from 'vitest'
import { dateOf, daysOf } from '../../../../src/core/values/calendar.ts'
import { columnDecoder } from '../../../../src/core/capture/decode/column-decoder.ts'
import type { RowChange } from '../../../../src/core/capture/row-change.ts'
import { type TableName, tableName } from '../../../../src/core/catalog/catalog.ts'
import {
  NEGATIVE_INFINITY,
  NOT_A_NUMBER,
  POSITIVE_INFINITY,
  UNAVAILABLE,
  type Value,
} from '../../../../src/core/values/value.ts'
import { decodeAll, recorded, recordedSettings, recordedTables } from '../raw-log-of.ts'
import { shown } from '../../images.ts'

function rowChanges(fixture: string, table: TableName): readonly RowChange[] {
  return decodeAll(recorded(fixture)).flatMap((message) =>
    message.kind === 'row' && message.table === table && message.change !== null ? [message.change] : [],
  )
}

function decodeRow(table: TableName, image: RowChange['after']): Readonly<Record<string, Value>> {
  const columns = recordedTables.get(table)?.columns ?? []
  return Object.fromEntries(
    columns.flatMap((column) => {
      const decoder = columnDecoder(column, recordedSettings)
      if (decoder.kind === 'unsupported') return []
      const value = decoder.decode(image?.get(column.name))
      if (value !== UNAVAILABLE) expect(decoder.decode(decoder.encode(value))).toStrictEqual(value)
      return [[column.name, value]]
    }),
  )
}

const types = tableName('shop', 'types')
const usPerDay = 86_400_000_000n
const midnight = (year: number, month: number, day: number): bigint => BigInt(daysOf({ year, month, day })) * usPerDay

describe('the recorded values of all types', () => {
  const [nothing, lowest, highest, special, negative, last, exact, gone] = rowChanges('types', types)
  const row = (change: RowChange | undefined): Readonly<Record<string, Value>> =>
    decodeRow(types, change?.after ?? null)

  it('are null where nothing was written', () => {
    expect(Object.values(row(nothing)).filter((value) => value !== null)).toStrictEqual([0])
  })

  it('are exact at the lower end', () => {
    expect(row(lowest)).toStrictEqual({
      id: 1,
      flag: true,
      small: -32768,
      whole: -2147483648,
      big: -9223372036854775808n,
      objects: 0n,
      single: -3.4e38,
      double: -1.7976931348623157e308,
      price: -999999999999n,
      free: { unscaled: -12345678901234567890123456789n, scale: 9 },
      cash: -9223372036854775808n,
      fixed: 'AB    ',
      short: '',
      long: '',
      day: daysOf({ year: -4712, month: 1, day: 1 }),
      clock: 0n,
      clock_zone: '12:00:00Z',
      moment: midnight(-4712, 1, 1),
      moment3: -1000n,
      instant: midnight(-43, 3, 15) + usPerDay / 2n,
      span: 'P-1Y-2M3DT-4H-5M-6.789S',
      raw: Buffer.alloc(0),
      id128: '00000000-0000-0000-0000-000000000000',
      doc: '{"a": 1}',
      docb: '{"a": 1}',
      mood: 'calm',
      one_bit: false,
      ten_bits: Buffer.from([1]),
      up_to_ten: Buffer.from([1]),
      address: '10.0.0.1',
      numbers: [],
      words: [],
      days: [],
      moments: [],
      instants: [],
      flags: [],
      ids: [],
      docs: [],
      raws: [],
    })
  })

  it('are exact at the upper end', () => {
    expect(row(highest)).toStrictEqual({
      id: 2,
      flag: false,
      small: 32767,
      whole: 2147483647,
      big: 9223372036854775807n,
      objects: 4294967295n,
      single: 3.4e38,
      double: 1.7976931348623157e308,
      price: 999999999999n,
      free: { unscaled: 100000000000000000000n, scale: 0 },
      cash: 9223372036854775807n,
      fixed: 'ABCDEF',
      short: 'Zoë 🙂',
      long: 'tab\t"quote"\\line\n',
      day: daysOf({ year: 5874897, month: 12, day: 31 }),
      clock: 86_400_000_000_000n,
      clock_zone: '09:59:59.999999Z',
      moment: midnight(294247, 1, 1) - 1n,
      moment3: 9223372036854000n,
      instant: midnight(2024, 2, 29) + 66_599_123_456n,
      span: 'P1Y2M3DT4H5M6.789S',
      raw: Buffer.from([0, 255, 127]),
      id128: 'ffffffff-ffff-ffff-ffff-ffffffffffff',
      doc: '[1, 2]',
      docb: '{"b": 100}',
      mood: 'busy',
      one_bit: true,
      ten_bits: Buffer.from([0, 2]),
      up_to_ten: Buffer.from([0xaa, 2]),
      address: '2001:db8::/32',
      numbers: [1n, null, -9223372036854775808n],
      words: ['a', null, ''],
      days: [daysOf({ year: 2024, month: 2, day: 29 }), null],
      moments: [midnight(2024, 2, 29) + 43_200_123_000n],
      instants: [midnight(2024, 2, 29) + 43_200_123_456n],
      flags: [true, false, null],
      ids: ['00112233-4455-6677-8899-aabbccddeeff'],
      docs: ['{"a": 1}'],
      raws: [Buffer.from([1, 2])],
    })
  })

  it('are named where they are no numbers or dates', () => {
    const one = NOT_A_NUMBER
    const up = POSITIVE_INFINITY
    const down = NEGATIVE_INFINITY
    expect(row(special)).toMatchObject({ single: one, double: one, price: one, free: one })
    expect(row(special)).toMatchObject({ day: up, moment: up, moment3: up, instant: up })
    expect(row(negative)).toMatchObject({ single: up, double: up, free: up })
    expect(row(negative)).toMatchObject({ day: down, moment: down, moment3: down, instant: down })
    expect(row(last)).toMatchObject({
      single: down,
      double: down,
      free: down,
      day: 0,
      moment: 0n,
      moment3: 0n,
      instant: 0n,
    })
  })

  it('are exact just beyond 2^53, have one zero, and keep the scale of a decimal', () => {
    expect(row(exact)).toMatchObject({ big: 9007199254740993n, moment: 9007199254740993n, single: 0, double: 0 })
    expect(row(exact)).toMatchObject({ price: 10n, free: { unscaled: 10n, scale: 2 } })
  })

  it('are whole in the before-image of a delete', () => {
    expect(gone?.op).toBe('d')
    expect(decodeRow(types, gone?.before ?? null)).toStrictEqual(row(highest))
  })
})

describe('the recorded forms of an unchanged TOAST value', () => {
  it('are unavailable in every type that is read and can be stored apart from its row', () => {
    const documents = tableName('shop', 'documents')
    const [inserted, updated] = rowChanges('unchanged-toast', documents)
    const before = decodeRow(documents, inserted?.after ?? null)
    expect(Object.values(before).filter((value) => value === UNAVAILABLE || value === null)).toHaveLength(0)
    const { id, version, ...others } = decodeRow(documents, updated?.after ?? null)
    expect([id, version]).toStrictEqual([1, 2])
    expect(Object.values(others).length).toBeGreaterThan(24)
    expect(Object.entries(others).filter(([, value]) => value !== UNAVAILABLE)).toStrictEqual([])
  })

  it('do not occur with full replica identity', () => {
    const full = tableName('shop', 'full_documents')
    const [inserted, updated] = rowChanges('unchanged-toast', full)
    expect(shown(updated?.after)).toStrictEqual({ ...(shown(inserted?.after) as object), version: 2 })
  })
})

describe('the calendar', () => {
  it.each([
    [0, { year: 1970, month: 1, day: 1 }],
    [-719_468, { year: 0, month: 3, day: 1 }],
    [19_782, { year: 2024, month: 2, day: 29 }],
    [2_145_042_905, { year: 5_874_897, month: 12, day: 31 }],
  ])('knows day %i', (days, date) => {
    expect(daysOf(date)).toBe(days)
    expect(dateOf(days)).toStrictEqual(date)
  })
})
