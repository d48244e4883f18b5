/** Each type, with the text that the database gave and the value that the connector sent for it. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { type ColumnComparison, columnComparison } from '../../../src/core/audit/column-comparison.ts'
import type { Column } from '../../../src/core/catalog/catalog.ts'
import { parseExactly } from '../../../src/core/values/exact-json.ts'
import { UNAVAILABLE } from '../../../src/core/values/value.ts'
import { recordedSettings } from '../capture/raw-log-of.ts'

interface Recorded {
  readonly type: string
  /** As the database casts it to text. */
  readonly text: string
  readonly raw: unknown
}

const values = readFileSync(new URL('../../fixtures/recorded/all-types.jsonl', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => parseExactly(line) as Recorded)

const columnOf = (type: string): Column => ({
  name: 'value',
  type,
  nullable: true,
  ...(type === 'shop.mood' && { values: ['calm', 'busy'] }),
})

const compared = (type: string): ColumnComparison => {
  const comparison = columnComparison(columnOf(type), recordedSettings)
  if (comparison.kind === 'notCompared') throw new Error(comparison.reason)
  return comparison
}

/** What differs between a cast to text, and what is read under the settings of an audit. */
function asRead({ type, text }: Recorded): string {
  if (type === 'boolean') return text === 'true' ? 't' : 'f'
  if (type === 'character(3)') return text.padEnd(3)
  if (type === 'interval') return 'P1Y2M3DT4H5M6.789S'
  return text
}

const recordedOf = Map.groupBy(values, ({ type }) => type)
const comparable = [...recordedOf].filter(
  ([type]) => columnComparison(columnOf(type), recordedSettings).kind === 'compared',
)

describe.each(comparable)('%s', (type, recordings) => {
  const { compare } = compared(type)

  it('is the same as what the connector has sent of it, or unknown where it has sent another value', () => {
    for (const recording of recordings) {
      const outcome = compare(asRead(recording), recording.raw)
      const isGarbled = /infinity|BC|\{\{/.test(recording.text) && type.endsWith('[]')
      expect([recording.text, outcome]).toEqual([recording.text, isGarbled && outcome === 'unknown' ? outcome : 'same'])
    }
  })

  it('differs from NULL, and from each other value', () => {
    const [first, ...others] = recordings.filter(({ text, raw }) => raw !== null && !/infinity|BC|\{\{/.test(text))
    if (first === undefined) throw new Error('not recorded')
    expect(compare(null, null)).toBe('same')
    expect(compare(null, first.raw)).toBe('different')
    expect(compare(asRead(first), null)).toBe('different')
    for (const other of others) expect(compare(asRead(first), other.raw), other.text).toBe('different')
  })

  it('is unknown where the stored row does not know it, does not have it, or has another form of it', () => {
    const [text = ''] = recordings.map(asRead)
    expect(compare(text, UNAVAILABLE)).toBe('unknown')
    expect(compare(text, undefined)).toBe('unknown')
    expect(compare(text, { another: 'form' })).toBe('unknown')
  })
})

describe('a column', () => {
  it.each([
    ['money', 'locale'],
    ['tstzrange', 'time zone'],
    ['tstzrange[]', 'time zone'],
    ['point', 'cannot read'],
    ['name', 'null or an empty text'],
  ])('of type %s is not compared, and says why', (type, why) => {
    expect(columnComparison(columnOf(type), recordedSettings)).toMatchObject({
      kind: 'notCompared',
      reason: expect.stringContaining(why) as string,
    })
  })

  it.each([
    ['numeric', '1.50', '1.5', 'same'],
    ['numeric', '1.50', '1.51', 'different'],
    ['numeric(12,2)', '1.50', '1.50', 'same'],
    ['double precision', '-0', 0, 'same'],
    ['double precision', '0.1', 0.1, 'same'],
    ['real', '1.1', Math.fround(1.1), 'same'],
    ['real', '1.1', 1.1, 'same'],
    ['time with time zone', '23:30:00-01:00', '00:30:00Z', 'same'],
    ['interval', 'PT0S', 'P0Y0M0DT0H0M0S', 'same'],
    ['interval', 'P-1Y-2M3DT-4H-5M-6.5S', 'P-1Y-2M3DT-4H-5M-6.5S', 'same'],
    ['interval', 'P1M', 'P30D', 'different'],
    ['bit varying(16)', '1010000000', 'gAI=', 'same'],
    ['timestamp(3) without time zone', '2024-02-29 12:00:00.5', 1_709_208_000_500, 'same'],
    ['text[]', '{"a,\\"b\\"","NULL",NULL}', ['a,"b"', 'NULL', null], 'same'],
    ['integer[]', '[0:1]={1,2}', [1, 2], 'unknown'],
    ['text', 'a', 'b', 'different'],
  ] as const)('%s: %s in the database and %s in the store is %s', (type, text, raw, outcome) => {
    expect(compared(type).compare(text, raw)).toBe(outcome)
  })
})
