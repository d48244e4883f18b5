/** Whether a column holds in the row store what the database says, type by type, in one text for equal values. */
import type { ColumnDecoder } from '../capture/decode/column-decoder.ts'
import { columnDecoder } from '../capture/decode/column-decoder.ts'
import { parseColumnType } from '../capture/decode/column-type.ts'
import { formatDecimal, parseDecimal, rescale } from '../values/decimal-text.ts'
import type { CaptureSettings } from '../capture/connector/capture-settings.ts'
import type { Column } from '../catalog/catalog.ts'
import type { ValueType } from '../values/type.ts'
import {
  type BigDecimal,
  NEGATIVE_INFINITY,
  NOT_A_NUMBER,
  POSITIVE_INFINITY,
  UNAVAILABLE,
  type Value,
} from '../values/value.ts'
import { ValueError } from '../values/value-error.ts'
import { parseArrayText } from './array-text.ts'
import { databaseDate, databaseTimestamp, databaseTimeUs, intervalParts, zonedTimeUs } from './database-times.ts'

/** `unknown`: one side cannot say what the value is. */
export type Compared = 'same' | 'different' | 'unknown'

export interface ColumnComparison {
  readonly kind: 'compared'
  /** `text`: as the database writes it; `raw`: as it stands in the image of the stored row. */
  readonly compare: (text: string | null, raw: unknown) => Compared
  /** What the connector would have sent for the text; undefined where nobody can tell. */
  readonly rawOf: (text: string | null) => unknown
}

export interface NotCompared {
  readonly kind: 'notCompared'
  /** Goes on after "column x". */
  readonly reason: string
}

export function columnComparison(column: Column, settings: CaptureSettings): ColumnComparison | NotCompared {
  // Whatever the catalog says of NULL, both sides may have it.
  const decoder = columnDecoder({ ...column, nullable: true }, settings)
  if (decoder.kind === 'unsupported') return { kind: 'notCompared', reason: decoder.reason }
  const type = parseColumnType(column.type)
  const name = bare(type?.name ?? '')
  const reason = notInOneText.get(name)
  if (reason !== undefined) return { kind: 'notCompared', reason: `has type ${column.type}: ${reason}` }
  return comparisonOf(decoder, name)
}

/** Types whose text is another one in another session. */
const notInOneText: ReadonlyMap<string, string> = new Map([
  ['money', 'its text depends on the locale of the server'],
  ['tstzrange', 'its text depends on the time zone of the session'],
])

const bare = (typeName: string): string => typeName.slice(typeName.lastIndexOf('.') + 1)

function comparisonOf(decoder: ColumnDecoder, name: string): ColumnComparison {
  const read = readerOf(decoder.type, name)
  const textOf = canonicalOf(name)
  const compare = (text: string | null, raw: unknown): Compared => {
    const stored = storedValue(decoder, raw)
    const held = text === null ? null : read(text)
    if (stored === UNAVAILABLE || held === UNAVAILABLE) return 'unknown'
    if (stored === null || held === null) return stored === held ? 'same' : 'different'
    return textOf(stored) === textOf(held) ? 'same' : 'different'
  }
  const rawOf = (text: string | null): unknown => {
    const value = text === null ? null : read(text)
    return value === UNAVAILABLE || value === null ? undefined : decoder.encode(value)
  }
  return { kind: 'compared', compare, rawOf }
}

/** A column that the row does not have, or has in another form, was altered since: nothing tells what it became. */
function storedValue({ decode }: ColumnDecoder, raw: unknown): Value {
  if (raw === undefined) return UNAVAILABLE
  try {
    return decode(raw)
  } catch (error) {
    if (error instanceof ValueError) return UNAVAILABLE
    throw error
  }
}

/** Gives UNAVAILABLE for a text that the connector cannot have sent as it is. */
function readerOf(type: ValueType, name: string): (text: string) => Value {
  if (type.kind === 'list') return listReader(type.element.type, name)
  const known = readers[type.kind]
  if (name === 'bit' || name === 'bit varying') return type.kind === 'bool' ? (text) => text === '1' : bits
  if (type.kind === 'decimal') return decimalReader(type.scale)
  return known === undefined ? (text) => text : (text) => known(text) ?? UNAVAILABLE
}

const readers: Readonly<Partial<Record<ValueType['kind'], (text: string) => Value>>> = {
  bool: (text) => text === 't',
  int: Number,
  long: BigInt,
  float: floatOf,
  double: floatOf,
  bigdecimal: (text) => (text === 'NaN' ? NOT_A_NUMBER : (specialFloats.get(text) ?? parseDecimal(text))),
  bytes: (text) => (text.startsWith('\\x') ? Buffer.from(text.slice(2), 'hex') : null),
  date: databaseDate,
  time: (text) => {
    const us = databaseTimeUs(text)
    return us === null ? null : us * 1_000n
  },
  localdatetime: databaseTimestamp,
  timestamp: databaseTimestamp,
}

const specialFloats: ReadonlyMap<string, Value> = new Map<string, Value>([
  ['NaN', NOT_A_NUMBER],
  ['Infinity', POSITIVE_INFINITY],
  ['-Infinity', NEGATIVE_INFINITY],
])

function floatOf(text: string): Value {
  return specialFloats.get(text) ?? Number(text) + 0
}

function decimalReader(scale: number): (text: string) => Value {
  return (text) => {
    const special = specialFloats.get(text)
    if (special !== undefined) return special
    const parsed = parseDecimal(text)
    return (parsed === null ? null : rescale(parsed, scale)) ?? UNAVAILABLE
  }
}

/** As the connector sends bits: the last one first, eight in a byte. */
function bits(text: string): Value {
  const bytes = [...text.matchAll(/[01]{1,8}(?=(?:[01]{8})*$)/g)].map(([byte]) => Number.parseInt(byte, 2))
  return Buffer.from(bytes.toReversed())
}

/** In arrays the connector sends years before 1 as years after it. */
const datedTypes: ReadonlySet<string> = new Set(['date', 'timestamp without time zone', 'timestamp with time zone'])

function listReader(element: ValueType, name: string): (text: string) => Value {
  const read = readerOf(element, name)
  return (text) => {
    const elements = parseArrayText(text)
    if (elements === null || (datedTypes.has(name) && text.includes(' BC'))) return UNAVAILABLE
    const values = elements.map((item) => (item === null ? null : read(item)))
    return values.includes(UNAVAILABLE) ? UNAVAILABLE : values
  }
}

/** Equal texts for equal values of one type. */
function canonicalOf(name: string): (value: Value) => string {
  if (name === 'interval') return (value) => eachText(value, (text) => intervalParts(text) ?? text)
  if (name === 'time with time zone') return (value) => eachText(value, (text) => String(zonedTimeUs(text) ?? text))
  if (name === 'real' || name === 'float') return (value) => eachNumber(value)
  // How many bits there are is not sent, only which of them are set.
  if (name === 'bit' || name === 'bit varying') return (value) => canonicalText(value).replace(/(?:00)+$/, '')
  return canonicalText
}

function eachText(value: Value, canonical: (text: string) => string): string {
  if (Array.isArray(value))
    return JSON.stringify(value.map((item: Value) => (item === null ? null : eachText(item, canonical))))
  return typeof value === 'string' ? canonical(value) : canonicalText(value)
}

/** A number of 32 bits is written in decimal digits by some, and as the number of 64 bits that it is by others. */
function eachNumber(value: Value): string {
  if (Array.isArray(value)) return JSON.stringify(value.map((item: Value) => (item === null ? null : eachNumber(item))))
  return canonicalText(typeof value === 'number' ? Math.fround(value) : value)
}

function canonicalText(value: Value): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex')
  if (Array.isArray(value))
    return JSON.stringify(value.map((item: Value) => (item === null ? null : canonicalText(item))))
  if (typeof value === 'object' && value !== null) return plainDecimal(value as BigDecimal)
  return String(value)
}

function plainDecimal(value: BigDecimal): string {
  const text = formatDecimal(value)
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text
}
