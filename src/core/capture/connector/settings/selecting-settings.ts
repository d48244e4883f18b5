/** Settings of the connector that choose schemas, tables and columns: they may choose, as long as mapped tables stay whole. */
import type { Table, TableName } from '../../../catalog/catalog.ts'
import type { ConnectorSettings } from '../capture-findings.ts'
import type { Violation } from '../condition.ts'
import { writtenTablesOf } from './written-tables.ts'
import { type ConnectedKind, kindOf, matchesList } from './setting-value.ts'

interface SelectingSetting {
  readonly name: string | RegExp
  readonly of: 'schemas' | 'tables' | 'columns'
  /** `keeps`: what the list does not name is left out. `touches`: what it names is left out or altered. */
  readonly list: 'keeps' | 'touches'
  readonly what: string
  readonly only?: ConnectedKind
}

const selectingSettings: readonly SelectingSetting[] = [
  { name: 'schema.include.list', of: 'schemas', list: 'keeps', what: 'is not captured' },
  { name: 'schema.exclude.list', of: 'schemas', list: 'touches', what: 'is not captured' },
  { name: 'database.include.list', of: 'schemas', list: 'keeps', what: 'is not captured', only: 'mariadb' },
  { name: 'database.exclude.list', of: 'schemas', list: 'touches', what: 'is not captured', only: 'mariadb' },
  { name: 'table.include.list', of: 'tables', list: 'keeps', what: 'is not captured' },
  { name: 'table.exclude.list', of: 'tables', list: 'touches', what: 'is not captured' },
  { name: 'snapshot.include.collection.list', of: 'tables', list: 'keeps', what: 'is not in the snapshot' },
  { name: 'column.include.list', of: 'columns', list: 'keeps', what: 'is absent from every record' },
  { name: 'column.exclude.list', of: 'columns', list: 'touches', what: 'is absent from every record' },
  { name: /^column\.truncate\.to\.\d+\.chars$/, of: 'columns', list: 'touches', what: 'is cut off' },
  { name: /^column\.mask\.with\.\d+\.chars$/, of: 'columns', list: 'touches', what: 'is masked' },
  { name: /^column\.mask\.hash\..+\.with\.salt\..+$/, of: 'columns', list: 'touches', what: 'is hashed' },
]

/** Key columns stay in a record whatever a list says, but a list that leaves them out is not one that somebody meant. */
export function selectingViolations(settings: ConnectorSettings, tables: readonly Table[]): readonly Violation[] {
  const written = writtenTablesOf(settings).map(({ table }) => table)
  return Object.entries(settings).flatMap(([setting, list]) => {
    const selecting = selectingSettingOf(setting, kindOf(settings))
    if (selecting === null || list.trim() === '') return []
    const affected = namesOf(selecting.of, tables).flatMap((name) => {
      const matches = matchesList(list, name)
      if (matches === null) return [`${name}: the pattern cannot be evaluated here`]
      return matches === (selecting.list === 'keeps') ? [] : [`${name} ${selecting.what}`]
    })
    if (affected.length === 0) return []
    const wanted = [...tables.map(({ name }) => name), ...written].join(', ')
    const remedy = `take ${wanted} whole in ${withoutSalt(setting)}, or remove it`
    return [{ found: `${withoutSalt(setting)}: ${shortened(affected)}`, remedy, setting }]
  })
}

/**
 * Heartbeats that arrive move the stored offset of a quiet database. The connector takes in its signal table whatever
 * lists of schemas and tables say, and reads signals by their columns. A list that also leaves out mapped tables has its
 * advice there.
 */
export function writtenTableViolations(settings: ConnectorSettings, tables: readonly Table[]): readonly Violation[] {
  const advised = new Set(selectingViolations(settings, tables).map(({ setting }) => setting))
  return writtenTablesOf(settings).flatMap(({ table, setting: named }) =>
    listsThatLeaveOut(settings, table)
      .filter(
        ([setting, { of }]) => !advised.has(setting) && (of === 'columns') === (named === 'signal.data.collection'),
      )
      .map(([setting, { list, of }]) => {
        const pattern = (of === 'schemas' ? table.slice(0, table.indexOf('.')) : table).replaceAll('.', '\\.')
        const added = of === 'columns' ? `${pattern}\\..*` : pattern
        return {
          found: `${setting}: ${table} of ${named} is not captured`,
          remedy: list === 'keeps' ? `add ${added} to ${setting}` : `take ${table} out of what ${setting} names`,
          setting,
        }
      }),
  )
}

function listsThatLeaveOut(
  settings: ConnectorSettings,
  table: TableName,
): readonly (readonly [setting: string, selecting: SelectingSetting])[] {
  const names = {
    schemas: [table.slice(0, table.indexOf('.'))],
    tables: [table],
    columns: ['id', 'type', 'data'].map((column) => `${table}.${column}`),
  }
  return Object.entries(settings).flatMap(([setting, list]) => {
    const selecting =
      leavingOut.test(setting) && list.trim() !== '' ? selectingSettingOf(setting, kindOf(settings)) : null
    if (selecting === null) return []
    const leaves = names[selecting.of].some((name) => matchesList(list, name) === (selecting.list === 'touches'))
    return leaves ? [[setting, selecting] as const] : []
  })
}

const leavingOut = /^(schema|database|table|column)\.(include|exclude)\.list$/

/** Whether lists keep a column of a table, mapped or not, from being captured at all. */
export function isLeftOut(
  settings: ConnectorSettings,
  column: { readonly table: string; readonly name: string },
): boolean {
  const { table, name } = column
  const names = { schemas: table.slice(0, table.indexOf('.')), tables: table, columns: `${table}.${name}` }
  return Object.entries(settings).some(([setting, list]) => {
    const selecting =
      leavingOut.test(setting) && list.trim() !== '' ? selectingSettingOf(setting, kindOf(settings)) : null
    return selecting !== null && matchesList(list, names[selecting.of]) === (selecting.list === 'touches')
  })
}

export const isSelecting = (setting: string, kind: ConnectedKind): boolean => selectingSettingOf(setting, kind) !== null

function selectingSettingOf(setting: string, kind: ConnectedKind): SelectingSetting | null {
  const isOf = ({ name, only = kind }: SelectingSetting): boolean =>
    only === kind && (typeof name === 'string' ? name === setting : name.test(setting))
  return selectingSettings.find(isOf) ?? null
}

/** The names that patterns are compared with: `schema`, `schema.table`, `schema.table.column`. */
function namesOf(level: SelectingSetting['of'], tables: readonly Table[]): readonly string[] {
  if (level === 'tables') return tables.map(({ name }) => name)
  if (level === 'columns')
    return tables.flatMap(({ name, columns }) => columns.map((column) => `${name}.${column.name}`))
  return [...new Set(tables.map(({ name }) => name.slice(0, name.indexOf('.'))))]
}

const shownMax = 5
const shortened = (names: readonly string[]): string =>
  `${names.slice(0, shownMax).join(', ')}${names.length > shownMax ? ` and ${names.length - shownMax} more` : ''}`

/** The salt of a hash is part of a setting's name and is nobody's business. */
const withoutSalt = (setting: string): string => setting.replace(/(\.with\.salt\.).+$/, '$1…')
