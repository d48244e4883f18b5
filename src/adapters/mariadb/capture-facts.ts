/** What the server says of capture to what the conditions ask. */
import type { MariadbFacts, MariadbTable } from '../../core/capture/connector/mariadb-facts.ts'
import type { Table, TableName } from '../../core/catalog/catalog.ts'
import { tableName } from '../../core/catalog/catalog.ts'
import { type AccountFacts, type TableRight, tableRights } from '../../core/capture/connector/account-facts.ts'
import { identifiersOf } from '../../core/catalog/table-name.ts'
import type { AccountRow, PrivilegeRow, RetentionRow, SettingsRow, UnreadableColumnRow } from './capture-queries.ts'
import type { TableRow } from './catalog-queries.ts'
import { nameOf } from './catalog-tables.ts'

export interface CaptureRows {
  readonly settings: SettingsRow | undefined
  readonly account: AccountRow | undefined
  readonly privileges: readonly PrivilegeRow[]
  readonly retention: readonly RetentionRow[]
  readonly tables: readonly TableRow[]
  readonly catalog: ReadonlyMap<TableName, Table>
  readonly unreadableColumns: readonly UnreadableColumnRow[]
}

export function captureFacts(rows: CaptureRows): MariadbFacts {
  const { settings, retention, tables, catalog, unreadableColumns } = rows
  return {
    kind: 'mariadb',
    serverVersion: settings?.serverVersion ?? '',
    account: accountFacts(rows.account, rows.privileges, tables.map(nameOf)),
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

/** As the information schema spells who has been granted something, and GRANT takes it. */
export const granteeOf = ({ user, host }: Pick<AccountRow, 'user' | 'host'>): string => `'${user}'@'${host}'`

/** By their names since 10.5, and before. */
const ofServer = [
  ['REPLICATION SLAVE', ['REPLICATION SLAVE']],
  ['REPLICATION CLIENT', ['BINLOG MONITOR', 'REPLICATION CLIENT']],
] as const

/** null: a role is set, whose privileges are not listed as the account's. */
function accountFacts(
  account: AccountRow | undefined,
  privileges: readonly PrivilegeRow[],
  tables: readonly TableName[],
): AccountFacts | null {
  if (account === undefined || account.role !== null) return null
  const global = new Set(privileges.filter(({ schema }) => schema === null).map(({ privilege }) => privilege))
  return {
    name: granteeOf(account),
    missing: ofServer.filter(([, spelled]) => !spelled.some((name) => global.has(name))).map(([name]) => name),
    tables: new Map(tables.map((table) => [table, rightsOn(table, privileges)])),
  }
}

/** A database needs no right of its own. */
function rightsOn(name: TableName, privileges: readonly PrivilegeRow[]): ReadonlySet<TableRight> {
  const { schema, table } = identifiersOf(name)
  const given = new Set(
    privileges
      .filter((row) =>
        row.table === null
          ? row.schema === null || isLike(schema, row.schema)
          : row.schema === schema && row.table === table,
      )
      .map(({ privilege }) => privilege.toLowerCase()),
  )
  return new Set(tableRights.filter((right) => right === 'usage' || given.has(right)))
}

/** Databases are granted by patterns, in which `_` and `%` are meant where no backslash stands before them. */
function isLike(name: string, pattern: string): boolean {
  const source = pattern.replaceAll(/\\?[^]/g, (part) => {
    if (part === '_') return '.'
    if (part === '%') return '.*'
    return part.slice(-1).replace(/[.*+?^${}()|[\]\\]/, '\\$&')
  })
  return new RegExp(`^${source}$`, 's').test(name)
}
