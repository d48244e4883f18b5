/**
 * PostgreSQL's types: name, as `format_type` spells it without modifiers, to codec. A type is added here, with a
 * recorded value in the tests. A name that is missing is reported as unsupported, never guessed.
 */
import type { ValueType } from '../../values/type.ts'
import type { ColumnType } from './column-type.ts'
import { bigDecimalCodec, decimalCodec } from './decimal-codecs.ts'
import { boolCodec, floatCodec, intCodec, longCodec } from './number-codecs.ts'
import { bitCodec, bitsCodec, enumCodec, hexCodec, textCodec } from './text-codecs.ts'
import { dateCodec, instantCodec, localDateTimeCodec, timeCodec } from './time-codecs.ts'
import type { CodecContext, CodecFactory, ValueCodec } from './value-codec.ts'

const string: ValueType = { kind: 'string' }

/** A type of the decode table: how its values are read, and in which form they are read. */
export interface PostgresType {
  readonly codec: CodecFactory
  /**
   * What the connector (3.6, 3.7) calls it in the schema of a record, by what stands in parentheses behind the type:
   * the name of the Connect schema, or else its type, as `falsework.connect.ColumnForms` writes it in a header.
   */
  readonly form: (modifiers: readonly number[]) => string
}

const sentAs = (form: string, codec: CodecFactory): PostgresType => ({ codec, form: () => form })

/** Types whose value is a text and nothing more to us. */
const textTypes: Readonly<Record<string, string>> = {
  text: 'string',
  'character varying': 'string',
  citext: 'string',
  xml: 'io.debezium.data.Xml',
  inet: 'string',
  cidr: 'string',
  macaddr: 'string',
  macaddr8: 'string',
  ltree: 'io.debezium.data.Ltree',
  tsvector: 'io.debezium.data.Tsvector',
  int4range: 'string',
  int8range: 'string',
  numrange: 'string',
  tsrange: 'string',
  tstzrange: 'string',
  daterange: 'string',
  interval: 'io.debezium.time.Interval',
  'time with time zone': 'io.debezium.time.ZonedTime',
}

const bits = 'io.debezium.data.Bits'

export const postgresTypes: ReadonlyMap<string, PostgresType> = new Map<string, PostgresType>([
  ['boolean', sentAs('boolean', boolCodec)],
  ['smallint', sentAs('int16', intCodec(16))],
  ['integer', sentAs('int32', intCodec(32))],
  ['bigint', sentAs('int64', longCodec)],
  ['oid', sentAs('int64', longCodec)],
  ['real', sentAs('float32', floatCodec('float'))],
  ['double precision', sentAs('float64', floatCodec('double'))],
  ['numeric', sentAs('string', numericCodec)],
  // 64 bits of cents; two digits of fraction are the connector's default (`money.fraction.digits`).
  ['money', sentAs('string', (context) => decimalCodec({ precision: 19, scale: 2 }, context))],
  ...Object.entries(textTypes).map(([name, form]): [string, PostgresType] => [name, sentAs(form, textCodec(string))]),
  ['character', sentAs('string', textCodec({ kind: 'string', padded: true }))],
  ['"char"', sentAs('string', textCodec(string))],
  ['uuid', sentAs('io.debezium.data.Uuid', textCodec({ kind: 'uuid' }))],
  ['json', sentAs('io.debezium.data.Json', textCodec({ kind: 'json' }))],
  ['jsonb', sentAs('io.debezium.data.Json', textCodec({ kind: 'json' }))],
  ['bytea', sentAs('string', hexCodec)],
  ['bit', { codec: bitCodec, form: ([length = 1]) => (length > 1 ? bits : 'boolean') }],
  ['bit varying', { codec: varyingBitCodec, form: ([length]) => (length === 1 ? 'boolean' : bits) }],
  ['date', sentAs('io.debezium.time.Date', dateCodec)],
  ['time without time zone', sentAs('io.debezium.time.MicroTime', timeCodec)],
  [
    'timestamp without time zone',
    {
      codec: localDateTimeCodec,
      form: ([digits = 6]) => `io.debezium.time.${digits <= 3 ? 'Timestamp' : 'MicroTimestamp'}`,
    },
  ],
  ['timestamp with time zone', sentAs('io.debezium.time.ZonedTimestamp', instantCodec)],
])

/** A type that the catalog gives values for, and that is none of the above. */
export const enumType: PostgresType = sentAs('io.debezium.data.Enum', enumCodec)

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

/** Without a declared length it may be any. */
function varyingBitCodec(context: CodecContext): ValueCodec {
  return context.modifiers[0] === 1 ? boolCodec(context) : bitsCodec(context)
}
