/** One session of a source at work: it reads, translates and publishes until something fails. */
import type { Checkpoint } from '../../core/delivery/checkpoint.ts'
import { dispositionOf } from '../../core/diagnostics/error-codes.ts'
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'
import type { BatchBytesMaxOf } from '../../core/event/event-size.ts'
import { type RegistryState, revisionsOf } from '../../core/registry/registry-state.ts'
import { keepsTheSame } from '../../core/rows/stored/stored-catalog.ts'
import { unkeptRows } from '../../core/rows/source-rows.ts'
import { activateRevisions, type ActiveRevisions } from '../../core/translation/active-revisions.ts'
import type { AwaitedTables } from '../../core/translation/mappings-waiting.ts'
import { SourceTranslation } from '../../core/translation/source-translation.ts'
import type { Waiting } from '../../core/translation/waiting.ts'
import { askEventTopicLimits } from './event-topic-limits.ts'
import type { RawLog, RecordBatch } from '../../ports/raw-log.ts'
import { lettersAtHand } from './output/decide-letters.ts'
import { releaseHeld } from './output/held-inputs.ts'
import { SessionOutput } from './output/session-output.ts'
import { Turns } from './reading/turns.ts'
import { bringIndexes } from './rows/open-rows.ts'
import type { SessionRows } from './rows/session-rows.ts'
import type { Opened, SessionParts } from './session-parts.ts'
import type { SliceSender } from './output/slice-sender.ts'
import type { Session } from './source-worker.ts'

const readMaxBytes = 1_048_576
const readMaxWaitMs = 250

export class SourceSession implements Session {
  private readonly parts: SessionParts
  private readonly opened: Opened
  private readonly translation: SourceTranslation
  private readonly incarnation: number
  private readonly output: SessionOutput
  private readonly rows: SessionRows | null
  /** Told of each checkpoint that has become visible. */
  private progressed: (position: number) => void = () => undefined
  /** Registry records before it are in force, or come into force with the slice at hand. */
  private registryOffset: number
  /** What was told of it. */
  private awaited: AwaitedTables | null = null

  constructor(parts: SessionParts, opened: Opened & { readonly checkpoint: Checkpoint }) {
    const { checkpoint, registry, publisher, active, rows } = opened
    const { report } = parts
    this.parts = parts
    this.opened = opened
    this.incarnation = checkpoint.incarnation
    this.registryOffset = checkpoint.registryOffset
    this.rows = rows
    const told = (position: number): void => {
      rows?.writer.visible()
      this.progressed(position)
    }
    this.output = new SessionOutput(parts, { publisher, checkpoint, progressed: told })
    this.translation = new SourceTranslation({
      checkpoint,
      active,
      rows: rows?.rows ?? unkeptRows(),
      ...(parts.budget === undefined ? {} : { budget: parts.budget }),
      ...(parts.heldBounds === undefined ? {} : { heldBounds: parts.heldBounds }),
    })
    if (registry.end > checkpoint.registryOffset) this.putInForce(active, registry)
    report.opened(checkpoint)
  }

  get knownRegistryEnd(): number {
    return this.registryOffset
  }

  /** As of the last slice that is known to be visible. */
  get position(): number | null {
    return this.parts.report.checkpoint?.next ?? null
  }

  async run(ended: AbortSignal, progressed: (position: number) => void): Promise<void> {
    this.progressed = progressed
    try {
      await this.translateUntil(ended)
    } catch (error) {
      // What stands before a record at fault is sound, and must not wait for a person. Where it publishes nothing it is
      // done too: what repairs the source, such as the catalog of a retyped column, may not read it any more.
      if (!passesByItself(error) && this.translation.moved) await this.flush()
      await this.sender.settle()
      throw error
    }
    if (this.translation.moved) await this.flush()
    await this.sender.settle()
    await this.opened.rawLog.close()
  }

  async close(): Promise<void> {
    await this.sender.settle().catch(() => undefined)
    await Promise.all([this.output.close(), this.opened.rawLog.close(), this.rows?.close()])
  }

  private async translateUntil(ended: AbortSignal): Promise<void> {
    const { clock, report } = this.parts
    this.tellAwaited()
    let reading = this.read(this.sender.checkpoint.next)
    if (this.isDue()) await this.flush()
    await this.publishWaiting(ended)
    await this.decideLetters(ended)
    await this.releaseHeld(ended)
    while (!ended.aborted) {
      const askedMs = clock.nowMs()
      const batch = await this.firstOf(reading)
      if (batch !== null) {
        report.waited(clock.nowMs() - askedMs)
        // Asked for before the work on the batch begins: the answer travels meanwhile.
        reading = this.read(batch.next)
        await this.work(batch, ended)
      }
      if (this.translation.waiting !== null) return
      if (this.mayActivate()) await this.activate(ended)
      await this.decideLetters(ended)
      await this.releaseHeld(ended)
      if (this.isDue()) await this.flush()
      this.sender.rethrow()
    }
  }

  /** Its failure waits until somebody asks for the batch, or is nobody's concern any more. */
  private read(from: number): Promise<RecordBatch> {
    const reading = this.opened.rawLog.read(from, { maxWaitMs: readMaxWaitMs, maxBytes: readMaxBytes })
    reading.catch(() => undefined)
    return reading
  }

  private async work(batch: RecordBatch, ended: AbortSignal): Promise<void> {
    const { translation } = this
    const { clock } = this.parts
    const startedMs = clock.nowMs()
    try {
      for (let index = 0; index < batch.count; index++) {
        this.accept(batch, index)
        if (translation.waiting !== null) await this.publishWaiting(ended)
        if (translation.waiting !== null) return
        if (translation.full) await this.flush()
        if (this.mayActivate()) await this.activate(ended)
        if (translation.lettersDue !== null) await this.decideLetters(ended)
        if (translation.mayRelease) await this.releaseHeld(ended)
      }
    } finally {
      // Its records go out of reach with the next batch but one, whatever becomes of this one.
      translation.letGo()
    }
    const full = this.rows?.writer.full ?? null
    if (full !== null) await full
    if (translation.lost !== null && batch.next >= batch.end) throw translation.lost
    this.sender.gathered(this.gathered)
    this.parts.report.worked(batch.end, clock.nowMs() - startedMs)
  }

  /** A lost transaction may stand further on, where somebody has set the connector back: the log is read to its end. */
  private accept(batch: RecordBatch, index: number): void {
    try {
      this.translation.accept(batch, index)
    } catch (error) {
      if (error !== this.translation.lost) throw error
    }
  }

  /** Until nothing waits any more, or it is ended: then it waits still, and nothing may be sent any more. */
  private async publishWaiting(ended: AbortSignal): Promise<void> {
    const { translation } = this
    for (let { waiting } = translation; waiting !== null && !ended.aborted; { waiting } = translation) {
      if (translation.moved) await this.flush()
      await this.sender.settle()
      if (waiting.kind === 'rows') await this.publishLeftRows(ended)
      else if (waiting.kind === 'fence') await this.decideFence(ended)
      else await this.publishTransaction(waiting, ended)
    }
  }

  /** One that is too large for one turn is published as it is translated, behind the slice before it. */
  private async publishTransaction(
    waiting: Exclude<Waiting, { kind: 'rows' | 'fence' }>,
    ended: AbortSignal,
  ): Promise<void> {
    let isPublished = false
    const publish = async (): Promise<boolean> => {
      await this.output.publish(waiting, ended, async () => {
        this.translation.published()
        isPublished = true
        await this.flush()
      })
      await this.sender.settle()
      return isPublished
    }
    const { rows, parts } = this
    const openLog = async (): Promise<RawLog> => await parts.openRawLog(parts.names.rawLog(parts.source))
    if (waiting.kind === 'readAgain' && rows !== null) {
      await rows.aroundLarge(waiting.reading(), openLog, { ended, publish })
    } else await publish()
  }

  /**
   * Behind everything before it, by all words that were said before the fence was moved: the transaction that tells who
   * owns the scope is closed at once.
   */
  private async decideFence(ended: AbortSignal): Promise<void> {
    const { registry } = this.parts
    await registry.refresh()
    if (registry.current.end > this.registryOffset) await this.activate(ended)
    this.translation.decideFence()
    await this.flush()
    await this.sender.settle()
  }

  /** Page by page, each with the checkpoint that says how far they are: a restart goes on behind it. */
  private async publishLeftRows(ended: AbortSignal): Promise<void> {
    const { translation, rows } = this
    await rows?.writer.flush()
    for (let left = translation.leftRows; left !== null && rows !== null; left = translation.leftRows) {
      if (ended.aborted) return
      const { entries, upTo } = rows.page(left)
      translation.publishRows(left, entries, upTo)
      await this.flush()
    }
  }

  /** Each time with the checkpoint that says how far it is: what is decided is decided once. */
  private async decideLetters(ended: AbortSignal): Promise<void> {
    const { translation, parts } = this
    const { source, names, topicReader } = parts
    for (let due = translation.lettersDue; due !== null && !ended.aborted; due = translation.lettersDue) {
      if (translation.moved) await this.flush()
      await this.sender.settle()
      translation.decideLetters(due, await lettersAtHand(due, { source, topic: names.deadLetters, topicReader }))
      await this.flush()
    }
  }

  /** Where inputs may go that have waited, they go before anything else is translated. */
  private async releaseHeld(ended: AbortSignal): Promise<void> {
    const { translation, parts } = this
    if (!translation.mayRelease || ended.aborted) return
    if (translation.moved) await this.flush()
    await this.sender.settle()
    const turns = new Turns(parts.clock)
    const log = await parts.openRawLog(parts.names.held(parts.source))
    try {
      await releaseHeld(translation.release(), log, {
        ended,
        behindEach: async () => {
          await turns.next()
          if (translation.isLarge) await this.flush()
        },
      })
    } finally {
      await log.close()
    }
    await this.flush()
  }

  private mayActivate(): boolean {
    return this.parts.registry.current.end > this.registryOffset && this.translation.atBoundary
  }

  /** Registry records come into force between source transactions, and the checkpoint says where. */
  private async activate(ended: AbortSignal): Promise<void> {
    const state = this.parts.registry.current
    await this.expectSameIncarnation(state)
    const active = this.compile(state, await askEventTopicLimits(this.parts, state))
    await this.expectSameRows(active)
    await this.bringIndexes(active, ended)
    this.putInForce(active, state)
    await this.flush()
  }

  /** Raises `NEW_INCARNATION`, behind what is in hand: it is begun where sessions are opened. */
  private async expectSameIncarnation({ incarnations }: RegistryState): Promise<void> {
    const { source } = this.parts
    const wanted = incarnations.get(source)?.incarnation ?? 0
    if (wanted <= this.incarnation) return
    if (this.translation.moved) await this.flush()
    await this.sender.settle()
    throw new FalseworkError(
      'NEW_INCARNATION',
      `incarnation ${wanted} of ${source} follows incarnation ${this.incarnation}`,
    )
  }

  /** Raises `ROWS_CHANGED`, behind what is in hand: rows are brought to what is kept where sessions are opened. */
  private async expectSameRows({ stored }: ActiveRevisions): Promise<void> {
    const { stored: before } = this.opened.active
    if (stored === null || (before !== null && keepsTheSame(before, stored))) return
    if (this.translation.moved) await this.flush()
    await this.sender.settle()
    throw new FalseworkError('ROWS_CHANGED', 'the tables whose rows are kept, or their keys, are others now')
  }

  /** Rules look rows up by what is there before the first of them fires. */
  private async bringIndexes({ plan: { indexes } }: ActiveRevisions, ended: AbortSignal): Promise<void> {
    const { rows, parts } = this
    if (rows === null) return
    if (this.translation.moved) await this.flush()
    await this.sender.settle()
    await bringIndexes(parts, rows, { indexes, checkpoint: this.sender.checkpoint, ended })
  }

  /** Must be followed by a flush: its checkpoint is what says from where on they are in force. */
  private putInForce(active: ActiveRevisions, state: RegistryState): void {
    this.translation.activate(active, state.end)
    this.registryOffset = state.end
    this.parts.log.info('revisions in force', {
      source: this.parts.source,
      registryOffset: state.end,
      mappings: revisionsOf(state, this.parts.source).length,
    })
  }

  private compile(state: RegistryState, batchBytesMaxOf: BatchBytesMaxOf): ActiveRevisions {
    const { source, names, keys, schemas } = this.parts
    const writerSchemas = schemas.known
    const { incarnation } = this
    return activateRevisions(state, { source, incarnation, names, keys, writerSchemas, batchBytesMaxOf })
  }

  private get sender(): SliceSender {
    return this.output.sender
  }

  private get gathered(): 'some' | 'none' {
    return this.translation.hasOutput ? 'some' : 'none'
  }

  private isDue(): boolean {
    if (this.registryOffset > this.sender.checkpoint.registryOffset) return true
    return this.sender.isDue({ moved: this.translation.moved, output: this.gathered })
  }

  /** The batch, or null when there is something else to look at first. */
  private async firstOf(reading: Promise<RecordBatch>): Promise<RecordBatch | null> {
    const { pause } = this.sender
    if ('until' in pause) return await Promise.race([reading, pause.until.then(() => null)])
    const waited = new AbortController()
    const late = this.parts.clock.sleep(pause.ms, waited.signal).then(() => null)
    try {
      return await Promise.race([reading, late])
    } finally {
      waited.abort()
    }
  }

  /** Once for each change of it. */
  private tellAwaited(): void {
    const { awaited } = this.translation
    if (awaited === this.awaited) return
    this.awaited = awaited
    const { source, log, report } = this.parts
    report.rows.awaits(awaited)
    for (const [mapping, tables] of awaited) {
      log.warn('a mapping waits until a snapshot has shown all rows of tables that it looks up', {
        source,
        mapping,
        tables: tables.join(', '),
      })
    }
  }

  private async flush(): Promise<void> {
    this.tellAwaited()
    await this.sender.send(() => {
      const slice = this.translation.take()
      this.parts.onStep?.('before-slice')
      return slice
    })
  }
}

const passesByItself = (error: unknown): boolean =>
  error instanceof FalseworkError && dispositionOf(error.code) === 'retry'
