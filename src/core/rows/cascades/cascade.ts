/**
 * Foreign keys that change rows of their table when a row of another one changes, where the database's log has nothing
 * of it: MariaDB's, and MySQL's before 9.6.
 */
import { parseMariadbType } from '../../capture/decode/mariadb/mariadb-type.ts'
import type { RowImage } from '../../capture/image/row-image.ts'
import { OtherForm } from '../../capture/image/other-form.ts'
import type { Column, ForeignKey, KeyAction, Table, TableName } from '../../catalog/catalog.ts'
import { bringing } from '../../expression/types/comparison.ts'
import { matchText } from '../../expression/types/matching.ts'
import type { RowIndex } from '../rows-at-hand.ts'

export interface Cascade {
  readonly child: TableName
  readonly parent: TableName
  readonly columns: readonly string[]
  /** Those of the parent, in the same order. */
  readonly referencedColumns: readonly string[]
  readonly onDelete: KeyAction
  readonly onUpdate: KeyAction
  /** Finds the children of a parent. */
  readonly index: RowIndex
  /** The text under which the children of a row stand; null: it has none. */
  readonly childrenOf: (parent: RowImage) => string | null
  /** Columns of the child that the database computes, perhaps from what it changes. */
  readonly computed: readonly string[]
}

const changing: ReadonlySet<KeyAction> = new Set<KeyAction>(['cascade', 'set null', 'set default'])

/** Whether its actions change rows, and the log has nothing of it. */
export const changesSilently = ({ onDelete, onUpdate }: ForeignKey): boolean =>
  onUpdate !== undefined && (changing.has(onDelete) || changing.has(onUpdate))

/** Whether the row store can do the same to its rows: nothing of what the database takes for equal has to be guessed. */
export const isFollowed = (key: ForeignKey, { columns }: Pick<Table, 'columns'>): boolean =>
  key.onDelete !== 'set default' &&
  key.onUpdate !== 'set default' &&
  key.columns.every((name) => columns.some((column) => column.name === name && isPlain(column)))

/** Types whose values have one text each. */
const plainTypes =
  /^((tiny|small|medium|big)?int( unsigned)?|decimal( unsigned)?|year|date|datetime|time|char|varchar|binary|varbinary|uuid)$/

const isPlain = ({ type, collation }: Column): boolean =>
  collation !== 'nondeterministic' && plainTypes.test(parseMariadbType(type)?.name ?? '')

/** Those of a table that the row store follows, in a fixed order. */
export function cascadesOf(table: Table): readonly Cascade[] {
  return table.foreignKeys
    .filter((key) => changesSilently(key) && isFollowed(key, table))
    .map((key) => cascadeOf(key, table))
    .toSorted((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1))
}

/** By the table whose changes they follow; those of one table in the order of their children. */
export function cascadesByParent(
  tables: ReadonlyMap<TableName, { readonly cascades: readonly Cascade[] }>,
): ReadonlyMap<TableName, readonly Cascade[]> {
  const all = [...tables.values()].flatMap(({ cascades }) => cascades)
  const inOrder = all.toSorted((a, b) => (a.child < b.child ? -1 : a.child > b.child ? 1 : 0))
  return Map.groupBy(inOrder, ({ parent }) => parent)
}

const placeOf = ({ parent, columns, referencedColumns }: Cascade): string =>
  JSON.stringify([columns, parent, referencedColumns])

function cascadeOf(key: ForeignKey, { name, columns }: Table): Cascade {
  const { references, referencedColumns, onDelete, onUpdate = 'no action' } = key
  const own = key.columns.map((column) => columns.find((known) => known.name === column))
  const texts = own.map(textOf)
  const collations = own.map((column) => column?.collation ?? '')
  const textIn = (row: RowImage, names: readonly string[]): string | null =>
    matchText(names.map((column, at) => texts[at]?.(row.get(column)) ?? null))
  return {
    child: name,
    parent: references,
    columns: key.columns,
    referencedColumns,
    onDelete,
    onUpdate,
    index: {
      id: `foreign key ${JSON.stringify([name, key.columns, collations])}`,
      table: name,
      keyOf: (row) => textIn(row, key.columns),
    },
    childrenOf: (row) => textIn(row, referencedColumns),
    computed: columns.filter(({ generated }) => generated === true).map((column) => column.name),
  }
}

/** The text that equal values of the column have, as they come. Null refers to nothing. */
function textOf(column: Column | undefined): (raw: unknown) => string | null {
  const isFolded = column?.collation === 'folded'
  const isPadded = isFolded || column?.collation === 'padded'
  const bring = bringing({
    kind: 'string',
    ...(isPadded && { trailingBlanks: 'ignored' }),
    ...(isFolded && { equality: 'caseless' }),
  })
  return (came) => {
    // It refers to what is written as it is, whatever the type of both has become.
    const raw = came instanceof OtherForm ? came.raw : came
    if (typeof raw === 'string') {
      const text = bring(raw)
      return typeof text === 'string' ? text : null
    }
    if (typeof raw === 'boolean') return String(Number(raw))
    return typeof raw === 'number' || typeof raw === 'bigint' ? raw.toString() : null
  }
}
