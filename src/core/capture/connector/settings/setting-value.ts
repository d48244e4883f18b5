/** Settings of a connector, read as the connector reads them. */
import { RE2JS } from 're2js'
import type { SourceKind } from '../../../catalog/catalog.ts'
import type { ConnectorSettings } from '../capture-findings.ts'

/** The connector trims words and takes them in upper and lower case; nothing is written where the default is meant. */
export const wordOf = (value: string): string => value.trim().toLowerCase()

/** A list of names: blanks around them do not count, nor do empty ones. */
export const namesIn = (value: string | undefined): readonly string[] =>
  (value ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')

/** A value that Kafka Connect or falsework fills in from elsewhere: what it is cannot be seen here. */
export const isReference = (value: string): boolean => value.includes('${')

/** As Kafka, its converters, Connect and JDBC name what opens a door. */
const secretName = /(^|[._])(ssl)?password$|(^|\.)sasl\.jaas\.config$|\.basic\.auth\.user\.info$|\.bearer\.auth\.token$/

/** Names of settings that hold a secret itself, and no reference to one. */
export const secretsInClear = (settings: ConnectorSettings): readonly string[] =>
  Object.keys(settings).filter((name) => {
    const value = settingOf(settings, name)
    return secretName.test(name) && value !== null && !isReference(value)
  })

/** Kinds of databases whose connector is read here. */
export type ConnectedKind = Extract<SourceKind, 'postgres' | 'mariadb'>

/** Of a configuration; what names no class that is read here is taken for PostgreSQL's. */
export const kindOf = (settings: ConnectorSettings): ConnectedKind =>
  kindOfClass(settings['connector.class'] ?? '') === 'mariadb' ? 'mariadb' : 'postgres'

/** null: of a database that nobody here knows. */
export function kindOfClass(connectorClass: string): SourceKind | null {
  const [, database] = /^io\.debezium\.connector\.(postgresql|mariadb|mysql)\./.exec(connectorClass.trim()) ?? []
  if (database === 'postgresql') return 'postgres'
  return database === 'mariadb' || database === 'mysql' ? database : null
}

/** null: not set, or set to nothing. */
export function settingOf(settings: ConnectorSettings, name: string): string | null {
  const value = settings[name]
  return value === undefined || value.trim() === '' ? null : value
}

/**
 * Whether a list of patterns has one for the whole of a name: patterns stand between commas, upper and lower case are
 * the same. null: a pattern is beyond what can be evaluated here.
 */
export function matchesList(list: string, name: string): boolean | null {
  try {
    return list
      .split(/(?<!\\),/)
      .map((pattern) => pattern.replaceAll('\\,', ',').trim())
      .some((pattern) => RE2JS.compile(pattern, RE2JS.CASE_INSENSITIVE).matches(name))
  } catch {
    return null
  }
}

const hexPrefix = 'hex:'

/** The text that the connector writes for a value that it leaves out; null: the octets behind `hex:` are no text. */
export function placeholderText(value: string): string | null {
  if (!value.startsWith(hexPrefix)) return value
  const digits = value.slice(hexPrefix.length)
  if (!/^([0-9a-f]{2})+$/i.test(digits)) return null
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(digits, 'hex'))
  } catch {
    return null
  }
}
