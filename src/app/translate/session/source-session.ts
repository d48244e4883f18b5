/** One session of a source at work: it reads, translates and publishes until something fails. */
import type { Checkpoint } from '../../../core/delivery/checkpoint.ts'
import { dispositionOf } from '../../../core/diagnostics/error-codes.ts'
import { FalseworkError } from '../../../core/diagnostics/falsework-error.ts'
import { unkeptRows } from '../../../core/rows/source-rows.ts'
import { SourceTranslation } from '../../../core/translation/source-translation.ts'
import type { RawLog, RecordBatch } from '../../../ports/kafka/raw-log.ts'
import { decideLetters } from '../output/decide-letters.ts'
import { releaseHeld } from '../output/held-inputs.ts'
import { publishWaiting } from '../output/publish-waiting.ts'
import { SessionOutput } from '../output/session-output.ts'
import { SessionSlices } from '../output/session-slices.ts'
import type { Opened, SessionParts } from './session-parts.ts'
import { SessionRevisions } from './session-revisions.ts'
import type { SessionWork } from './session-work.ts'
import type { Session } from '../source-worker.ts'

const readMaxBytes = 1_048_576
const readMaxWaitMs = 250

export class SourceSession implements Session {
  private readonly rawLog: RawLog
  private readonly work: SessionWork
  private readonly revisions: SessionRevisions
  /** Told of each checkpoint that has become visible. */
  private progressed: (position: number) => void = () => undefined

  constructor(parts: SessionParts, opened: Opened & { readonly checkpoint: Checkpoint }) {
    const { checkpoint, registry, publisher, active, rows, rawLog } = opened
    const told = (position: number): void => {
      rows?.writer.visible()
      this.progressed(position)
    }
    const output = new SessionOutput(parts, { publisher, checkpoint, progressed: told })
    const translation = new SourceTranslation({
      checkpoint,
      active,
      rows: rows?.rows ?? unkeptRows(),
      ...(parts.budget === undefined ? {} : { budget: parts.budget }),
      ...(parts.heldBounds === undefined ? {} : { heldBounds: parts.heldBounds }),
    })
    const slices = new SessionSlices(parts, { translation, output })
    this.rawLog = rawLog
    this.work = { parts, translation, slices, output, rows }
    this.revisions = new SessionRevisions(this.work, { ...checkpoint, stored: active.stored })
    if (registry.end > checkpoint.registryOffset) this.revisions.putInForce(active, registry)
    parts.report.opened(checkpoint)
  }

  get knownRegistryEnd(): number {
    return this.revisions.registryOffset
  }

  /** As of the last slice that is known to be visible. */
  get position(): number | null {
    return this.work.parts.report.checkpoint?.next ?? null
  }

  async run(ended: AbortSignal, progressed: (position: number) => void): Promise<void> {
    const { slices } = this.work
    this.progressed = progressed
    try {
      await this.translateUntil(ended)
    } catch (error) {
      // What stands before a record at fault is sound, and must not wait for a person. Where it publishes nothing it is
      // done too: what repairs the source, such as the catalog of a retyped column, may not read it any more.
      if (passesByItself(error)) await slices.sender.settle()
      else await slices.settle()
      throw error
    }
    await slices.settle()
    await this.rawLog.close()
  }

  async close(): Promise<void> {
    const { slices, output, rows } = this.work
    await slices.sender.settle().catch(() => undefined)
    await Promise.all([output.close(), this.rawLog.close(), rows?.close()])
  }

  private async translateUntil(ended: AbortSignal): Promise<void> {
    const { parts, translation, slices } = this.work
    const { clock, report } = parts
    slices.tellAwaited()
    let reading = this.read(slices.sender.checkpoint.next)
    // What came into force when it was opened comes with a checkpoint before anything else.
    const isBehind = this.revisions.registryOffset > slices.sender.checkpoint.registryOffset
    if (isBehind || slices.isDue) await slices.send()
    await publishWaiting(this.work, this.revisions, ended)
    await this.decideAndRelease(ended)
    while (!ended.aborted) {
      const askedMs = clock.nowMs()
      const batch = await this.firstOf(reading)
      this.revisions.expectNoGap()
      if (batch !== null) {
        report.waited(clock.nowMs() - askedMs)
        // Asked for before the work on the batch begins: the answer travels meanwhile.
        reading = this.read(batch.next)
        await this.translate(batch, ended)
      }
      if (translation.waiting !== null) return
      if (this.mayActivate()) await this.revisions.activate(ended)
      await this.decideAndRelease(ended)
      if (slices.isDue) await slices.send()
      slices.sender.rethrow()
    }
  }

  /** Its failure waits until somebody asks for the batch, or is nobody's concern any more. */
  private read(from: number): Promise<RecordBatch> {
    const reading = this.rawLog.read(from, { maxWaitMs: readMaxWaitMs, maxBytes: readMaxBytes })
    reading.catch(() => undefined)
    return reading
  }

  private async translate(batch: RecordBatch, ended: AbortSignal): Promise<void> {
    const { parts, translation, slices, rows } = this.work
    const { clock, report } = parts
    const startedMs = clock.nowMs()
    try {
      for (let index = 0; index < batch.count; index++) {
        this.accept(batch, index)
        if (translation.waiting !== null) await publishWaiting(this.work, this.revisions, ended)
        if (translation.waiting !== null) return
        if (translation.full) await slices.send()
        if (this.mayActivate()) await this.revisions.activate(ended)
        if (translation.lettersDue !== null || translation.mayRelease) await this.decideAndRelease(ended)
      }
    } finally {
      // Its records go out of reach with the next batch but one, whatever becomes of this one.
      translation.letGo()
    }
    const full = rows?.writer.full ?? null
    if (full !== null) await full
    if (translation.lost !== null && batch.next >= batch.end) throw translation.lost
    slices.gathered()
    report.worked(batch.end, clock.nowMs() - startedMs)
  }

  /** A lost transaction may stand further on, where somebody has set the connector back: the log is read to its end. */
  private accept(batch: RecordBatch, index: number): void {
    const { translation } = this.work
    try {
      translation.accept(batch, index)
    } catch (error) {
      if (error !== translation.lost) throw error
    }
  }

  private async decideAndRelease(ended: AbortSignal): Promise<void> {
    await decideLetters(this.work, ended)
    await releaseHeld(this.work, ended)
  }

  private mayActivate(): boolean {
    return this.revisions.areBehind && this.work.translation.atBoundary
  }

  /** The batch, or null when there is something else to look at first. */
  private async firstOf(reading: Promise<RecordBatch>): Promise<RecordBatch | null> {
    const { pause } = this.work.slices.sender
    if ('until' in pause) return await Promise.race([reading, pause.until.then(() => null)])
    const waited = new AbortController()
    const late = this.work.parts.clock.sleep(pause.ms, waited.signal).then(() => null)
    try {
      return await Promise.race([reading, late])
    } finally {
      waited.abort()
    }
  }
}

const passesByItself = (error: unknown): boolean =>
  error instanceof FalseworkError && dispositionOf(error.code) === 'retry'
