/** The translator's step, without any I/O: raw records in, slices of output with their checkpoint out. */
import { MessageDecoder } from '../capture/message-decoder.ts'
import type { RawRecords } from '../capture/record/raw-records.ts'
import type { RawOffset } from '../capture/row-change.ts'
import type { Checkpoint } from '../delivery/checkpoint.ts'
import { FalseworkError } from '../diagnostics/falsework-error.ts'
import type { OutputRecord } from '../event/event-record.ts'
import { Assembler } from '../transaction/assembler.ts'
import type { Entry } from '../rows/row-overlay.ts'
import type { SourceRows } from '../rows/source-rows.ts'
import type { StoreKey } from '../rows/stored/store-key.ts'
import { type TransactionBudget, usualBudget } from '../transaction/large/transaction-budget.ts'
import type { ActiveRevisions } from './revisions/active-revisions.ts'
import { type HeldBounds, usualHeldBounds } from '../held/held-bounds.ts'
import type { LettersDue } from '../held/letter-words.ts'
import type { HeldRelease } from './held/held-release.ts'
import type { LetterAtHand } from './held/letter-decisions.ts'
import { SetAside } from './held/set-aside.ts'
import type { LeftRows } from './snapshots/left-rows.ts'
import { LogPlace, type SealedRecord, sealedRecord } from './log-place.ts'
import type { AwaitedTables } from './revisions/mappings-waiting.ts'
import { noticeMessage, noticeOutcome } from './notice-message.ts'
import { Notices } from './notices.ts'
import { OpenFences } from './ownership/open-fences.ts'
import { RevisionsInForce } from './revisions/revisions-in-force.ts'
import type { SliceCounts } from './slice/slice-counts.ts'
import { SliceTranslation } from './slice/slice-translation.ts'
import { SnapshotFollower } from './snapshots/snapshot-follower.ts'
import { type Stop, stopAt, type Waiting, waitingOf } from './waiting.ts'

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
  private readonly start: Checkpoint
  private readonly budget: TransactionBudget
  private readonly rows: SourceRows
  private readonly assembler: Assembler
  private readonly fences = new OpenFences()
  private readonly notices: Notices
  private readonly snapshots: SnapshotFollower
  private readonly setAside: SetAside
  private readonly inForce: RevisionsInForce
  private readonly slice: SliceTranslation
  private readonly place: LogPlace
  private decoder: MessageDecoder
  /** What is to be carried out before the next record is taken, and the END that brought it. */
  private stopped: { readonly stop: Stop; readonly end: SealedRecord } | null = null
  /** Whether some of what waits may be published: a slice that is taken then would make a part of it visible. */
  private isPartly = false

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
    const { checkpoint, active, rows, budget = usualBudget, purpose = 'translation' } = options
    const { source, incarnation, snapshot } = checkpoint
    this.start = checkpoint
    this.budget = budget
    this.rows = rows
    this.snapshots = new SnapshotFollower(rows, snapshot, purpose === 'translation')
    this.snapshots.ask(new Set(active.snapshotPlan.byTable.keys()))
    rows.areWhole = snapshot.phase === 'done'
    this.inForce = new RevisionsInForce(active, checkpoint, rows)
    this.setAside = new SetAside(checkpoint, options.heldBounds ?? usualHeldBounds)
    this.setAside.know(active, checkpoint.registryOffset)
    const { inForce } = this
    const { held } = this.setAside
    this.slice = new SliceTranslation({ source, incarnation, rows, inForce, held }, checkpoint)
    this.decoder = new MessageDecoder(active.read)
    this.assembler = new Assembler({
      ...checkpoint,
      latestCommitUs: checkpoint.latestCommitUs === null ? null : BigInt(checkpoint.latestCommitUs),
      budget,
      habits: active.read.dialect.transactions,
    })
    this.place = new LogPlace(checkpoint, this.assembler.safePosition)
    this.notices = new Notices(checkpoint.noticed, active)
  }

  /**
   * Takes one record. Raises FalseworkError for what halts the source; what was taken before it is still in the
   * slice, and the checkpoint stands before the transaction at fault. After `TX_LOST` it may go on: see `lost`.
   */
  accept(records: RawRecords, index: number): void {
    const { place, slice } = this
    const message = this.decoder.decode(records, index)
    const atMs = records.timestampMs(index)
    const outcome = this.assembler.accept(message, atMs)
    const stop = stopAt(outcome, this.fences.moves(message, outcome))
    this.rows.areWhole = this.assembler.snapshotState.phase === 'done'
    if (stop !== null) this.stopped = { stop, end: sealedRecord(records, index) }
    else if (outcome.kind === 'complete') slice.translate(outcome.transaction, place.safe)
    this.snapshots.see(message, this.standingAt(atMs))
    const { counts } = slice.atHand
    noticeMessage(message, this.notices, counts)
    noticeOutcome(outcome, this.notices)
    counts.count(message, outcome)
    place.take(message.offset)
    const { safePosition } = this.assembler
    if (this.stopped !== null || safePosition === place.safe) return
    place.moveTo(safePosition, records, index)
    this.settle(atMs)
  }

  private settle(atMs: number): void {
    if (!this.snapshots.settle(this.standingAt(atMs))) return
    this.inForce.rowsAreKnown()
    this.setAside.look(this.inForce.active)
  }

  private standingAt(atMs: number) {
    return { snapshot: this.assembler.snapshotState, streamed: this.assembler.safePosition.position !== null, atMs }
  }

  /** Set when the record that was taken ended a transaction that is not translated in one turn, or a snapshot. */
  get waiting(): Waiting | null {
    if (this.snapshots.left !== null) return { kind: 'rows' }
    if (this.stopped === null) return null
    const { stop } = this.stopped
    if (stop.kind === 'fence') return { kind: 'fence' }
    const { budget, rows, slice, inForce, place } = this
    const { transaction } = stop
    const { active, plans } = inForce
    return waitingOf(transaction, {
      plan: plans.plan,
      rows,
      budget,
      lookedUp: 'changes' in transaction ? rows : rows.besides(transaction.tables),
      touched: (held) => slice.touchedBy(held, place.safe),
      touchedAgain: (large) => slice.touchedAgain(large, place.safe),
      output: () => slice.outputOf(transaction),
      decoder: () => new MessageDecoder(active.read),
      begun: () => {
        this.isPartly = true
      },
    })
  }

  /** Everything that waited was published: the slice that is taken next accounts for it. */
  published(): void {
    if (this.stopped?.stop.kind !== 'transaction') return
    this.slice.tornRows.ended()
    this.isPartly = false
    this.goOnBehind(this.stopped.end)
  }

  /**
   * The fence of a scope has moved at this place of the source's history: who may publish from here on is decided by the
   * words that are in force now. The slice that is taken next says so, and must be closed at once.
   */
  decideFence(): void {
    if (this.stopped?.stop.kind !== 'fence') return
    const { stop, end } = this.stopped
    // What came with it is of the owner before.
    if (stop.transaction !== null) this.slice.translate(stop.transaction, this.place.safe)
    const { position } = this.assembler.safePosition
    const { state: held } = this.setAside.held.holds
    this.slice.atHand.add(this.inForce.decideFences(stop.moves, { held, position }))
    this.goOnBehind(end)
  }

  private goOnBehind(end: SealedRecord): void {
    this.stopped = null
    this.place.moveBehind(this.assembler.safePosition, end)
    this.settle(end.atMs)
  }

  /** Rows that are to be published next, behind the slice that is taken before; null when there are none any more. */
  get leftRows(): LeftRows | null {
    return this.snapshots.left
  }

  /** Some of them, in their order, up to a key; null: they are the last ones of their table. */
  publishRows(left: LeftRows, entries: readonly Entry[], upTo: StoreKey | null): void {
    const { published } = this.snapshots
    if (published === null) return
    const at = { committedAtUs: BigInt(published.atUs), next: this.reached }
    this.slice.publishRows(left.table, entries, at)
    this.snapshots.pass(left, upTo)
  }

  /** Of mappings that translate nothing, until a snapshot has shown all rows of the tables. The same until it changes. */
  get awaited(): AwaitedTables {
    return this.inForce.plans.awaited
  }

  /** The `TX_LOST` that was raised: nothing more is translated until what is lost has come again. */
  get lost(): FalseworkError | null {
    return this.assembler.lost
  }

  /** Whether revisions may change now: no source transaction is open, none is owed. */
  get atBoundary(): boolean {
    return this.place.atBoundary
  }

  /** Puts other revisions in force from the next source transaction on. Only at a boundary. */
  activate(active: ActiveRevisions, registryOffset: number): void {
    const { inForce, notices, slice } = this
    const isResumed = (active.resumedAt ?? -1) >= inForce.registryOffset
    slice.atHand.add(inForce.replace(active, registryOffset, this.place.safe.position))
    slice.atHand.applied = registryOffset
    this.snapshots.ask(new Set(active.snapshotPlan.byTable.keys()))
    this.setAside.know(active, registryOffset)
    notices.know(active)
    if (isResumed) {
      notices.seen()
      slice.tornRows.seen()
    }
    this.countParsedWhole()
    this.decoder = new MessageDecoder(active.read)
  }

  /** Whether inputs that wait are to be let go now. */
  get mayRelease(): boolean {
    return this.setAside.isReleaseDue && this.isIdle
  }

  /** Dead letters that a word is to be carried out on now; null: there are none, or it is not the moment. */
  get lettersDue(): LettersDue | null {
    const { due } = this.setAside.words
    return due !== null && this.isIdle ? due : null
  }

  /** Carries it out on those that are there: its output comes into the slice at hand, which must be taken then. */
  decideLetters(due: LettersDue, letters: ReadonlyMap<string, LetterAtHand>): void {
    const { registryOffset } = this.inForce
    const outcomes = this.setAside.decide(due, letters, { ...this.slice.ofHeld(), registryOffset })
    this.slice.atHand.counts.decidedLetters(outcomes)
  }

  /** Between source transactions, and nothing of one is to be published first. */
  private get isIdle(): boolean {
    return this.atBoundary && this.lost === null && this.snapshots.left === null && this.stopped === null
  }

  /**
   * Lets go what may go, in order: its output comes into the slice at hand. Nothing else is translated until it has
   * ended; a slice may be taken behind each input.
   */
  release(): HeldRelease {
    return this.setAside.release(this.slice.ofHeld())
  }

  /** Whether the slice at hand is large, wherever the log stands. */
  get isLarge(): boolean {
    return this.slice.atHand.isLarge
  }

  /** Whether the slice at hand publishes anything. */
  get hasOutput(): boolean {
    return this.slice.atHand.records.length > 0
  }

  /** Whether the slice at hand is large enough, and may be closed: never inside a source transaction. */
  get full(): boolean {
    return this.isLarge && this.atBoundary
  }

  /** Where the next record to be read stands; never inside a source transaction. */
  get reached(): RawOffset {
    return this.place.safe.next
  }

  /**
   * Whether the slice at hand has anything to say. Rows of an incremental snapshot come within source transactions, and
   * are as the rows were before these: they are taken before a transaction that waits, and nothing is within one.
   */
  get moved(): boolean {
    if (this.isPartly) return false
    const { from, applied } = this.slice.atHand
    return this.reached > from || applied !== null || this.rows.pending.moved || this.setAside.held.moved
  }

  /** Must be called before the records of a batch go out of reach. */
  letGo(): void {
    this.place.seal()
    this.assembler.keep()
  }

  /** The slice at hand, and begins the next one. Raises FalseworkError `INTERNAL` within a transaction that waits. */
  take(): Slice {
    if (this.isPartly) throw new FalseworkError('INTERNAL', 'a slice within a source transaction that is published')
    this.countParsedWhole()
    const { records, counts, applied } = this.slice.atHand
    const checkpoint = this.checkpoint()
    this.rows.seal(checkpoint)
    this.slice.begin(checkpoint)
    return { records, counts, applied, checkpoint }
  }

  private checkpoint(): Checkpoint {
    const { source, incarnation, timeZoneDatabase } = this.start
    const { next, position, latestCommitUs, snapshot } = this.place.safe
    const { owners, registryOffset } = this.inForce
    const { noticed } = this.notices
    const { published } = this.snapshots
    return {
      source,
      incarnation,
      next,
      anchor: this.place.seal(),
      position,
      latestCommitUs: latestCommitUs?.toString() ?? null,
      snapshot: published === null ? snapshot : { ...snapshot, published },
      registryOffset,
      timeZoneDatabase,
      ...(noticed === undefined ? {} : { noticed }),
      ...this.setAside.held.tell(),
      ...(owners.length > 0 && { format: 3, owners }),
      ...this.setAside.words.tell(),
    }
  }

  private countParsedWhole(): void {
    this.slice.atHand.counts.envelopesParsedWhole += this.decoder.takeParsedWhole()
  }
}
