/** Every type of MariaDB as Debezium was recorded to send it, streamed and from a snapshot: the value that the database shows, or refused. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { type ColumnDecoder, columnDecoder, columnForm } from '../../../../src/core/capture/decode/column-decoder.ts'
import { parseMariadbType } from '../../../../src/core/capture/decode/mariadb/mariadb-type.ts'
import { mariadbTypes } from '../../../../src/core/capture/decode/mariadb/mariadb-types.ts'
import type { Column } from '../../../../src/core/catalog/catalog.ts'
import { declaredValues } from '../../../../src/adapters/mariadb/check-clause.ts'
import { formatDecimal } from '../../../../src/core/values/decimal-text.ts'
import { exactJson, parseExactly } from '../../../../src/core/values/exact-json.ts'
import { formatDate, formatInstant } from '../../../../src/core/values/instant-text.ts'
import type { ValueType } from '../../../../src/core/values/type.ts'
import type { Value } from '../../../../src/core/values/value.ts'
import { mariadbSettings } from '../raw-log-of.ts'

interface Sent {
  readonly raw: unknown
  /** As the connector's schema calls it; `none` where it does not send the column. */
  readonly form: string
}

interface Recorded extends Sent {
  readonly type: string
  /** The value as MariaDB writes it. */
  readonly text: string
  readonly snapshot: Sent
}

const file = new URL('../../../fixtures/recorded/mariadb/all-types.jsonl', import.meta.url)
const values = readFileSync(file, 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => parseExactly(line) as Recorded)
  // Recorded under a setting that no source may have.
  .filter(({ form }) => form !== 'org.apache.kafka.connect.data.Decimal')
const byType = Map.groupBy(values, ({ type }) => type)

function columnOf(spelled: string): Column {
  const type = spelled.replace(/ not null$/, '')
  const declared = declaredValues(type)
  return { name: 'v', type, nullable: type === spelled, ...(declared !== null && { values: declared }) }
}

/** Texts of zero dates, and what stands for them where a column cannot be null. */
const zero = /^0000-00-00/
const beginning = /^1970-01-01/

describe.each([...byType])('%s', (type, recordings) => {
  const column = columnOf(type)
  const decoder = columnDecoder(column, mariadbSettings)
  const sentOf = ({ raw, form, snapshot }: Recorded): readonly Sent[] =>
    [{ raw, form }, snapshot].filter((sent) => sent.form !== 'none')

  it('comes in the form that is promised of it, streamed and from a snapshot', () => {
    const promised = columnForm(column, mariadbSettings)
    if (promised === null) return
    expect([...new Set(recordings.flatMap(sentOf).map(({ form }) => form))]).toEqual([promised])
  })

  it('is read as the value that the database shows, whichever way it came', () => {
    if (decoder.kind === 'unsupported') return
    for (const recording of recordings) {
      for (const { raw } of sentOf(recording)) {
        if (type.startsWith('bit') && typeof raw === 'string') {
          expect(shownBits(decoder.decode(raw) as Uint8Array)).toBe(recording.text)
        } else if (isSpan(recording)) {
          expect(() => decoder.decode(raw)).toThrow(expect.objectContaining({ errorClass: 'decode' }))
        } else {
          expectValue(decoder, raw, recording.text)
        }
      }
    }
  })
})

/** A TIME that is no time of day. */
const isSpan = ({ type, text }: Recorded): boolean => type.startsWith('time') && /^-|^\d{3}:/.test(text)

function expectValue({ decode, encode, type, nullable }: ColumnDecoder, raw: unknown, text: string): void {
  const value = decode(raw)
  if (zero.test(text)) {
    if (nullable) expect(value).toBeNull()
    else expect(shown(type, value)).toMatch(beginning)
    return
  }
  expect(shown(type, value), text).toBe(shownAlike(type, text))
  expect(decode(encode(value)), text).toEqual(value)
}

/** The text that the database shows, with all digits of a fraction and as few as possible of anything else. */
function shownAlike({ kind }: ValueType, text: string): string {
  switch (kind) {
    case 'localdatetime':
    case 'timestamp':
    case 'time': {
      const [whole = '', fraction = ''] = text.split('.')
      return `${whole}.${fraction.padEnd(6, '0')}`
    }
    case 'float':
      return String(Math.fround(Number(text)))
    case 'int':
    case 'long':
    case 'double':
      return kind === 'double' ? String(Number(text)) : BigInt(text).toString()
    default:
      return text
  }
}

function shown(type: ValueType, value: Value): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex').toUpperCase()
  if (typeof value === 'bigint') return shownBigint(type, value)
  if (type.kind === 'float') return String(Math.fround(Number(value)))
  if (type.kind === 'date') return formatDate(Number(value))
  if (type.kind === 'bool') return value === true ? '1' : '0'
  return typeof value === 'string' ? value : exactJson(value)
}

function shownBigint(type: ValueType, value: bigint): string {
  switch (type.kind) {
    case 'decimal':
      return formatDecimal({ unscaled: value, scale: type.scale })
    case 'localdatetime':
    case 'timestamp':
      return formatInstant(value).replace('T', ' ').replace('Z', '')
    case 'time':
      return formatInstant(value / 1000n).slice('1970-01-01T'.length, -1)
    default:
      return value.toString()
  }
}

/** The bits of a number, the last byte first, as `hex(v)` shows them. */
const shownBits = (bytes: Uint8Array): string =>
  Buffer.from(bytes)
    .reverse()
    .toString('hex')
    .toUpperCase()
    .replace(/^0+(?=.)/, '')

describe('a type of MariaDB that is read', () => {
  it('was recorded', () => {
    const names = new Set([...byType.keys()].map((type) => parseMariadbType(columnOf(type).type)?.name))
    const alike = new Set(['json', 'bigint unsigned', 'float unsigned', 'double unsigned'])
    expect([...mariadbTypes.keys()].filter((name) => !names.has(name) && !alike.has(name))).toEqual([])
  })
})
