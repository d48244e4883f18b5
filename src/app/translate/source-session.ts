/** One session of a source at work: it reads, translates and publishes until something fails. */
import { postgresDialect } from '../../core/capture/positions/postgres.ts'
import type { Checkpoint } from '../../core/delivery/checkpoint.ts'
import { type RegistryState, revisionsOf } from '../../core/registry/registry-state.ts'
import { activateRevisions, type ActiveRevisions } from '../../core/translation/active-revisions.ts'
import { SourceTranslation } from '../../core/translation/source-translation.ts'
import type { RecordBatch } from '../../ports/raw-log.ts'
import type { Opened, SessionParts } from './session-parts.ts'
import type { Session } from './source-worker.ts'

/** Small enough not to be felt, large enough that a busy source shares the price of a transaction. */
const lingerMs = 5
/** A checkpoint without output goes out after this time, so that a restart does not read the quiet hours again. */
const idleCheckpointMs = 5_000
const readMaxBytes = 1_048_576
const readMaxWaitMs = 250

export class SourceSession implements Session {
  private readonly parts: SessionParts
  private readonly opened: Opened
  private readonly translation: SourceTranslation
  private readonly incarnation: number
  private registryOffset: number
  /** One Kafka transaction is in flight while the next slice is being translated. */
  private inFlight: Promise<void> = Promise.resolve()
  private idle = true
  private published: Checkpoint
  private sliceSinceMs: number | null = null
  private lastPublishMs: number
  private failure: { readonly error: unknown } | null = null

  constructor(parts: SessionParts, opened: Opened & { readonly checkpoint: Checkpoint }) {
    const { checkpoint, registry } = opened
    this.parts = parts
    this.opened = opened
    this.incarnation = checkpoint.incarnation
    this.registryOffset = checkpoint.registryOffset
    this.published = checkpoint
    this.lastPublishMs = parts.clock.nowMs()
    // Not what was in force at the checkpoint: whatever has come since comes into force before the first record.
    const active = this.compile(registry)
    this.translation = new SourceTranslation({ checkpoint, active, dialect: postgresDialect })
    if (registry.end > checkpoint.registryOffset) this.putInForce(active, registry)
    parts.report.opened(checkpoint)
  }

  get knownRegistryEnd(): number {
    return this.registryOffset
  }

  /** As of the last slice that is known to be visible. */
  get position(): number | null {
    return this.parts.report.checkpoint?.next ?? null
  }

  async run(ended: AbortSignal): Promise<void> {
    const { rawLog } = this.opened
    let reading = this.read(this.published.next)
    if (this.isDue()) await this.flush()
    while (!ended.aborted) {
      const askedMs = this.parts.clock.nowMs()
      const batch = await this.firstOf(reading, this.dueInMs())
      if (batch !== null) {
        this.parts.report.waited(this.parts.clock.nowMs() - askedMs)
        // Asked for before the work on the batch begins: the answer travels meanwhile.
        reading = this.read(batch.next)
        await this.work(batch)
      }
      if (this.mayActivate()) await this.activate()
      if (this.isDue()) await this.flush()
      this.rethrow()
    }
    if (this.translation.moved) await this.flush()
    await this.inFlight
    this.rethrow()
    await rawLog.close()
  }

  async close(): Promise<void> {
    await this.inFlight
    await Promise.all([this.opened.publisher.close(), this.opened.rawLog.close()])
  }

  /** Its failure waits until somebody asks for the batch, or is nobody's concern any more. */
  private read(from: number): Promise<RecordBatch> {
    const reading = this.opened.rawLog.read(from, { maxWaitMs: readMaxWaitMs, maxBytes: readMaxBytes })
    reading.catch(() => undefined)
    return reading
  }

  private async work(batch: RecordBatch): Promise<void> {
    const { translation } = this
    const { clock } = this.parts
    const startedMs = clock.nowMs()
    try {
      for (let index = 0; index < batch.count; index++) {
        this.accept(batch, index)
        if (translation.full) await this.flush()
        if (this.mayActivate()) await this.activate()
      }
      if (translation.lost !== null && batch.next >= batch.end) throw translation.lost
    } catch (error) {
      // What stands before the record at fault is sound: it must not wait for a person. Where it publishes nothing it is
      // done too: what repairs the source, such as the catalog of a retyped column, may not read it any more.
      if (translation.moved) await this.flush()
      await this.inFlight
      this.rethrow()
      throw error
    }
    translation.sealAnchor()
    if (this.sliceSinceMs === null && translation.hasOutput) this.sliceSinceMs = this.parts.clock.nowMs()
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

  private mayActivate(): boolean {
    return this.parts.registry.current.end > this.registryOffset && this.translation.atBoundary
  }

  /** Registry records come into force between source transactions, and the checkpoint says where. */
  private async activate(): Promise<void> {
    const state = this.parts.registry.current
    this.putInForce(this.compile(state), state)
    await this.flush()
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

  private compile(state: RegistryState): ActiveRevisions {
    const { source, names, keys } = this.parts
    return activateRevisions(revisionsOf(state, source), { source, incarnation: this.incarnation, names, keys })
  }

  private isDue(): boolean {
    const { hasOutput } = this.translation
    const nowMs = this.parts.clock.nowMs()
    if (this.registryOffset > this.published.registryOffset) return true
    if (hasOutput) return this.idle && nowMs - (this.sliceSinceMs ?? nowMs) >= lingerMs
    return this.translation.moved && nowMs - this.lastPublishMs >= idleCheckpointMs
  }

  private dueInMs(): number {
    return this.translation.hasOutput ? lingerMs : readMaxWaitMs
  }

  /** The batch, or null when it has not come in time. */
  private async firstOf(reading: Promise<RecordBatch>, withinMs: number): Promise<RecordBatch | null> {
    const waited = new AbortController()
    const late = this.parts.clock.sleep(withinMs, waited.signal).then(() => null)
    try {
      return await Promise.race([reading, late])
    } finally {
      waited.abort()
    }
  }

  /** Sends the slice at hand when the one before it has become visible. */
  private async flush(): Promise<void> {
    await this.inFlight
    this.rethrow()
    const slice = this.translation.take()
    this.parts.onStep?.('before-slice')
    const { publisher } = this.opened
    this.idle = false
    this.sliceSinceMs = null
    this.lastPublishMs = this.parts.clock.nowMs()
    this.published = slice.checkpoint
    const { records, checkpoint, applied } = slice
    this.inFlight = publisher.publish({ records, checkpoint, ...(applied === null ? {} : { applied }) }).then(
      () => {
        this.idle = true
        this.parts.report.published(slice, this.parts.clock.nowMs() - this.lastPublishMs)
      },
      (error: unknown) => {
        this.failure = { error }
      },
    )
  }

  private rethrow(): void {
    if (this.failure !== null) throw this.failure.error
  }
}
