/** Rows that a snapshot has left, as rules see them: each as if it had been inserted, in a transaction of its own. */
import { hash } from 'node:crypto'
import type { RawOffset, SourcePosition } from '../../capture/row-change.ts'
import type { PublishedRows } from '../../delivery/checkpoint.ts'
import type { TableName } from '../../catalog/catalog.ts'
import type { Entry } from '../../rows/row-overlay.ts'
import { withoutId } from '../../rows/stored/row-codec.ts'
import type { StoreKey } from '../../rows/stored/store-key.ts'
import type { StoredTable } from '../../rows/stored/stored-table.ts'
import type { SourceTransaction } from '../../transaction/source-transaction.ts'

/** Before everything that was ever streamed. */
const beforeAll = '0'.repeat(16) as SourcePosition

/** What is to be published next: rows of a table behind a key, in the order of keys. */
export interface LeftRows {
  readonly table: StoredTable
  readonly behind: StoreKey | null
  /** All of its rows, or those that a later snapshot was the first to show. */
  readonly rows: 'all' | 'new'
}

/** Tables come in the order of their names. Null when all of them are done. */
export function leftRows(
  tables: ReadonlyMap<TableName, StoredTable>,
  rules: ReadonlySet<TableName>,
  { after, tables: some }: Pick<PublishedRows, 'after' | 'tables'>,
): LeftRows | null {
  const rows = some === undefined ? 'all' : 'new'
  for (const name of [...rules].toSorted()) {
    const table = tables.get(name)
    if (table === undefined || some?.includes(name) === false || (after !== null && name < after.table)) continue
    if (after?.table !== name) return { table, behind: null, rows }
    if (after.key < table.range.to) return { table, behind: after.key as StoreKey, rows }
  }
  return null
}

/** How far rules have seen the rows that a snapshot has left. It is asked at each record, and then knows the answer. */
export class LeftRowsCursor {
  private readonly tables: ReadonlyMap<TableName, StoredTable>
  private at: PublishedRows | null
  private upcoming: LeftRows | null = null
  private rules: ReadonlySet<TableName> = new Set()

  constructor(tables: ReadonlyMap<TableName, StoredTable>, at: PublishedRows | null) {
    this.tables = tables
    this.at = at
  }

  /** Tables of whose rows rules want to know; from here on. */
  ask(rules: ReadonlySet<TableName>): void {
    this.rules = rules
    this.stand(this.at)
  }

  asksFor(table: TableName): boolean {
    return this.rules.has(table)
  }

  /** The first snapshot has ended at this time, µs since the epoch; or a later one of these tables. */
  begin(atUs: bigint, tables?: readonly TableName[]): void {
    this.stand({ atUs: atUs.toString(), ...(tables === undefined ? {} : { tables }), after: null })
  }

  /** Rules have seen rows up to this key of the table; null: all of them. */
  pass(table: StoredTable, key: StoreKey | null): void {
    if (this.at !== null) this.stand({ ...this.at, after: { table: table.name, key: key ?? table.range.to } })
  }

  /** Null: there are none, or rules have seen all of them. */
  get next(): LeftRows | null {
    return this.upcoming
  }

  /** Part of the checkpoint; null when there is nothing to tell. */
  get state(): PublishedRows | null {
    return this.at
  }

  private stand(at: PublishedRows | null): void {
    this.upcoming = at === null ? null : leftRows(this.tables, this.rules, at)
    this.at = this.upcoming === null ? null : at
  }
}

/** The same row gives the same events, with the same ids, whenever and by whichever snapshot it is read. */
export function transactionOf(
  { name, codec }: StoredTable,
  [key, bytes]: Entry,
  at: { readonly committedAtUs: bigint; readonly next: RawOffset },
): SourceTransaction {
  const after = codec.decode(bytes)
  const { committedAtUs, next } = at
  const digest = hash('sha256', Buffer.concat([Buffer.from(`${key}\u0000`, 'latin1'), withoutId(bytes)])).slice(0, 32)
  const change = {
    table: name,
    op: 'c',
    before: null,
    after,
    key: null,
    rekey: null,
    committedAtUs,
    offset: next - 1,
    ...(codec.formsOf(bytes) !== null && ({ formsNamed: true } as const)),
  } as const
  return {
    key: `snapshot:${digest}`,
    position: beforeAll,
    committedAtUs,
    from: next - 1,
    to: next,
    proof: 'snapshot',
    changes: [change],
  }
}
