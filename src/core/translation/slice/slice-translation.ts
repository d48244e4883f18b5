/** Source transactions and rows of snapshots, translated by what is in force into the slice at hand. */
import type { Checkpoint } from '../../delivery/checkpoint.ts'
import { type Outcome, translate } from '../../mapping/run/translate.ts'
import type { Entry } from '../../rows/row-overlay.ts'
import type { SourceRows } from '../../rows/source-rows.ts'
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

type Place = Parameters<typeof transactionOf>[2]

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
  translate(transaction: SourceTransaction): void {
    const { rows, inForce } = this.parts
    const { plan } = inForce.plans
    rows.begin()
    const changes = rows.complete(transaction.changes, plan.readsBefore)
    this.gather(transaction, translate({ ...transaction, changes }, plan, rows))
    this.tornRows.ended()
    rows.end()
  }

  /** Rows that a snapshot was the first to show, and that rules have not seen, before they are changed. */
  publishTouched({ changes, committedAtUs }: SourceTransaction, { next }: Pick<Place, 'next'>): void {
    const { rows } = this.parts
    for (const { table, entry } of rows.newRows.touchedBy(changes))
      this.publishRow(table, entry, { committedAtUs, next })
  }

  /** A row that a snapshot has left. */
  publishRow(table: StoredTable, entry: Entry, at: Place): void {
    const { rows, inForce } = this.parts
    rows.begin()
    const transaction = transactionOf(table, entry, at)
    this.gather(transaction, translate(transaction, inForce.plans.snapshotPlan, rows))
    rows.end()
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

  private gather(transaction: TransactionFacts, outcomes: readonly Outcome[]): void {
    if (outcomes.length > 0) this.slice.add(this.outputOf(transaction).records(outcomes))
  }
}
