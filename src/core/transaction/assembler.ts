/** Puts the messages of a raw log together to source transactions, each proven complete by its END. */
import type { BeginMessage, CaptureMessage, EndMessage } from '../capture/capture-message.ts'
import type { RawOffset, SourcePosition } from '../capture/row-change.ts'
import type { TransactionHabits } from '../capture/source-dialect.ts'
import type { Checkpoint } from '../delivery/checkpoint.ts'
import type { FalseworkError } from '../diagnostics/falsework-error.ts'
import { commitUsOf, idle, idOf, openOf, type Phase, rowsOf } from './assembly-phase.ts'
import type { AssemblyOutcome, SafePosition, SuspectedHead } from './assembly-outcome.ts'
import { headMissing, requireEnd, requireSameHistory, requireSeen } from './end-checks.ts'
import { OpenTransaction } from './open-transaction.ts'
import type { Numbered } from './large/passed-rows.ts'
import { OwedTransactions } from './owed-transactions.ts'
import { SnapshotProgress } from './snapshots/snapshot-progress.ts'
import { type TransactionBudget, usualBudget } from './large/transaction-budget.ts'

const nothing: AssemblyOutcome = { kind: 'nothing' }
const repeatedRow: AssemblyOutcome = { kind: 'repeatedRow' }
const snapshotRow: AssemblyOutcome = { kind: 'snapshotRow' }

/**
 * Phases: `idle` · `open` · `headless`; BEGIN and rows move it to the latter two, END back to `idle`. Beside them
 * transactions may be *owed*: the connector began one, went back before its END, and must bring it again before any
 * other that was not translated yet. When another overtakes it all the same, it is *lost*: nothing more is given until
 * the log brings it after all. `accept` alone moves it.
 */
export class Assembler {
  private readonly habits: TransactionHabits
  private readonly budget: TransactionBudget
  private phase: Phase = idle
  private readonly owed = new OwedTransactions()
  private position: SourcePosition | null
  private latestCommitUs: bigint | null | undefined
  private readonly snapshot: SnapshotProgress
  private safe: SafePosition

  /** Starts where a checkpoint stands, between source transactions. */
  constructor(start: {
    readonly next: RawOffset
    readonly position: SourcePosition | null
    /** Null: nothing has completed yet. Absent: not known, and then `POSITION_REUSED` cannot be noticed. */
    readonly latestCommitUs?: bigint | null | undefined
    readonly snapshot: Checkpoint['snapshot']
    /** What is larger is read twice. Absent: the usual one. */
    readonly budget?: TransactionBudget
    readonly habits: TransactionHabits
  }) {
    this.habits = start.habits
    this.budget = start.budget ?? usualBudget
    this.position = start.position
    this.latestCommitUs = start.latestCommitUs
    this.snapshot = new SnapshotProgress(start.snapshot)
    this.safe = this.accountedFor(start.next, null)
  }

  /** Up to here everything is accounted for; a checkpoint never stands further. */
  get safePosition(): SafePosition {
    return this.safe
  }

  /** Where snapshots stand behind the last message. */
  get snapshotState(): Checkpoint['snapshot'] {
    return this.snapshot.state
  }

  /** How often the connector went back from an open transaction. */
  get rewinds(): number {
    return this.owed.rewinds
  }

  /** The `TX_LOST` that was raised, until the transaction has come again. */
  get lost(): FalseworkError | null {
    return this.owed.lost
  }

  /**
   * Messages come in the order of the log. Raises FalseworkError `TX_GAP`, `TX_DIVERGED`, `TX_INCOMPLETE`, `TX_LOST`,
   * `TX_HEAD_MISSING`, `TX_TOO_LARGE`, `XA_SUSPECTED`, `POSITION_REUSED`, `HISTORY_CHANGED` and `SNAPSHOT_UNEXPECTED`; after an error it must not be used
   * again, but after `TX_LOST`: what follows may be read on to see whether the transaction comes. `atMs` is the
   * record's timestamp in the log.
   */
  accept(message: CaptureMessage, atMs: number): AssemblyOutcome {
    this.follow(message, atMs)
    const outcome = this.move(message)
    if (this.phase.kind === 'idle' && this.owed.areNone) {
      this.safe = this.accountedFor(message.offset + 1, message.offset)
    }
    return outcome
  }

  /** Must be called before the records of a batch go out of reach. */
  keep(): void {
    if (this.phase.kind === 'open') this.phase.open.keep()
    this.owed.keep()
  }

  private accountedFor(next: RawOffset, anchorOffset: RawOffset | null): SafePosition {
    const { position, latestCommitUs, snapshot } = this
    return { next, anchorOffset, position, latestCommitUs, snapshot: snapshot.state }
  }

  private follow(message: CaptureMessage, atMs: number): void {
    switch (message.kind) {
      case 'snapshotRow':
        this.snapshot.accept(message, { streamed: this.position !== null, atMs })
        return
      // Heartbeats stand between streamed records, and none inside of a snapshot.
      case 'row':
      case 'logicalMessage':
      case 'begin':
      case 'end':
      case 'heartbeat':
        this.snapshot.streams(atMs)
        // At the row and not at its END: the connector acts on it when it sees the row.
        if (message.kind === 'row' && message.request?.kind === 'blocking') this.snapshot.ask(message.request, atMs)
        return
      case 'notification': {
        const { snapshot } = message
        if (snapshot?.kind !== 'initial' || snapshot.says.kind !== 'completed') return
        this.snapshot.ended({ streamed: this.position !== null })
        return
      }
      case 'tombstone':
      case 'schemaChange':
        return
    }
  }

  private move(message: CaptureMessage): AssemblyOutcome {
    switch (message.kind) {
      case 'row':
      case 'logicalMessage':
        return this.takeRow(message)
      case 'begin':
        return this.begin(message)
      case 'end':
        return this.end(message)
      case 'snapshotRow':
        return snapshotRow
      case 'schemaChange':
        if (this.isOfSchemaChange()) this.phase = idle
        return nothing
      case 'heartbeat':
      case 'tombstone':
      case 'notification':
        return nothing
    }
  }

  /** Of a transaction that is over with its schema change no row comes, nor END. */
  private isOfSchemaChange(): boolean {
    return this.habits.end !== 'always' && this.phase.kind === 'open' && this.phase.open.rows === 0
  }

  private begin({ transaction: id, offset: from, position: begunAt }: BeginMessage): AssemblyOutcome {
    this.turnTo(id, { offset: from, position: begunAt })
    // BEGIN of the open transaction is a repeat; after a missing head it starts the transaction anew.
    if (this.phase.kind !== 'open') this.phase = { kind: 'open', open: this.opened({ id, from, begunAt }) }
    return nothing
  }

  private opened(start: {
    readonly id: string
    readonly from: RawOffset
    readonly begunAt: SourcePosition | null
  }): OpenTransaction {
    return new OpenTransaction({ ...start, budget: this.budget })
  }

  private takeRow(message: Numbered): AssemblyOutcome {
    const { transaction: id, offset, totalOrder, committedAtUs, position } = message
    this.turnTo(id, { offset, position })
    if (this.phase.kind === 'idle' || (this.phase.kind === 'headless' && totalOrder === 1)) {
      this.phase =
        totalOrder === 1
          ? { kind: 'open', open: this.opened({ id, from: offset, begunAt: null }) }
          : { kind: 'headless', id, committedAtUs, rows: 0 }
    }
    if (this.phase.kind === 'headless') {
      this.phase.rows += 1
    } else if (this.phase.open.append(message) === 'repeated') {
      return repeatedRow
    }
    if (this.habits.end === 'always' || message.kind !== 'row' || message.op !== 't' || position === null)
      return nothing
    return this.end({ kind: 'end', offset, transaction: id, position, eventCount: 1, collectionsCount: 1 })
  }

  private end(end: EndMessage): AssemblyOutcome {
    this.turnTo(end.transaction, end)
    const { phase } = this
    this.phase = idle
    requireSameHistory(end, this.position)
    if (this.position !== null && end.position <= this.position) return this.replayed(end, phase)
    const headIsThere = phase.kind === 'open' || (phase.kind === 'idle' && end.eventCount === 0)
    if (!headIsThere) throw headMissing(end)
    const transaction = phase.kind === 'open' ? phase.open.close(end) : null
    const owedFirst = this.owed.before(end.transaction)
    if (owedFirst !== null) {
      this.owed.overtake(owedFirst, end, { open: openOf(phase), position: this.position })
      return nothing
    }
    this.owed.arrived(end.transaction)
    const suspect = this.suspect(end, openOf(phase))
    this.position = end.position
    this.latestCommitUs = later(this.latestCommitUs, commitUsOf(phase))
    if (transaction === null) return { kind: 'passed', rows: rowsOf(phase), suspect }
    return 'changes' in transaction
      ? { kind: 'complete', transaction, suspect }
      : { kind: 'large', transaction, suspect }
  }

  /** Where empty transactions are not sent, one that is new may have lost all of its rows. */
  private suspect({ transaction, offset, eventCount }: EndMessage, open: OpenTransaction | null): SuspectedHead | null {
    const isOdd = eventCount === 0 && this.habits.empty === 'odd'
    const isSuspect = isOdd || (this.position !== null && open?.beganBefore(this.position) === true)
    return isSuspect ? { transaction, offset } : null
  }

  private replayed(end: EndMessage, phase: Phase): AssemblyOutcome {
    requireSeen(end, commitUsOf(phase), this.latestCommitUs)
    this.owed.arrived(end.transaction)
    return { kind: 'replayed', rows: rowsOf(phase) }
  }

  /**
   * To the transaction that a message names. Another one that was open is left, since the connector has gone back; one
   * that was left goes on with what is held of it, so that whatever comes again is compared.
   */
  private turnTo(id: string, message: { readonly offset: RawOffset; readonly position: SourcePosition | null }): void {
    const { phase } = this
    const openId = idOf(phase)
    if (openId === id) return
    if (phase.kind === 'open' && this.habits.end !== 'always') requireEnd(phase.open, message)
    if (openId !== null && !this.isOfSchemaChange()) this.owed.leave(openId, openOf(phase))
    const held = this.owed.heldOf(id)
    this.phase = held === null ? idle : { kind: 'open', open: held }
  }
}

/** What is not known stays so. */
function later(latest: bigint | null | undefined, commitUs: bigint | null): bigint | null | undefined {
  if (latest === undefined || commitUs === null) return latest
  return latest === null || commitUs > latest ? commitUs : latest
}
