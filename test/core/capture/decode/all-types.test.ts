/** Every type that a catalog of PostgreSQL can name, as Debezium was recorded to send it: read as it is, or refused. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { columnDecoder, columnForm } from '../../../../src/core/capture/decode/column-decoder.ts'
import { postgresTypes } from '../../../../src/core/capture/decode/postgres-types.ts'
import { parseExactly } from '../../../../src/core/values/exact-json.ts'
import type { Column } from '../../../../src/core/catalog/catalog.ts'
import { ValueError } from '../../../../src/core/values/value-error.ts'
import { recordedSettings } from '../raw-log-of.ts'

interface Recorded {
  readonly type: string
  readonly text: string
  readonly raw: unknown
  /** As the connector's schema calls it; `none` where it does not send the column. */
  readonly form: string
}

const values = readFileSync(new URL('../../../fixtures/recorded/all-types.jsonl', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => parseExactly(line) as Recorded)
const byType = Map.groupBy(values, ({ type }) => type)

const columnOf = (type: string): Column => ({
  name: 'value',
  type,
  nullable: true,
  ...(type === 'shop.mood' && { values: ['calm', 'busy'] }),
})
const decoderOf = (type: string) => columnDecoder(columnOf(type), recordedSettings)

/** Declared in one dimension, and holds two: nothing tells it from an array of NULL. */
const isNested = ({ text }: Recorded): boolean => text.startsWith('{{')

/** Elements of arrays that the driver has made another value of, which no range check can tell: years before 1 as years after. */
const before1 = new Set(['date[]', 'timestamp without time zone[]', 'timestamp with time zone[]'])

describe.each([...byType])('%s', (type, recordings) => {
  const decoder = decoderOf(type)
  const sentAsNull = recordings.filter(({ raw }) => raw === null)

  it('is refused where the connector has sent null for a value', () => {
    if (sentAsNull.length > 0) expect(decoder.kind).toBe('unsupported')
  })

  it('comes in the form that is promised of it', () => {
    const promised = columnForm(columnOf(type), recordedSettings)
    if (promised === null) return
    // An array of what the driver cannot read has no form, and no value either.
    const forms = new Set(recordings.filter(({ raw }) => raw !== null).map(({ form }) => form))
    expect([...forms]).toEqual([promised])
  })

  it('gives back what the connector has sent, or says that nobody can have written it', () => {
    if (decoder.kind === 'unsupported') return
    for (const recording of recordings.filter((each) => !isNested(each))) {
      const { raw } = recording
      try {
        const again = decoder.encode(decoder.decode(raw))
        expect(again, recording.text).toEqual(normal(raw))
      } catch (error) {
        expect(error, recording.text).toBeInstanceOf(ValueError)
        expect(recording.text).toMatch(/infinity/)
      }
    }
  })
})

/** Texts of instants have six digits of fraction when we write them; infinities are those of the newest release. */
function normal(raw: unknown): unknown {
  if (Array.isArray(raw)) return raw.map(normal)
  if (typeof raw !== 'string') return raw
  return raw.replace(/T(\d\d:\d\d:\d\d)(?:\.(\d+))?Z$/, (_, time: string, fraction = '') => {
    return `T${time}.${String(fraction).padEnd(6, '0')}Z`
  })
}

describe('a type that is read', () => {
  it('was recorded as a scalar with a value', () => {
    for (const name of postgresTypes.keys()) {
      const scalars = values.filter(({ type }) => parsedName(type) === name && !type.endsWith('[]'))
      expect(scalars.length, name).toBeGreaterThan(0)
      for (const { type } of scalars) expect(decoderOf(type).kind, type).toBe('decoder')
    }
  })

  it('was recorded as an array with an element, with NULL beside it, and empty', () => {
    for (const [type, recordings] of byType) {
      if (!type.endsWith('[]') || decoderOf(type).kind === 'unsupported') continue
      const lists = recordings.map(({ raw }): readonly unknown[] => (Array.isArray(raw) ? raw : []))
      expect(
        lists.some((list) => list.length === 0),
        type,
      ).toBe(true)
      expect(
        lists.some((list) => list.length === 1 && list[0] !== null),
        type,
      ).toBe(true)
      expect(
        lists.some((list) => list.length === 2 && list[0] === null && list[1] !== null),
        type,
      ).toBe(true)
    }
  })
})

const parsedName = (type: string): string =>
  type
    .replace(/\[\]$/, '')
    .replace(/\(\d+(,\d+)?\)/, '')
    .replace(/ +/g, ' ')

describe('an infinity or a year before 1 inside of an array', () => {
  it.each([
    ['date[]', '{infinity}'],
    ['date[]', '{-infinity}'],
    ['timestamp with time zone[]', '{-infinity}'],
  ])('%s %s is refused as a value that nobody can have written', (type, text) => {
    const decoder = decoderOf(type)
    const raw = byType.get(type)?.find((recording) => recording.text === text)?.raw
    if (decoder.kind === 'unsupported') throw new Error(decoder.reason)
    expect(() => decoder.decode(raw)).toThrow(ValueError)
  })

  it('is known to come as another year, which the guarantees say', () => {
    const changed = [...before1].map((type) => byType.get(type)?.find(({ text }) => text.includes('BC'))?.raw)
    expect(changed).toEqual([[1_001_860], [-63_517_953_600_000_000n], ['0044-03-15T12:00:00.000000Z']])
  })
})

describe('what a catalog says of a column beside its type', () => {
  it('refuses a column that the database computes, and one of several dimensions', () => {
    const whole = { name: 'total', type: 'integer', nullable: true }
    expect(columnDecoder({ ...whole, generated: true }, recordedSettings)).toMatchObject({
      reason: expect.stringContaining('not read from its log') as unknown,
    })
    expect(columnDecoder({ ...whole, type: 'integer[]', dimensions: 2 }, recordedSettings)).toMatchObject({
      reason: 'is an array of 2 dimensions, which the connector cannot send',
    })
  })

  it('a text of an array in an array is a decode error where one dimension was declared', () => {
    const decoder = decoderOf('text[]')
    const nested = byType.get('text[]')?.find(isNested)
    if (decoder.kind === 'unsupported' || nested === undefined) throw new Error('not recorded')
    expect(() => decoder.decode(nested.raw)).toThrow(expect.objectContaining({ errorClass: 'decode' }))
  })
})
