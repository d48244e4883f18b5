/** The translator's step, without any I/O: raw records in, slices of output with their checkpoint out. */
import type { CaptureMessage, RowRecord } from '../capture/capture-message.ts'
import { MessageDecoder } from '../capture/message-decoder.ts'
import type { FenceMove } from '../capture/own-tables.ts'
import type { RawRecords } from '../capture/record/raw-records.ts'
import type { RawOffset } from '../capture/row-change.ts'
import type { Checkpoint } from '../delivery/checkpoint.ts'
import { FalseworkError } from '../diagnostics/falsework-error.ts'
import type { OutputRecord } from '../event/event-record.ts'
import { type Outcome, translate } from '../mapping/run/translate.ts'
import { Assembler } from '../transaction/assembler.ts'
import type { Entry } from '../rows/row-overlay.ts'
import type { SourceRows } from '../rows/source-rows.ts'
import type { StoreKey } from '../rows/stored/store-key.ts'
import type { StoredTable } from '../rows/stored/stored-table.ts'
import type { AssemblyOutcome, SafePosition } from '../transaction/assembly-outcome.ts'
import type { LargeTransaction, SourceTransaction, TransactionFacts } from '../transaction/source-transaction.ts'
import { type TransactionBudget, usualBudget } from '../transaction/large/transaction-budget.ts'
import type { ActiveRevisions } from './active-revisions.ts'
import { type HeldBounds, usualHeldBounds } from '../held/held-bounds.ts'
import { LetterWords, type LettersDue } from '../held/letter-words.ts'
import { HeldInputs } from './held/held-inputs.ts'
import { HeldRelease } from './held/held-release.ts'
import type { HeldTranslation } from './held/held-translation.ts'
import { type LetterAtHand, LetterDecisions } from './held/letter-decisions.ts'
import { Notices } from './notices.ts'
import { SliceAtHand, sliceChangesMax } from './slice-at-hand.ts'
import type { SliceCounts } from './slice-counts.ts'
import { SnapshotFollower } from './snapshot-follower.ts'
import { TransactionOutput } from './transaction-output.ts'
import { type LeftRows, transactionOf } from './left-rows.ts'
import { anchorHash, LogAnchor } from './log-anchor.ts'
import { type AwaitedTables, withoutWaiting } from './mappings-waiting.ts'
import type { Owners } from './ownership/routes.ts'
import { type Decided, ownersBehindFences, ownersByWords } from './ownership/scope-owners.ts'
import { TornRows } from './ownership/torn-rows.ts'
import { OpenFences } from './ownership/open-fences.ts'
import { type Waiting, waitingOf } from './waiting.ts'

export interface Slice {
  readonly records: readonly OutputRecord[]
  readonly checkpoint: Checkpoint
  readonly counts: SliceCounts
  /** Set when the slice puts registry records before this offset in force. */
  readonly applied: number | null
}

/**
 * Raw records go in one by one; whole source transactions gather in the slice at hand. It knows no clock and no
 * network: the same records under the same revisions give the same slices.
 */
export class SourceTranslation {
  private readonly budget: TransactionBudget
  private readonly assembler: Assembler
  private readonly notices: Notices
  private readonly rows: SourceRows
  private decoder: MessageDecoder
  private active: ActiveRevisions
  private owners: Owners
  private readonly start: Checkpoint
  private registryOffset: number
  private applied: number | null = null
  /** Where the records taken so far end; never inside a source transaction. */
  private safe: SafePosition
  private readonly anchor: LogAnchor
  /** The last record that was taken. */
  private lastOffset: RawOffset
  private atWaiting: {
    readonly transaction: SourceTransaction | LargeTransaction
    /** Of its END. */
    readonly offset: RawOffset
    readonly hash: string
    readonly atMs: number
  } | null = null
  private readonly fences = new OpenFences()
  /** A transaction that moves fences, which is decided about before anything behind it is read. */
  private atFence: {
    readonly moves: readonly FenceMove[]
    /** Null: it changes nothing else that is read. */
    readonly transaction: SourceTransaction | null
    /** Of its END. */
    readonly offset: RawOffset
    readonly hash: string
    readonly atMs: number
  } | null = null
  private atHand = new SliceAtHand()
  private readonly snapshots: SnapshotFollower
  private readonly held: HeldInputs
  private readonly letterWords: LetterWords
  private readonly tornRows = new TornRows()
  /** Whether inputs that wait may be let go: asked at every record, and changed by revisions alone. */
  private isReleaseDue: boolean
  /** Those of the active revisions whose mappings do not wait for rows. */
  private plans: ReturnType<typeof withoutWaiting>
  /** What the latest slice says, or the checkpoint of the beginning. */
  private takenUpTo: RawOffset

  constructor(options: {
    readonly checkpoint: Checkpoint
    readonly active: ActiveRevisions
    /** As they are at the checkpoint. */
    readonly rows: SourceRows
    readonly budget?: TransactionBudget
    readonly heldBounds?: HeldBounds
    /** `rows`: nothing is translated, and of what rules are to see nothing counts as seen. */
    readonly purpose?: 'translation' | 'rows'
  }) {
    const { checkpoint, active, budget = usualBudget, purpose = 'translation' } = options
    this.budget = budget
    this.rows = options.rows
    this.start = checkpoint
    this.owners = checkpoint.owners ?? []
    this.active = { ...active, ...active.recordsUnder(this.owners) }
    this.registryOffset = checkpoint.registryOffset
    this.anchor = new LogAnchor(checkpoint.anchor)
    this.lastOffset = checkpoint.next - 1
    this.takenUpTo = checkpoint.next
    this.snapshots = new SnapshotFollower(options.rows, checkpoint.snapshot, purpose === 'translation')
    this.snapshots.ask(new Set(active.snapshotPlan.byTable.keys()))
    this.rows.areWhole = checkpoint.snapshot.phase === 'done'
    this.plans = withoutWaiting(active, options.rows)
    this.held = new HeldInputs(checkpoint.held, options.heldBounds ?? usualHeldBounds)
    this.isReleaseDue = this.held.isReleaseDue(active)
    this.letterWords = new LetterWords(checkpoint)
    this.letterWords.know(active.letterWords, checkpoint.registryOffset)
    this.decoder = new MessageDecoder(active.read)
    const { next, position, snapshot } = checkpoint
    const latestCommitUs = checkpoint.latestCommitUs === null ? null : BigInt(checkpoint.latestCommitUs)
    this.assembler = new Assembler({
      next,
      position,
      latestCommitUs,
      snapshot,
      budget,
      habits: active.read.dialect.transactions,
    })
    this.safe = this.assembler.safePosition
    this.notices = new Notices(checkpoint.noticed, active)
  }

  /**
   * Takes one record. Raises FalseworkError for what halts the source; what was taken before it is still in the
   * slice, and the checkpoint stands before the transaction at fault. After `TX_LOST` it may go on: see `lost`.
   */
  accept(records: RawRecords, index: number): void {
    const message = this.decoder.decode(records, index)
    const outcome = this.assembler.accept(message, records.timestampMs(index))
    const fences = this.fences.moves(message, outcome)
    this.rows.areWhole = this.assembler.snapshotState.phase === 'done'
    if (outcome.kind === 'complete') this.publishTouched(outcome.transaction)
    if (fences.length > 0) {
      const transaction = outcome.kind === 'complete' ? outcome.transaction : null
      const hash = anchorHash(records, index)
      this.atFence = { moves: fences, transaction, offset: message.offset, hash, atMs: records.timestampMs(index) }
    } else if (outcome.kind === 'complete' && outcome.transaction.changes.length <= sliceChangesMax) {
      this.translate(outcome.transaction)
    } else if (outcome.kind === 'complete' || outcome.kind === 'large') {
      const { transaction } = outcome
      const hash = anchorHash(records, index)
      this.atWaiting = { transaction, offset: message.offset, hash, atMs: records.timestampMs(index) }
    }
    this.snapshots.see(message, this.standingAt(records.timestampMs(index)))
    this.notice(message, outcome)
    this.atHand.counts.count(message, outcome)
    this.lastOffset = message.offset
    if (this.atWaiting !== null || this.atFence !== null) return
    const safe = this.assembler.safePosition
    if (safe === this.safe) return
    this.safe = safe
    this.anchor.moveTo(records, index)
    this.settle(records.timestampMs(index))
  }

  private settle(atMs: number): void {
    if (!this.snapshots.settle(this.standingAt(atMs))) return
    this.plans = withoutWaiting(this.active, this.rows)
    this.isReleaseDue = this.held.isReleaseDue(this.active)
  }

  private standingAt(atMs: number) {
    return { snapshot: this.assembler.snapshotState, streamed: this.assembler.safePosition.position !== null, atMs }
  }

  /** Set when the record that was taken ended a transaction that is not translated in one turn, or a snapshot. */
  get waiting(): Waiting | null {
    if (this.snapshots.left !== null) return { kind: 'rows' }
    if (this.atFence !== null) return { kind: 'fence' }
    if (this.atWaiting === null) return null
    const { budget, active, plans } = this
    const { transaction } = this.atWaiting
    return waitingOf(transaction, {
      plan: plans.plan,
      rows: this.rows,
      budget,
      lookedUp: 'changes' in transaction ? this.rows : this.rows.besides(transaction.tables),
      output: () => this.outputOf(transaction),
      decoder: () => new MessageDecoder(active.read),
    })
  }

  /** Everything that waited was published: the slice that is taken next accounts for it. */
  published(): void {
    if (this.atWaiting === null) return
    const { atWaiting } = this
    this.atWaiting = null
    this.tornRows.ended()
    this.goOn(atWaiting)
  }

  private goOn({
    offset,
    hash,
    atMs,
  }: {
    readonly offset: RawOffset
    readonly hash: string
    readonly atMs: number
  }): void {
    this.anchor.moveToHashed({ offset, hash })
    this.safe = this.assembler.safePosition
    this.settle(atMs)
  }

  /**
   * The fence of a scope has moved at this place of the source's history: who may publish from here on is decided by the
   * words that are in force now. The slice that is taken next says so, and must be closed at once.
   */
  decideFence(): void {
    const { atFence, active } = this
    if (atFence === null) return
    this.atFence = null
    // What came with it is of the owner before.
    if (atFence.transaction !== null) this.translate(atFence.transaction)
    const { position } = this.assembler.safePosition
    const { stagings } = active
    const { state: held } = this.held.holds
    this.own(active, ownersBehindFences(this.owners, atFence.moves, { stagings, held, position }))
    this.goOn(atFence)
  }

  /** Rows that are to be published next, behind the slice that is taken before; null when there are none any more. */
  get leftRows(): LeftRows | null {
    return this.snapshots.left
  }

  /** Some of them, in their order, up to a key; null: they are the last ones of their table. */
  publishRows(left: LeftRows, entries: readonly Entry[], upTo: StoreKey | null): void {
    const { published } = this.snapshots
    if (published === null) return
    const committedAtUs = BigInt(published.atUs)
    for (const entry of entries) this.publishRow(left.table, entry, committedAtUs)
    this.snapshots.pass(left, upTo)
  }

  private publishRow(table: StoredTable, entry: Entry, committedAtUs: bigint): void {
    this.rows.begin()
    const transaction = transactionOf(table, entry, { committedAtUs, next: this.safe.next })
    this.gather(transaction, translate(transaction, this.plans.snapshotPlan, this.rows))
    this.rows.end()
  }

  /** Rows that a snapshot was the first to show, and that rules have not seen, before they are changed. */
  private publishTouched({ changes, committedAtUs }: SourceTransaction): void {
    for (const { table, entry } of this.rows.newRows.touchedBy(changes)) this.publishRow(table, entry, committedAtUs)
  }

  /** Of mappings that translate nothing, until a snapshot has shown all rows of the tables. The same until it changes. */
  get awaited(): AwaitedTables {
    return this.plans.awaited
  }

  /** The `TX_LOST` that was raised: nothing more is translated until what is lost has come again. */
  get lost(): FalseworkError | null {
    return this.assembler.lost
  }

  /** Whether revisions may change now: no source transaction is open, none is owed. */
  get atBoundary(): boolean {
    return this.lastOffset < this.safe.next
  }

  /** Puts other revisions in force from the next source transaction on. Only at a boundary. */
  activate(active: ActiveRevisions, registryOffset: number): void {
    if (registryOffset < this.registryOffset) {
      throw new FalseworkError('INTERNAL', `registry offset ${registryOffset} after ${this.registryOffset}`)
    }
    this.own(active, ownersByWords(this.owners, active.stagings, this.safe.position))
    this.notices.know(active)
    this.snapshots.ask(new Set(active.snapshotPlan.byTable.keys()))
    this.plans = withoutWaiting(active, this.rows)
    if ((active.resumedAt ?? -1) >= this.registryOffset) {
      this.notices.seen()
      this.tornRows.seen()
    }
    this.atHand.counts.envelopesParsedWhole += this.decoder.takeParsedWhole()
    this.decoder = new MessageDecoder(active.read)
    this.registryOffset = registryOffset
    this.applied = registryOffset
    this.letterWords.know(active.letterWords, registryOffset)
    this.isReleaseDue = this.held.isReleaseDue(active)
  }

  /** What is decided of who may publish holds from here on, which the ownership topic says in the slice at hand. */
  private own(active: ActiveRevisions, { owners, told }: Decided): void {
    this.atHand.add(told.map((owned) => active.ownershipRecord(owned)))
    this.owners = owners
    this.active = { ...active, ...active.recordsUnder(owners) }
  }

  /** Whether inputs that wait are to be let go now. */
  get mayRelease(): boolean {
    return this.isReleaseDue && this.isIdle
  }

  /** Dead letters that a word is to be carried out on now; null: there are none, or it is not the moment. */
  get lettersDue(): LettersDue | null {
    const { due } = this.letterWords
    return due !== null && this.isIdle ? due : null
  }

  /** Carries it out on those that are there: its output comes into the slice at hand, which must be taken then. */
  decideLetters(due: LettersDue, letters: ReadonlyMap<string, LetterAtHand>): void {
    const { registryOffset } = this
    const outcomes = new LetterDecisions({ ...this.heldTranslation(), registryOffset }).decide(due, letters)
    this.atHand.counts.decidedLetters(outcomes)
    this.letterWords.done()
    this.isReleaseDue = this.held.isReleaseDue(this.active)
  }

  /** Between source transactions, and nothing of one is to be published first. */
  private get isIdle(): boolean {
    return this.atBoundary && this.lost === null && this.waiting === null
  }

  /**
   * Lets go what may go, in order: its output comes into the slice at hand. Nothing else is translated until it has
   * ended; a slice may be taken behind each input.
   */
  release(): HeldRelease {
    this.isReleaseDue = false
    return new HeldRelease(this.heldTranslation())
  }

  private heldTranslation(): HeldTranslation {
    return {
      source: this.start.source,
      held: this.held,
      active: this.active,
      plans: this.plans,
      rows: this.rows,
      counts: () => this.atHand.counts,
      add: (records) => this.atHand.add(records),
    }
  }

  /** Whether the slice at hand is large, wherever the log stands. */
  get isLarge(): boolean {
    return this.atHand.isLarge
  }

  /** Whether the slice at hand publishes anything. */
  get hasOutput(): boolean {
    return this.atHand.records.length > 0
  }

  /** Whether the slice at hand is large enough, and may be closed: never inside a source transaction. */
  get full(): boolean {
    return this.atHand.isLarge && this.atBoundary
  }

  /** Where the next record to be read stands; never inside a source transaction. */
  get reached(): RawOffset {
    return this.safe.next
  }

  /**
   * Whether the slice at hand has anything to say. Rows of an incremental snapshot come within source transactions, and
   * are as the rows were before these: they are taken before a transaction that waits.
   */
  get moved(): boolean {
    return this.safe.next > this.takenUpTo || this.applied !== null || this.rows.pending.moved || this.held.moved
  }

  /** Must be called before the records of a batch go out of reach. */
  letGo(): void {
    this.anchor.seal()
    this.assembler.keep()
  }

  /** The slice at hand, and begins the next one. */
  take(): Slice {
    const { records, counts } = this.atHand
    counts.envelopesParsedWhole += this.decoder.takeParsedWhole()
    const { source, incarnation, timeZoneDatabase } = this.start
    const { next, position, latestCommitUs, snapshot } = this.safe
    const { noticed } = this.notices
    const { published } = this.snapshots
    const slice: Slice = {
      records,
      counts,
      applied: this.applied,
      checkpoint: {
        source,
        incarnation,
        next,
        anchor: this.anchor.seal(),
        position,
        latestCommitUs: latestCommitUs?.toString() ?? null,
        snapshot: published === null ? snapshot : { ...snapshot, published },
        registryOffset: this.registryOffset,
        timeZoneDatabase,
        ...(noticed === undefined ? {} : { noticed }),
        ...this.held.tell(),
        ...(this.owners.length > 0 && { format: 3, owners: this.owners }),
        ...this.letterWords.tell(),
      },
    }
    this.rows.seal(slice.checkpoint)
    this.atHand = new SliceAtHand()
    this.applied = null
    this.takenUpTo = next
    return slice
  }

  private notice(message: CaptureMessage, outcome: AssemblyOutcome): void {
    if (message.kind === 'row' || message.kind === 'snapshotRow') {
      this.noticeRow(message)
    } else if (message.kind === 'schemaChange') this.notices.renamed(message.renames)
    if ((outcome.kind === 'complete' || outcome.kind === 'passed') && outcome.suspect !== null) {
      this.notices.suspect(outcome.suspect)
    }
  }

  private noticeRow({ table, offset, change }: RowRecord & { readonly offset: RawOffset }): void {
    const found = this.notices.row(table, offset)
    const { counts } = this.atHand
    if (found === 'unknown' || found === 'new') counts.unknownTables.add(table)
    if (found === 'new' || found === 'renamed') {
      counts.newTables.push({ table, offset, from: this.notices.formerName(table), isKnown: found === 'renamed' })
    }
    const image = change?.after ?? change?.before ?? null
    if (image !== null) counts.newColumns.push(...this.notices.columns(table, image.columns, offset))
  }

  private translate(transaction: SourceTransaction): void {
    const { plan } = this.plans
    this.rows.begin()
    const changes = this.rows.complete(transaction.changes, plan.readsBefore)
    this.gather(transaction, translate({ ...transaction, changes }, plan, this.rows))
    this.tornRows.ended()
    this.rows.end()
  }

  private gather(transaction: TransactionFacts, outcomes: readonly Outcome[]): void {
    if (outcomes.length > 0) this.atHand.add(this.outputOf(transaction).records(outcomes))
  }

  private outputOf(transaction: TransactionFacts): TransactionOutput {
    const { source, incarnation } = this.start
    const { active, held, registryOffset } = this
    const { counts } = this.atHand
    const { judge: torn } = this.tornRows
    return new TransactionOutput({ source, incarnation, transaction, active, registryOffset, counts, held, torn })
  }
}
