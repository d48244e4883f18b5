/** What of a source's tables is no longer as the catalog says: tables, columns, types, keys, identities. */
import type { Catalog, Column, Table, TableName } from './catalog.ts'

export interface CatalogChange {
  readonly table: TableName
  /** Null: the change is of the table. */
  readonly column: string | null
  readonly kind:
    | 'tableAdded'
    | 'tableDropped'
    | 'columnAdded'
    | 'columnDropped'
    /** A guess: a new column of the same type stands where it stood. */
    | 'columnRenamed'
    | 'columnRetyped'
    /** Of the same type, and NOT NULL no more. */
    | 'columnNullable'
    | 'columnChanged'
    | 'primaryKey'
    | 'uniqueKeys'
    | 'foreignKeys'
    | 'triggers'
    | 'replicaIdentity'
  /** What the catalog says, and what the database says; null: nothing. */
  readonly before: string | null
  readonly after: string | null
}

/** In the order of the catalog, then what is new. Comments and tags of people are no part of it. */
export function catalogChanges(before: Catalog, after: Catalog): readonly CatalogChange[] {
  const gone = [...before.tables.values()].flatMap((table) => {
    const now = after.tables.get(table.name)
    return now === undefined ? [tableChange(table, 'tableDropped')] : changesOf(table, now)
  })
  const added = [...after.tables.values()].filter(({ name }) => !before.tables.has(name))
  return [...gone, ...added.map((table) => tableChange(table, 'tableAdded'))]
}

function tableChange({ name }: Table, kind: 'tableAdded' | 'tableDropped'): CatalogChange {
  const [before, after] = kind === 'tableAdded' ? [null, name] : [name, null]
  return { table: name, column: null, kind, before, after }
}

const changesOf = (before: Table, after: Table): CatalogChange[] => [
  ...columnChanges(before, after),
  ...tableKinds.flatMap((kind) => {
    const [was, is] = [tableFacts[kind](before), tableFacts[kind](after)]
    return was === is ? [] : [{ table: before.name, column: null, kind, before: was, after: is }]
  }),
]

const tableKinds = ['primaryKey', 'uniqueKeys', 'foreignKeys', 'triggers', 'replicaIdentity'] as const

const list = (columns: readonly string[]): string => `(${columns.join(', ')})`
const orNone = (text: string): string | null => (text === '' ? null : text)

const tableFacts: Readonly<Record<(typeof tableKinds)[number], (table: Table) => string | null>> = {
  primaryKey: ({ primaryKey, deferrablePrimaryKey }) =>
    primaryKey.length === 0 ? null : `${list(primaryKey)}${deferrablePrimaryKey === true ? ' deferrable' : ''}`,
  uniqueKeys: ({ uniqueKeys }) => orNone(uniqueKeys.map(list).toSorted().join(' ')),
  foreignKeys: ({ foreignKeys }) =>
    orNone(
      foreignKeys
        .map(
          ({ columns, references, referencedColumns, onDelete, onUpdate }) =>
            `${list(columns)} to ${references}${list(referencedColumns)} on delete ${onDelete}${
              onUpdate === undefined ? '' : ` on update ${onUpdate}`
            }`,
        )
        .toSorted()
        .join(', '),
    ),
  triggers: ({ triggers = [] }) =>
    orNone(
      triggers
        .map(({ name, timing, events, disabled }) => {
          return `${name} ${timing} ${events.join(' or ')}${disabled === true ? ' disabled' : ''}`
        })
        .toSorted()
        .join(', '),
    ),
  replicaIdentity: ({ replicaIdentity }) => replicaIdentity,
}

function columnChanges(before: Table, after: Table): CatalogChange[] {
  const table = before.name
  const now = new Map(after.columns.map((column) => [column.name, column]))
  const known = new Set(before.columns.map(({ name }) => name))
  const renamed = new Set<string>()
  /** Where the column behind the last one that was found again stands now. */
  let place = 0
  const changes = before.columns.flatMap((column): CatalogChange[] => {
    const same = now.get(column.name)
    if (same !== undefined) {
      place = after.columns.indexOf(same) + 1
      return changeOf(table, column, same)
    }
    const successor = after.columns[place]
    // A column keeps its place when its name changes, and a new one comes last.
    if (successor === undefined || known.has(successor.name) || successor.type !== column.type) {
      return [{ table, column: column.name, kind: 'columnDropped', before: factsOf(column), after: null }]
    }
    renamed.add(successor.name)
    place += 1
    return [{ table, column: column.name, kind: 'columnRenamed', before: column.name, after: successor.name }]
  })
  const added = after.columns.filter(({ name }) => !known.has(name) && !renamed.has(name))
  return [
    ...changes,
    ...added.map((column) => {
      return { table, column: column.name, kind: 'columnAdded' as const, before: null, after: factsOf(column) }
    }),
  ]
}

function changeOf(table: TableName, before: Column, after: Column): CatalogChange[] {
  const column = before.name
  if (before.type !== after.type) {
    return [{ table, column, kind: 'columnRetyped', before: before.type, after: after.type }]
  }
  const [was, is] = [factsOf(before), factsOf(after)]
  const kind = after.nullable && !before.nullable ? 'columnNullable' : 'columnChanged'
  return was === is ? [] : [{ table, column, kind, before: was, after: is }]
}

/** All that decides how values are read. */
function factsOf({ type, nullable, collation, values, toastable, generated, dimensions, zeroDates }: Column): string {
  return [
    type,
    ...(nullable ? [] : ['not null']),
    ...(collation === undefined ? [] : [`collation ${collation}`]),
    ...(values === undefined ? [] : [`one of ${values.join(' ')}`]),
    ...(toastable === true ? ['toastable'] : []),
    ...(generated === true ? ['generated'] : []),
    ...(dimensions === undefined ? [] : [`${dimensions} dimensions`]),
    ...(zeroDates === true ? ['zero dates'] : []),
  ].join(' ')
}
