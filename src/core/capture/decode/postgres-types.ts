/**
 * PostgreSQL's types: name, as `format_type` spells it without modifiers, to codec. A type is added here, with a
 * recorded value in the tests. A name that is missing is reported as unsupported, never guessed.
 */
import type { ValueType } from '../../values/type.ts'
import type { ColumnType } from './column-type.ts'
import { bigDecimalCodec, decimalCodec } from './decimal-codecs.ts'
import { boolCodec, floatCodec, intCodec, longCodec } from './number-codecs.ts'
import { bitsCodec, hexCodec, textCodec } from './text-codecs.ts'
import { dateCodec, instantCodec, localDateTimeCodec, timeCodec } from './time-codecs.ts'
import type { CodecContext, CodecFactory, ValueCodec } from './value-codec.ts'

const string: ValueType = { kind: 'string' }

/** Types whose value is a text and nothing more to us. */
const textTypes = [
  'text',
  'character varying',
  'citext',
  'xml',
  'inet',
  'cidr',
  'macaddr',
  'macaddr8',
  'ltree',
  'tsvector',
  'int4range',
  'int8range',
  'numrange',
  'tsrange',
  'tstzrange',
  'daterange',
  'interval',
  'time with time zone',
] as const

export const postgresTypes: ReadonlyMap<string, CodecFactory> = new Map<string, CodecFactory>([
  ['boolean', boolCodec],
  ['smallint', intCodec(16)],
  ['integer', intCodec(32)],
  ['bigint', longCodec],
  ['oid', longCodec],
  ['real', floatCodec('float')],
  ['double precision', floatCodec('double')],
  ['numeric', numericCodec],
  // 64 bits of cents; two digits of fraction are the connector's default (`money.fraction.digits`).
  ['money', (context) => decimalCodec({ precision: 19, scale: 2 }, context)],
  ...textTypes.map((name): [string, CodecFactory] => [name, textCodec(string)]),
  ['character', textCodec({ kind: 'string', padded: true })],
  ['"char"', textCodec(string)],
  ['uuid', textCodec({ kind: 'uuid' })],
  ['json', textCodec({ kind: 'json' })],
  ['jsonb', textCodec({ kind: 'json' })],
  ['bytea', hexCodec],
  ['bit', bitCodec],
  ['bit varying', varyingBitCodec],
  ['date', dateCodec],
  ['time without time zone', timeCodec],
  ['timestamp without time zone', localDateTimeCodec],
  ['timestamp with time zone', instantCodec],
])

/** Spelled with the schema that their extension lives in, where that is not on the search path. */
export const extensionTypes: ReadonlySet<string> = new Set(['citext', 'ltree'])

/** What the connector (3.6, 3.7) does with types that it does not send as they are: scalars, and elements of arrays. */
export const garbledTypes: ReadonlyMap<string, string> = new Map([
  ['name', 'the connector sends null or an empty text'],
])
export const garbledElements: ReadonlyMap<string, string> = new Map([
  ...['money', 'name', 'interval', 'bit', 'bit varying', 'xml', 'tsvector', 'ltree'].map((name): [string, string] => [
    name,
    `the connector does not send arrays of ${name}`,
  ]),
  ['numeric', 'the connector sends null for an array that has a NaN in it'],
  ['time without time zone', 'the connector cuts the microseconds off, and sends 24:00:00 as midnight'],
])

/** Element types of arrays for which the connector has a placeholder when an unchanged value was left out. */
const elementsWithPlaceholder: ReadonlySet<string> = new Set([
  'text',
  'character varying',
  'character',
  'integer',
  'bigint',
  'date',
  'uuid',
  'json',
  'jsonb',
])

/**
 * Whether the connector sends null for an unchanged TOAST value of this type: bit strings and most arrays have no
 * placeholder (seen with 3.6.3). Without REPLICA IDENTITY FULL, null in such a column of an update says nothing.
 */
export function isNullWhenUnchanged({ name, modifiers, list }: ColumnType): boolean {
  if (list) return !elementsWithPlaceholder.has(name)
  return name === 'bit varying' || (name === 'bit' && (modifiers[0] ?? 1) > 1)
}

function numericCodec(context: CodecContext): ValueCodec {
  const [precision, scale = 0] = context.modifiers
  return precision === undefined ? bigDecimalCodec(context) : decimalCodec({ precision, scale }, context)
}

/** One bit is a boolean; the connector decides by the declared length, which is one where none is declared. */
function bitCodec(context: CodecContext): ValueCodec {
  const [length = 1] = context.modifiers
  return length > 1 ? bitsCodec(context) : boolCodec(context)
}

/** Without a declared length it may be any. */
function varyingBitCodec(context: CodecContext): ValueCodec {
  return context.modifiers[0] === 1 ? boolCodec(context) : bitsCodec(context)
}
