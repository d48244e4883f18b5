/** What snapshots do to the rows of a source, and which of these rows rules are to see behind them. */
import type { CaptureMessage } from '../../capture/capture-message.ts'
import type { SnapshotNote } from '../../capture/record/snapshot-note.ts'
import { asksFor } from '../../capture/snapshot-request.ts'
import type { TableName } from '../../catalog/catalog.ts'
import type { PublishedRows, SnapshotState } from '../../delivery/checkpoint.ts'
import type { StoreKey } from '../../rows/stored/store-key.ts'
import type { SourceRows } from '../../rows/source-rows.ts'
import { type LeftRows, LeftRowsCursor } from './left-rows.ts'

/** Where the source stands behind a record. */
interface Standing {
  readonly snapshot: SnapshotState
  /** Whether a source transaction has completed. */
  readonly streamed: boolean
  /** Of the record, by the log. */
  readonly atMs: number
}

export class SnapshotFollower {
  private readonly rows: SourceRows
  private readonly shows: boolean
  private readonly cursor: LeftRowsCursor
  private run: number
  private phase: SnapshotState['phase']
  /** Said within a source transaction: they are heeded behind it. */
  private notes: SnapshotNote[] = []

  /** `shows`: rules are shown the rows; where nobody translates, what is to be shown is left as it is. */
  constructor(rows: SourceRows, { run, phase, published }: SnapshotState, shows: boolean) {
    this.rows = rows
    this.shows = shows
    this.run = run
    this.phase = phase
    this.cursor = new LeftRowsCursor(rows.tables, published ?? null)
    if (!shows) return
    // A table that was shown to its end, before somebody made the rows anew.
    for (const table of rows.newRows.shown) if (published?.tables?.includes(table) !== true) rows.newRows.clear(table)
  }

  /** At each record. */
  see(message: CaptureMessage, standing: Standing): void {
    if (message.kind === 'snapshotRow') this.keep(message, standing)
    else if (message.kind === 'notification' && message.snapshot !== null) this.notes.push(message.snapshot)
    else if (message.kind === 'row' && message.request?.isPartial === true) {
      this.rows.scanned.passOver(message.request.id)
    }
  }

  /** At a record behind which no source transaction is open. Whether more is known of which tables are whole. */
  settle(standing: Standing): boolean {
    const { phase } = standing.snapshot
    const hasEnded = phase === 'done' && this.phase !== 'done'
    this.phase = phase
    if (this.notes.length === 0) return hasEnded
    const { notes } = this
    this.notes = []
    const scanned = notes.map((note) => this.heed(note, standing)).includes(true)
    const ending = notes.findLast(({ kind, says }) => kind === 'incremental' || says.kind === 'completed')
    if (ending !== undefined) this.show(ending)
    return scanned || hasEnded
  }

  private keep({ change, place }: Extract<CaptureMessage, { readonly kind: 'snapshotRow' }>, at: Standing): void {
    const { run, phase } = at.snapshot
    if (phase === 'done' && this.phase !== 'done') {
      this.cursor.begin(change?.committedAtUs ?? microseconds(at))
    }
    if (place !== 'incremental' && run > this.run) this.rows.forget()
    this.run = run
    if (change !== null) this.rows.snapshotRow(change, this.phase === 'done')
  }

  /** Whether a table is known whole that was not. */
  private heed({ kind, id, says }: SnapshotNote, at: Standing): boolean {
    const { scanned, newRows } = this.rows
    if (says.kind === 'begun' && kind === 'initial') {
      const isFirst = at.snapshot.phase !== 'done' && !at.streamed && at.snapshot.asked === undefined
      if (isFirst) scanned.tell()
    }
    if (says.kind === 'aborted') newRows.readAll()
    if (says.kind !== 'scanned') return false
    const table = scanned.named(says.table)
    if (table === null) return false
    newRows.read(table)
    const isPartial = kind === 'incremental' ? scanned.isPartial(id) : asksForSome(at.snapshot, table)
    if (!says.isWhole || isPartial || scanned.isWhole(table) === true) return false
    scanned.scan(table)
    return true
  }

  private show(at: SnapshotNote): void {
    const tables = this.rows.newRows.show()
    if (tables.length === 0) return
    this.cursor.begin(microseconds(at), tables)
    if (!this.shows) return
    for (const table of tables) if (!this.cursor.asksFor(table)) this.rows.newRows.clear(table)
  }

  /** Tables of whose rows rules want to know; from here on. */
  ask(rules: ReadonlySet<TableName>): void {
    this.cursor.ask(rules)
  }

  /** Null: there are none, or rules have seen all of them. */
  get left(): LeftRows | null {
    return this.cursor.next
  }

  /** Rules have seen rows up to this key; null: all of the table. */
  pass({ table, rows }: LeftRows, key: StoreKey | null): void {
    this.cursor.pass(table, key)
    if (rows === 'new' && key === null) this.rows.newRows.clear(table.name)
  }

  /** Part of the checkpoint; null when there is nothing to tell. */
  get published(): PublishedRows | null {
    return this.cursor.state
  }
}

/** Whether the blocking snapshot that is being served leaves rows of the table out. */
const asksForSome = ({ asked = [] }: SnapshotState, table: TableName): boolean =>
  asked.some((request) => request.isPartial === true && asksFor(request, table))

const microseconds = ({ atMs }: { readonly atMs: number }): bigint => BigInt(Math.max(0, atMs)) * 1000n
