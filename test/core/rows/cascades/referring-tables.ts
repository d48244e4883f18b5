/** Tables that refer to each other in every way that is followed, and what InnoDB makes of their rows: a small model. */
import type { RowChange } from '../../../../src/core/capture/row-change.ts'
import { type ForeignKey, type KeyAction, type Table, tableName } from '../../../../src/core/catalog/catalog.ts'
import { StoredTable } from '../../../../src/core/rows/stored/stored-table.ts'
import { mariadbSettings } from '../../capture/raw-log-of.ts'
import { imageOf, imageOrNull, type Values } from '../../images.ts'

interface Reference {
  readonly columns: readonly string[]
  readonly to: string
  readonly their: readonly string[]
  readonly onDelete: KeyAction
  readonly onUpdate: KeyAction
}

interface Referring {
  readonly columns: readonly string[]
  readonly key: readonly string[]
  readonly references: readonly Reference[]
}

const refer = (column: string, to: string, onDelete: KeyAction, onUpdate: KeyAction): Reference => ({
  columns: [column],
  to,
  their: ['id'],
  onDelete,
  onUpdate,
})

/** `parts` and `lines` change their keys with those of their parents; `nodes` refers to itself. */
export const referring: Readonly<Record<string, Referring>> = {
  orders: { columns: ['id'], key: ['id'], references: [] },
  parts: { columns: ['id', 'order'], key: ['id'], references: [refer('order', 'orders', 'cascade', 'cascade')] },
  lines: { columns: ['part', 'n'], key: ['part', 'n'], references: [refer('part', 'parts', 'cascade', 'cascade')] },
  notes: {
    columns: ['id', 'part', 'n', 'order'],
    key: ['id'],
    references: [
      { columns: ['part', 'n'], to: 'lines', their: ['part', 'n'], onDelete: 'cascade', onUpdate: 'cascade' },
      refer('order', 'orders', 'set null', 'set null'),
    ],
  },
  nodes: {
    columns: ['id', 'parent', 'order'],
    key: ['id'],
    references: [refer('parent', 'nodes', 'cascade', 'restrict'), refer('order', 'orders', 'set null', 'cascade')],
  },
}

const nameOf = (table: string) => tableName('shop', table)

function tableOf(name: string, { columns, key, references }: Referring): Table {
  return {
    name: nameOf(name),
    columns: columns.map((column) => ({ name: column, type: 'int(11)', nullable: !key.includes(column) })),
    primaryKey: key,
    uniqueKeys: [],
    foreignKeys: references.map(
      ({ columns: own, to, their, onDelete, onUpdate }): ForeignKey => ({
        columns: own,
        references: nameOf(to),
        referencedColumns: their,
        onDelete,
        onUpdate,
      }),
    ),
    replicaIdentity: null,
  }
}

export const referringTables = new Map(
  Object.entries(referring).map(([name, table]) => [
    nameOf(name),
    new StoredTable(tableOf(name, table), mariadbSettings),
  ]),
)

const pick = (row: Values, columns: readonly string[]): Values =>
  Object.fromEntries(columns.map((column) => [column, row[column]]))
const same = (one: Values, ours: readonly string[], other: Values, theirs: readonly string[]): boolean =>
  ours.every((column, at) => one[column] !== null && one[column] === other[theirs[at] ?? ''])

interface ModelRow {
  readonly table: string
  values: Values
}

/** Rows as InnoDB has them. What it does gives the changes that its log has of it: of those alone that were asked for. */
export class InnodbModel {
  rows: ModelRow[] = []

  /** Null: a row without its parent, or under a key that is taken. */
  put(table: string, values: Values): RowChange | null {
    const { key, references } = referring[table] ?? never()
    const isReferring = references.every(
      ({ columns, to, their }) =>
        columns.some((column) => values[column] === null) ||
        this.rows.some((row) => row.table === to && same(values, columns, row.values, their)),
    )
    if (!isReferring) return null
    const there = this.find(table, pick(values, key))
    const before = there?.values ?? null
    if (there === undefined) this.rows.push({ table, values })
    else there.values = values
    return logged(table, before, values)
  }

  drop(table: string, key: Values): RowChange | null {
    const row = this.find(table, key)
    if (row === undefined) return null
    const gone = new Set([row])
    for (let before = 0; before < gone.size; ) {
      before = gone.size
      for (const one of this.rows) if (this.refersTo(one, gone, 'cascade')) gone.add(one)
    }
    this.rows = this.rows.filter((one) => !gone.has(one))
    for (const one of this.rows) {
      const nulls = referring[one.table]?.references ?? []
      for (const reference of nulls.filter(({ onDelete }) => onDelete === 'set null')) {
        if ([...gone].some((parent) => isParent(one, reference, parent))) this.setNull(one, reference)
      }
    }
    return logged(table, row.values, null)
  }

  private refersTo(one: ModelRow, parents: ReadonlySet<ModelRow>, action: KeyAction): boolean {
    const references = referring[one.table]?.references ?? []
    return references.some(
      (reference) => reference.onDelete === action && [...parents].some((parent) => isParent(one, reference, parent)),
    )
  }

  private setNull(row: ModelRow, { columns }: Reference): void {
    row.values = { ...row.values, ...Object.fromEntries(columns.map((column) => [column, null])) }
  }

  /** Another id. */
  move(table: string, id: number, to: number): readonly RowChange[] {
    const row = this.find(table, { id })
    if (row === undefined || this.find(table, { id: to }) !== undefined) return []
    const was = row.values
    this.rename(row, { ...was, id: to })
    const [oldKey, newKey] = [imageOf({ id }), imageOf({ id: to })]
    return [
      { ...logged(table, was, null), rekey: { half: 'old', otherKey: newKey } },
      { ...logged(table, null, row.values), rekey: { half: 'new', otherKey: oldKey } },
    ]
  }

  private rename(row: ModelRow, values: Values): void {
    const was = { ...row }
    row.values = values
    for (const one of this.rows) {
      for (const reference of referring[one.table]?.references ?? []) {
        const { columns, their, onUpdate } = reference
        const isSame = their.every((column) => was.values[column] === values[column])
        if (isSame || !isParent(one, reference, was)) continue
        if (onUpdate === 'set null') this.setNull(one, reference)
        if (onUpdate !== 'cascade') continue
        const renamed = Object.fromEntries(columns.map((column, at) => [column, values[their[at] ?? '']]))
        this.rename(one, { ...one.values, ...renamed })
      }
    }
  }

  private find(table: string, key: Values): ModelRow | undefined {
    const columns = Object.keys(key)
    return this.rows.find((row) => row.table === table && same(key, columns, row.values, columns))
  }
}

const isParent = (row: ModelRow, { columns, to, their }: Reference, parent: ModelRow): boolean =>
  parent.table === to && same(row.values, columns, parent.values, their)

function logged(table: string, before: Values | null, after: Values | null): RowChange {
  const op = before === null ? 'c' : after === null ? 'd' : 'u'
  const key = imageOf(pick(after ?? before ?? {}, referring[table]?.key ?? []))
  const images = { before: imageOrNull(before), after: imageOrNull(after) }
  return { table: nameOf(table), op, ...images, key, rekey: null, committedAtUs: 0n, offset: 0 }
}

function never(): never {
  throw new Error('no such table')
}
