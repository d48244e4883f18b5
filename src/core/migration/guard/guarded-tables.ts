/** The tables that a guard closes: those that rules are anchored on or join, and those that tell the scope of their rows. */
import type { Column, Table, TableName } from '../../catalog/catalog.ts'
import type { CompiledMapping, StructuralScope } from '../../mapping/compiled-mapping.ts'

export interface Guard {
  readonly mapping: string
  readonly tables: readonly GuardedTable[]
}

export interface GuardedTable {
  readonly name: TableName
  /** null: the mapping has no scopes, and all of it moves at one time. */
  readonly scope: ScopeWay | null
}

/** How the scope of a row is found: up the steps, of which there may be none, then in the column. */
export interface ScopeWay {
  readonly steps: readonly ScopeStep[]
  readonly column: string
  /** What is done to a value of the column before scopes are compared, as the translator does it. */
  readonly spelling: 'asItIs' | 'trimmed' | 'folded'
}

/** From a row to its parent. */
export interface ScopeStep {
  readonly column: string
  readonly parent: TableName
  readonly parentKey: string
}

/** In the order in which rules and scope name them, each once. */
export function guardOf(mapping: CompiledMapping): Guard {
  const { name, rules, scope } = mapping
  const named = rules.flatMap((rule) => [rule.table.name, ...rule.withs.map(({ table }) => table)])
  const telling = scope === null ? [] : [scope.table, ...scope.via.keys()]
  const tables = new Map([...mapping.aliases.values()].map((table) => [table.name, table]))
  const wayOf = (table: TableName) => (scope === null ? null : scopeWay(scope, tables, table))
  return {
    mapping: name,
    tables: [...new Set([...named, ...telling])].map((table) => ({ name: table, scope: wayOf(table) })),
  }
}

function scopeWay(scope: StructuralScope, tables: ReadonlyMap<TableName, Table>, of: TableName): ScopeWay {
  const steps: ScopeStep[] = []
  for (let at = scope.via.get(of); at !== undefined; at = scope.via.get(at.parent)) {
    const parentKey = tables.get(at.parent)?.primaryKey[0] ?? ''
    steps.push({ column: at.column, parent: at.parent, parentKey })
  }
  const column = tables.get(scope.table)?.columns.find(({ name }) => name === scope.column)
  return { steps, column: scope.column, spelling: spellingOf(column) }
}

function spellingOf(column: Column | undefined): ScopeWay['spelling'] {
  if (column?.collation === 'folded' || column?.type === 'citext') return 'folded'
  return column?.collation === 'padded' ? 'trimmed' : 'asItIs'
}

/** A foreign key by which a table that is not guarded changes rows of one that is. */
export interface OutsideCascade {
  readonly table: TableName
  readonly references: TableName
}

/** On MariaDB such changes fire no trigger: the guard does not see them. */
export function outsideCascades(mapping: CompiledMapping): readonly OutsideCascade[] {
  const guarded = new Set(guardOf(mapping).tables.map(({ name }) => name))
  const changes = new Set<string | undefined>(['cascade', 'set null', 'set default'])
  return [...new Map([...mapping.aliases.values()].map((table) => [table.name, table])).values()]
    .filter(({ name }) => guarded.has(name))
    .flatMap(({ name, foreignKeys }) =>
      foreignKeys
        .filter((key) => !guarded.has(key.references) && (changes.has(key.onDelete) || changes.has(key.onUpdate)))
        .map(({ references }) => ({ table: name, references })),
    )
}
