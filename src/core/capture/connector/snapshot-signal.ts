/**
 * Asks a connector for a snapshot of some tables while it streams: a row in its signal table, which it reads as it reads
 * all others (Debezium documentation, "Sending signals to a Debezium connector").
 */
import { parseTableName, type TableName } from '../../catalog/table-name.ts'
import type { ConnectorSettings } from './capture-findings.ts'
import { namesIn, settingOf, wordOf } from './settings/setting-value.ts'

/** Its three columns are taken by their places. */
export interface Signal {
  readonly table: TableName
  readonly id: string
  readonly type: string
  /** JSON. */
  readonly data: string
}

export type SignalTable =
  | { readonly kind: 'table'; readonly table: TableName }
  /** Settings that the connector lacks, as a connector file has them. */
  | { readonly kind: 'missing'; readonly settings: readonly string[] }

/** The table that the connector reads signals from; null: it names none. */
export const signalsOf = (connector: ConnectorSettings): TableName | null =>
  parseTableName(settingOf(connector, 'signal.data.collection') ?? '')

/** Where the connector looks for signals, if it also tells in the raw log what becomes of a snapshot. */
export function signalTable(connector: ConnectorSettings): SignalTable {
  const table = signalsOf(connector)
  const has = (setting: string, word: string, otherwise: string): boolean =>
    namesIn(settingOf(connector, setting) ?? otherwise).some((name) => wordOf(name) === word)
  const missing = [
    ...(table === null ? ['"signal.data.collection": "SCHEMA.TABLE"'] : []),
    ...(has('signal.enabled.channels', 'source', 'source') ? [] : ['"signal.enabled.channels": "source"']),
    ...(has('notification.enabled.channels', 'sink', '') ? [] : ['"notification.enabled.channels": "sink"']),
    ...(settingOf(connector, 'notification.sink.topic.name') === null
      ? ['"notification.sink.topic.name": "falsework-notifications"']
      : []),
  ]
  return table === null || missing.length > 0 ? { kind: 'missing', settings: missing } : { kind: 'table', table }
}

/** Tables are read in chunks, in the order of their keys, while the connector goes on streaming. */
export const incrementalSnapshot = (table: TableName, id: string, tables: readonly TableName[]): Signal => ({
  table,
  id,
  type: 'execute-snapshot',
  data: JSON.stringify({ type: 'incremental', 'data-collections': tables.map((name) => named(name)) }),
})

/**
 * The connector takes names for regular expressions for the tables that it knows, and one that matches none for the
 * name of a table that it does not know yet. A plain name means itself in both ways; any other one is found among known
 * tables only.
 */
function named(table: TableName): string {
  const name = table.replaceAll('"', '')
  return /^\w+\.\w+$/.test(name) ? name : name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
