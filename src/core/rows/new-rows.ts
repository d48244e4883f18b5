/**
 * Rows that a later snapshot was the first to show, or showed otherwise than they were kept: marks that stand among the
 * rows, until rules have seen them.
 */
import type { RowChange } from '../capture/row-change.ts'
import type { TableName } from '../catalog/catalog.ts'
import type { Entry, KeptRows } from './row-overlay.ts'
import { factKey, factSpace, rowKeyOfMark, markOfRowKey, markRange, type StoreKey } from './stored/store-key.ts'
import type { StoredTable } from './stored/stored-table.ts'

/**
 * Of a table with marks: its snapshot is `running`; it has read every row (`read`) and has not said so of all its
 * tables; rules are being shown the rows, or have seen them (`shown`).
 */
type Phase = 'running' | 'read' | 'shown'

const mark = Buffer.from('1')

/** A row as it stands, to be seen by rules. */
export interface NewRow {
  readonly table: StoredTable
  readonly entry: Entry
}

export class NewRows {
  private readonly rows: KeptRows
  private readonly tables: ReadonlyMap<TableName, StoredTable>
  private readonly phases = new Map<TableName, Phase>()

  constructor(rows: KeptRows, tables: ReadonlyMap<TableName, StoredTable>) {
    this.rows = rows
    this.tables = tables
    for (const table of tables.keys()) {
      const phase = rows.get(factKey('new', table), factSpace)?.toString()
      if (phase !== undefined) this.phases.set(table, phase as Phase)
    }
  }

  mark(table: StoredTable, key: StoreKey): void {
    // The last row of a table may come when its snapshot has told that it was read.
    if (this.phases.get(table.name) !== 'read') this.turn(table.name, 'running')
    this.rows.set(markOfRowKey(key), mark)
  }

  /** What of the rows a transaction changes was new before it, each once; its changes end that. */
  touchedBy(changes: readonly RowChange[]): readonly NewRow[] {
    if (this.phases.size === 0) return []
    return changes.flatMap((change) => {
      const rows = this.newIn(change)
      this.end(change, this.rows)
      return rows
    })
  }

  /** What is new of the rows that a change touches. */
  newIn(change: RowChange): readonly NewRow[] {
    const table = this.tableOf(change)
    if (table === null) return []
    return keysOf(table, change).flatMap((key) => {
      const row =
        this.rows.get(markOfRowKey(key), markRange(table.name)) === null ? null : this.rows.get(key, table.range)
      return row === null ? [] : [{ table, entry: [key, row] as const }]
    })
  }

  /** The change ends that, in the rows in which it is kept. */
  end(change: RowChange, rows: KeptRows): void {
    const table = this.tableOf(change)
    if (table === null) return
    const marks = markRange(table.name)
    if (change.op === 't') rows.empty(marks)
    for (const own of keysOf(table, change).map(markOfRowKey)) if (rows.get(own, marks) !== null) rows.set(own, null)
  }

  /** Null: none of its rows is new. */
  private tableOf({ table }: RowChange): StoredTable | null {
    return this.phases.has(table) ? (this.tables.get(table) ?? null) : null
  }

  /** The snapshot has read every row of the table. */
  read(table: TableName): void {
    if (this.phases.has(table)) this.turn(table, 'read')
  }

  /** Whatever snapshot is running, it comes to no end. */
  readAll(): void {
    for (const table of this.in('running')) this.turn(table, 'read')
  }

  /** Tables of which every row was read and rules have seen none; from here on they are shown. */
  show(): readonly TableName[] {
    const ready = this.in('read')
    for (const table of ready) this.turn(table, 'shown')
    return ready
  }

  /** Tables that were shown. */
  get shown(): readonly TableName[] {
    return this.in('shown')
  }

  /** Rules have seen them. */
  clear(table: TableName): void {
    this.phases.delete(table)
    this.rows.set(factKey('new', table), null)
    this.rows.empty(markRange(table))
  }

  /** Those among rows of a table that rules have not seen, in the order of keys. */
  among(table: StoredTable, keys: Iterable<StoreKey>): readonly Entry[] {
    const marks = [...keys].toSorted().map(markOfRowKey)
    return this.rowsOf(
      table,
      marks.filter((own) => this.rows.get(own, markRange(table.name)) !== null),
    )
  }

  /** Rows of some marks. */
  rowsOf(table: StoredTable, marks: Iterable<StoreKey>): readonly Entry[] {
    return [...marks].flatMap((own): readonly Entry[] => {
      const key = rowKeyOfMark(own)
      const row = this.rows.get(key, table.range)
      return row === null ? [] : [[key, row]]
    })
  }

  private in(phase: Phase): readonly TableName[] {
    return [...this.phases].filter(([, at]) => at === phase).map(([table]) => table)
  }

  private turn(table: TableName, phase: Phase): void {
    if (this.phases.get(table) === phase) return
    this.phases.set(table, phase)
    this.rows.set(factKey('new', table), Buffer.from(phase))
  }
}

/** Of the row as it was and as it is, each once. */
function keysOf(table: StoredTable, change: RowChange): readonly StoreKey[] {
  const keys = [table.formerKeyOf(change), table.keyOf(change)].filter((key) => key !== null)
  return [...new Set(keys)]
}
