/** What the server says of capture to what the conditions ask. */
import type { MariadbFacts, MariadbTable } from '../../core/capture/connector/mariadb-facts.ts'
import type { Table, TableName } from '../../core/catalog/catalog.ts'
import { tableName } from '../../core/catalog/catalog.ts'
import type { RetentionRow, SettingsRow, UnreadableColumnRow } from './capture-queries.ts'
import type { TableRow } from './catalog-queries.ts'
import { nameOf } from './catalog-tables.ts'

export interface CaptureRows {
  readonly settings: SettingsRow | undefined
  readonly retention: readonly RetentionRow[]
  readonly tables: readonly TableRow[]
  readonly catalog: ReadonlyMap<TableName, Table>
  readonly unreadableColumns: readonly UnreadableColumnRow[]
}

export function captureFacts({ settings, retention, tables, catalog, unreadableColumns }: CaptureRows): MariadbFacts {
  return {
    kind: 'mariadb',
    serverVersion: settings?.serverVersion ?? '',
    serverId: settings?.serverId ?? 0,
    log: onOrOff(settings?.log),
    logFormat: settings?.logFormat ?? '',
    rowImage: settings?.rowImage ?? '',
    gtidStrict: onOrOff(settings?.gtidStrict),
    logKeptSeconds: keptSeconds(retention),
    tables: tables.map((row) => tableFacts(row, catalog)),
    unreadableColumns: unreadableColumns.map(({ schema, table, name, type }) => ({
      table: tableName(schema, table),
      name,
      type,
    })),
  }
}

const onOrOff = (value: 0 | 1 | undefined): 'on' | 'off' => (value === 1 ? 'on' : 'off')

const secondsPerDay = 86_400

/** Since 10.6 both settings say the same, in seconds and in days; 0 is no limit. */
function keptSeconds(rows: readonly RetentionRow[]): number | null {
  const value = (name: string): number => Number(rows.find((row) => row.name === name)?.value ?? 0)
  const seconds = value('binlog_expire_logs_seconds') || value('expire_logs_days') * secondsPerDay
  return seconds > 0 ? seconds : null
}

function tableFacts(row: TableRow, catalog: ReadonlyMap<TableName, Table>): MariadbTable {
  const name = nameOf(row)
  const actions = (catalog.get(name)?.foreignKeys ?? []).map(
    ({ columns, references, onDelete, onUpdate = 'no action' }) => ({
      columns,
      references,
      onDelete,
      onUpdate,
    }),
  )
  return { name, engine: row.engine, actions }
}
