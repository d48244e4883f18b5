/** The form in which a connector writes keys and values, as its settings declare it. */
import type { RawFormat } from '../../raw-format.ts'
import type { ConnectorSettings } from '../capture-findings.ts'
import { settingOf, wordOf } from './setting-value.ts'

export const jsonConverter = 'org.apache.kafka.connect.json.JsonConverter'
export const avroConverter = 'io.confluent.connect.avro.AvroConverter'
/** Apicurio's own Avro converter has no setting that keeps a null from becoming the default of its column. */
export const readConverters: readonly string[] = [jsonConverter, avroConverter]

export type DeclaredFormat =
  | { readonly kind: 'format'; readonly format: RawFormat }
  | { readonly kind: 'refused'; readonly setting: string; readonly rest: string }

/** Of the values; keys must have the same. A converter that the connector names has no settings but the connector's. */
export function declaredFormat(connector: ConnectorSettings): DeclaredFormat {
  if (isAvro(connector)) return { kind: 'format', format: 'avro' }
  const converter = settingOf(connector, 'value.converter')
  if (converter === null || wordOf(converter) !== wordOf(jsonConverter)) {
    return refused('value.converter', `must be ${readConverters.join(' or ')}, it is ${converter ?? 'not set'}`)
  }
  const schemas = settingOf(connector, 'value.converter.schemas.enable')
  const word = wordOf(schemas ?? 'true')
  if (word === 'true') return { kind: 'format', format: 'jsonWithSchema' }
  if (word === 'false') return { kind: 'format', format: 'json' }
  return refused('value.converter.schemas.enable', `must be true or false, it is ${schemas ?? 'not set'}`)
}

export function isAvro(connector: ConnectorSettings): boolean {
  return wordOf(settingOf(connector, 'value.converter') ?? '') === wordOf(avroConverter)
}

const refused = (setting: string, rest: string): DeclaredFormat => ({ kind: 'refused', setting, rest })
