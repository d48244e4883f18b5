/** Source transactions and rows of snapshots, translated by what is in force into the slice at hand. */
import type { RowChange } from '../../capture/row-change.ts'
import type { TableName } from '../../catalog/catalog.ts'
import type { Checkpoint } from '../../delivery/checkpoint.ts'
import { type Outcome, translate } from '../../mapping/run/translate.ts'
import type { OutputRecord } from '../../event/event-record.ts'
import type { Entry } from '../../rows/row-overlay.ts'
import type { SourceRows } from '../../rows/source-rows.ts'
import type { StoreKey } from '../../rows/stored/store-key.ts'
import type { StoredTable } from '../../rows/stored/stored-table.ts'
import type { SourceTransaction, TransactionFacts } from '../../transaction/source-transaction.ts'
import type { HeldInputs } from '../held/held-inputs.ts'
import type { HeldTranslation } from '../held/held-translation.ts'
import { transactionOf } from '../snapshots/left-rows.ts'
import { TornRows } from '../ownership/torn-rows.ts'
import type { RevisionsInForce } from '../revisions/revisions-in-force.ts'
import { SliceAtHand } from './slice-at-hand.ts'
import { TransactionOutput } from './transaction-output.ts'

interface SliceTranslationParts {
  readonly source: string
  readonly incarnation: number
  readonly rows: SourceRows
  readonly inForce: RevisionsInForce
  readonly held: HeldInputs
}

type RowPlace = Parameters<typeof transactionOf>[2]
type Place = Pick<RowPlace, 'next'>

export class SliceTranslation {
  readonly tornRows = new TornRows()
  private readonly parts: SliceTranslationParts
  private slice: SliceAtHand

  constructor(parts: SliceTranslationParts, { next }: Pick<Checkpoint, 'next'>) {
    this.parts = parts
    this.slice = new SliceAtHand(next)
  }

  get atHand(): SliceAtHand {
    return this.slice
  }

  /** The slice before it says that everything before this offset is accounted for. */
  begin({ next }: Pick<Checkpoint, 'next'>): void {
    this.slice = new SliceAtHand(next)
  }

  /** One that is held, and is not too much for one turn. Raises what `TransactionOutput` raises. */
  translate(transaction: SourceTransaction, at: Place): void {
    const { rows, inForce } = this.parts
    const { plan } = inForce.plans
    this.gather(() => {
      const touched = this.touchedBy(transaction, at)
      rows.begin()
      const changes = rows.complete(transaction.changes, plan.readsBefore)
      const records = this.recordsOf(transaction, translate({ ...transaction, changes }, plan, rows))
      return touched.length === 0 ? records : [...touched, ...records]
    })
    this.tornRows.ended()
    rows.end()
  }

  /** Of rows that a snapshot was the first to show, and that rules have not seen, as they are before they are changed. */
  touchedBy({ changes, committedAtUs }: SourceTransaction, { next }: Place): readonly OutputRecord[] {
    const touched = this.parts.rows.newRows.touchedBy(changes)
    return touched.flatMap(({ table, entry }) => this.rowRecords(table, entry, { committedAtUs, next }))
  }

  /** The same of one that is read again, change by change. */
  touchedAgain({ committedAtUs }: TransactionFacts, { next }: Place): (change: RowChange) => readonly OutputRecord[] {
    const { newRows } = this.parts.rows
    const seen = new Set<StoreKey>()
    const emptied = new Set<TableName>()
    return (change) => {
      if (change.op === 't') emptied.add(change.table)
      if (emptied.has(change.table)) return []
      return newRows.newIn(change).flatMap(({ table, entry }) => {
        if (seen.has(entry[0])) return []
        seen.add(entry[0])
        return this.rowRecords(table, entry, { committedAtUs, next })
      })
    }
  }

  /** Rows that a snapshot has left. */
  publishRows(table: StoredTable, entries: readonly Entry[], at: RowPlace): void {
    this.gather(() => entries.flatMap((entry) => this.rowRecords(table, entry, at)))
  }

  private rowRecords(table: StoredTable, entry: Entry, at: RowPlace): readonly OutputRecord[] {
    const { rows, inForce } = this.parts
    rows.begin()
    const transaction = transactionOf(table, entry, at)
    const records = this.recordsOf(transaction, translate(transaction, inForce.plans.snapshotPlan, rows))
    rows.end()
    return records
  }

  /** Of a transaction that is translated bit by bit: what comes of it is not part of the slice, but counted with it. */
  outputOf(transaction: TransactionFacts): TransactionOutput {
    const { source, incarnation, held, inForce } = this.parts
    const { active, registryOffset } = inForce
    const { counts } = this.slice
    const { judge: torn } = this.tornRows
    return new TransactionOutput({ source, incarnation, transaction, active, registryOffset, counts, held, torn })
  }

  /** For inputs that were kept: what comes of them is part of the slice that is at hand by then. */
  ofHeld(): HeldTranslation {
    const { source, rows, inForce, held } = this.parts
    const { active, owners, plans } = inForce
    return {
      source,
      held,
      active,
      owners,
      plans,
      rows,
      counts: () => this.slice.counts,
      add: (records) => this.slice.add(records),
    }
  }

  private recordsOf(transaction: TransactionFacts, outcomes: readonly Outcome[]): readonly OutputRecord[] {
    return outcomes.length === 0 ? [] : this.outputOf(transaction).records(outcomes)
  }

  /** All of it or nothing: what fails leaves no output, and nothing that waits. */
  private gather(translated: () => readonly OutputRecord[]): void {
    const { held } = this.parts
    const before = held.holds.state
    try {
      this.slice.add(translated())
    } catch (error) {
      held.restore(before)
      throw error
    }
  }
}
