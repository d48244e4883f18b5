/** The triggers of a guard by name, to see whether they stand. */
import type { TableName } from '../../catalog/table-name.ts'
import type { SourceKind } from '../../catalog/catalog.ts'
import type { Guard } from './guarded-tables.ts'
import { guardedEvents } from './sql/mariadb-guard-body.ts'
import { ownedName } from './owned-name.ts'

export interface GuardTrigger {
  readonly table: TableName
  readonly name: string
}

/** What every name of a trigger of any guard begins with, in the pattern of LIKE. */
export const triggerPattern = 'falsework\\_guard\\_%'

/** Whether it is of some guard, by its name. */
export const isOfGuard = (trigger: string): boolean => trigger.startsWith('falsework_guard_')

/** Of PostgreSQL a table's triggers have one name each for all tables; of MariaDB names are the database's. */
export const triggersOf = ({ mapping, tables }: Guard, kind: SourceKind): readonly GuardTrigger[] =>
  tables.flatMap(({ name: table }) =>
    kind === 'postgres'
      ? (['rows', 'truncate'] as const).map((what) => ({ table, name: ownedName(mapping, what) }))
      : guardedEvents.map((event) => ({ table, name: ownedName(mapping, table, event) })),
  )

/** Tables of the guard on which not all of its triggers stand. */
export function bareTables(guard: Guard, kind: SourceKind, standing: readonly GuardTrigger[]): readonly TableName[] {
  const there = new Set(standing.map(({ table, name }) => `${table} ${name}`))
  const bare = triggersOf(guard, kind).filter(({ table, name }) => !there.has(`${table} ${name}`))
  return [...new Set(bare.map(({ table }) => table))]
}
