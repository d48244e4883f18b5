/**
 * MariaDB's types: name, as the information schema spells it without what stands in parentheses, to codec. A name that
 * is missing is reported as unsupported, never guessed. Forms are those that Debezium 3.5 was recorded to send.
 */
import type { ValueType } from '../../../values/type.ts'
import { decimalCodec } from '../decimal-codecs.ts'
import { floatCodec, intCodec, longCodec, rangedIntCodec } from '../number-codecs.ts'
import { bitCodec, hexCodec, textCodec } from '../text-codecs.ts'
import type { CodecContext, CodecFactory, ValueCodec } from '../value-codec.ts'
import { escapedEnumCodec } from './mariadb-enum-codec.ts'
import { tinyintCodec, unsignedBigintCodec, yearCodec } from './mariadb-number-codecs.ts'
import { calendarDateCodec, dateTimeCodec, timeOfDayCodec, utcTimestampCodec } from './mariadb-time-codecs.ts'

interface MariadbTypeReading {
  readonly codec: CodecFactory
  /**
   * What the connector calls it in the schema of a record, by what stands in parentheses behind the type; null: that
   * differs between releases, or with how the connector has come to know the table.
   */
  readonly form: (modifiers: readonly number[]) => string | null
}

const string: ValueType = { kind: 'string' }
const sentAs = (form: string | null, codec: CodecFactory): MariadbTypeReading => ({ codec, form: () => form })
const all = (names: string, reading: MariadbTypeReading): [string, MariadbTypeReading][] =>
  names.split(', ').map((name) => [name, reading])

const ranged = (first: number, last: number): CodecFactory =>
  rangedIntCodec({ first, last, expected: `an integer from ${first} to ${last}` })

export const mariadbTypes: ReadonlyMap<string, MariadbTypeReading> = new Map<string, MariadbTypeReading>([
  // BOOLEAN is TINYINT(1); the connector writes a boolean where it has seen the table being created with the word.
  ['tinyint', sentAs(null, tinyintCodec({ first: -128, last: 127 }))],
  ['tinyint unsigned', sentAs(null, tinyintCodec({ first: 0, last: 255 }))],
  ['smallint', sentAs('int16', intCodec(16))],
  ['smallint unsigned', sentAs('int32', ranged(0, 65_535))],
  ['mediumint', sentAs('int32', ranged(-8_388_608, 8_388_607))],
  ['mediumint unsigned', sentAs('int32', ranged(0, 16_777_215))],
  ['int', sentAs('int32', intCodec(32))],
  ['int unsigned', sentAs('int64', longCodec)],
  ['bigint', sentAs('int64', longCodec)],
  ['bigint unsigned', sentAs('int64', unsignedBigintCodec)],
  ...all('decimal, decimal unsigned', sentAs('string', declaredDecimalCodec)),
  // With a declared number of digits the connector writes the same number in 64 bits.
  ...all('float, float unsigned', {
    codec: floatCodec('float'),
    form: ({ length }) => (length > 1 ? 'float64' : 'float32'),
  }),
  ...all('double, double unsigned', sentAs('float64', floatCodec('double'))),
  ['bit', { codec: bitCodec, form: ([length = 1]) => (length > 1 ? 'io.debezium.data.Bits' : 'boolean') }],
  ['year', sentAs('io.debezium.time.Year', yearCodec)],
  ['date', sentAs('io.debezium.time.Date', calendarDateCodec)],
  ['time', sentAs('io.debezium.time.MicroTime', timeOfDayCodec)],
  [
    'datetime',
    {
      codec: dateTimeCodec,
      form: ([digits = 0]) => `io.debezium.time.${digits <= 3 ? 'Timestamp' : 'MicroTimestamp'}`,
    },
  ],
  ['timestamp', sentAs('io.debezium.time.ZonedTimestamp', utcTimestampCodec)],
  ...all('char, varchar, tinytext, text, mediumtext, longtext', sentAs('string', textCodec(string))),
  // JSON is LONGTEXT with a CHECK; the connector writes it as JSON where it has seen the table being created with the word.
  ['json', sentAs(null, textCodec({ kind: 'json' }))],
  ['enum', sentAs('io.debezium.data.Enum', escapedEnumCodec)],
  ['set', sentAs('io.debezium.data.EnumSet', textCodec(string))],
  ['uuid', sentAs('io.debezium.data.Uuid', textCodec({ kind: 'uuid' }))],
  ['binary', sentAs('string', paddedBytesCodec)],
  ...all('varbinary, tinyblob, blob, mediumblob, longblob', sentAs('string', hexCodec)),
])

function declaredDecimalCodec(context: CodecContext): ValueCodec {
  const [precision = 10, scale = 0] = context.modifiers
  return decimalCodec({ precision, scale }, context)
}

/** `binary(n)` has n bytes; the log leaves zeros at the end of them out. */
function paddedBytesCodec(context: CodecContext): ValueCodec {
  const [length = 1] = context.modifiers
  const { type, decode, encode } = hexCodec(context)
  return {
    type,
    decode: (raw) => {
      const bytes = decode(raw)
      if (!(bytes instanceof Uint8Array) || bytes.length >= length) return bytes
      return Buffer.concat([bytes, Buffer.alloc(length - bytes.length)])
    },
    encode,
  }
}
