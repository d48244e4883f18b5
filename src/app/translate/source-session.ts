/** One session of a source: opened behind the fence, it reads, translates and publishes until something fails. */
import { MessageDecoder } from '../../core/capture/message-decoder.ts'
import { postgresDialect } from '../../core/capture/positions/postgres.ts'
import type { Checkpoint } from '../../core/delivery/checkpoint.ts'
import { decideStart } from '../../core/delivery/start-up.ts'
import type { TopicNames } from '../../core/delivery/topic-names.ts'
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'
import { controlFormat } from '../../core/registry/control-record.ts'
import { encodeControlRecord } from '../../core/registry/control-record-json.ts'
import { type RegistryState, revisionsOf } from '../../core/registry/registry-state.ts'
import { activateRevisions, type ActiveRevisions } from '../../core/translation/active-revisions.ts'
import { anchorHash, SourceTranslation } from '../../core/translation/source-translation.ts'
import type { Clock, Log, Metrics } from '../../ports/clock-log-metrics.ts'
import type { ControlLog } from '../../ports/control-log.ts'
import type { OpenPublisher, Publisher } from '../../ports/publisher.ts'
import type { OpenRawLog, RawLog, RecordBatch } from '../../ports/raw-log.ts'
import type { RegistryFollower } from './registry-follower.ts'
import type { SliceReport } from './slice-report.ts'
import type { Session } from './source-worker.ts'

/** Moments of a session at which a crash leaves a trace of its own behind; the publisher has more of them. */
export const sessionSteps = [
  'before-fence',
  'after-fence',
  'before-first-checkpoint',
  'after-first-checkpoint',
  'after-started',
  'before-slice',
] as const
export type SessionStep = (typeof sessionSteps)[number]

export interface SessionParts {
  readonly source: string
  readonly names: TopicNames
  readonly openRawLog: OpenRawLog
  readonly openPublisher: OpenPublisher
  readonly openControlLog: () => Promise<ControlLog>
  readonly registry: RegistryFollower
  readonly keys: ReadonlyMap<string, string>
  readonly transactionTimeoutMs: number
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Metrics
  readonly report: SliceReport
  /** A uuid for control records. */
  readonly uuid: () => string
  /** Who appends them. */
  readonly actor: string
  readonly timeZoneDatabase: string
  /** Called at each step; tests kill the process in it. */
  readonly onStep?: (step: SessionStep) => void
}

/** A Kafka transaction is closed at the first of these. */
const sliceChangesMax = 2_000
const sliceRecordsMax = 4_000
/** Small enough not to be felt, large enough that a busy source shares the price of a transaction. */
const lingerMs = 5
/** A checkpoint without output goes out after this time, so that a restart does not read the quiet hours again. */
const idleCheckpointMs = 5_000
const readMaxBytes = 1_048_576
const readMaxWaitMs = 250

/**
 * Opens in the order that keeps a zombie from publishing: fence, then checkpoint, then position, then work. Raises
 * what the ports raise, and the HALTs of the start-up table.
 */
export async function openSession(parts: SessionParts): Promise<Session> {
  const { source, names } = parts
  parts.onStep?.('before-fence')
  const publisher = await parts.openPublisher({ source, transactionTimeoutMs: parts.transactionTimeoutMs })
  parts.onStep?.('after-fence')
  let rawLog: RawLog | null = null
  try {
    rawLog = await parts.openRawLog(names.rawLog(source))
    const registry = await parts.registry.refresh()
    const checkpoint = await begin(parts, { publisher, rawLog, registry })
    parts.log.info('source opened', { source, position: checkpoint.next, registryOffset: checkpoint.registryOffset })
    return new SourceSession(parts, { publisher, rawLog, checkpoint, registry })
  } catch (error) {
    await publisher.close()
    await rawLog?.close()
    throw error
  }
}

interface Opened {
  readonly publisher: Publisher
  readonly rawLog: RawLog
  readonly registry: RegistryState
}

/** The checkpoint to work from; at the very first start it is published before `started` is appended. */
async function begin(parts: SessionParts, { publisher, rawLog, registry }: Opened): Promise<Checkpoint> {
  const { source } = parts
  const { checkpoint } = publisher
  const log = await rawLog.range()
  const start = decideStart({
    source,
    checkpoint,
    started: registry.sources.get(source)?.incarnation ?? null,
    log,
    opensWithSnapshot: checkpoint === null && log.first > 0 && (await opensWithSnapshot(rawLog, log.first)),
    anchor: await compareAnchor(rawLog, log, checkpoint),
    registryEnd: registry.end,
  })
  if (start.kind === 'halt') throw new FalseworkError(start.code, start.message)
  if (start.kind === 'resume') {
    if (start.appendStarted) await appendStarted(parts, registry, start.checkpoint.incarnation)
    return start.checkpoint
  }
  const first: Checkpoint = {
    format: 1,
    source,
    incarnation: start.incarnation,
    next: start.from,
    anchor: null,
    position: null,
    latestCommitUs: null,
    snapshot: { run: 0, phase: 'none' },
    registryOffset: registry.end,
    timeZoneDatabase: parts.timeZoneDatabase,
  }
  parts.onStep?.('before-first-checkpoint')
  await publisher.publish({ records: [], checkpoint: first, applied: registry.end })
  parts.onStep?.('after-first-checkpoint')
  await appendStarted(parts, registry, start.incarnation)
  parts.onStep?.('after-started')
  return first
}

async function appendStarted(parts: SessionParts, registry: RegistryState, incarnation: number): Promise<void> {
  const log = await parts.openControlLog()
  try {
    await log.append(
      encodeControlRecord({
        kind: 'started',
        format: controlFormat,
        uuid: parts.uuid(),
        basedOn: registry.end,
        atMs: parts.clock.wallMs(),
        actor: parts.actor,
        source: parts.source,
        incarnation,
      }),
    )
  } finally {
    await log.close()
  }
}

async function opensWithSnapshot(rawLog: RawLog, first: number): Promise<boolean> {
  const batch = await rawLog.read(first, { maxWaitMs: readMaxWaitMs, maxBytes: readMaxBytes })
  const decoder = new MessageDecoder({ dialect: postgresDialect, tables: new Map() })
  for (let index = 0; index < batch.count; index++) {
    const message = decoder.decode(batch, index)
    if (message.kind === 'snapshotRow') return message.place === 'firstOfTable'
    if (message.kind === 'row') return false
  }
  return false
}

async function compareAnchor(
  rawLog: RawLog,
  log: { readonly first: number; readonly end: number },
  checkpoint: Checkpoint | null,
): Promise<'none' | 'same' | 'differs' | 'gone'> {
  const anchor = checkpoint?.anchor ?? null
  if (anchor === null) return 'none'
  if (anchor.offset < log.first) return 'gone'
  if (anchor.offset >= log.end) return 'differs'
  const batch = await rawLog.read(anchor.offset, { maxWaitMs: readMaxWaitMs, maxBytes: readMaxBytes })
  return batch.count > 0 && batch.offset(0) === anchor.offset && anchorHash(batch, 0) === anchor.hash
    ? 'same'
    : 'differs'
}

class SourceSession implements Session {
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
      const batch = await this.firstOf(reading, this.dueInMs())
      if (batch !== null) {
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
    try {
      for (let index = 0; index < batch.count; index++) {
        translation.accept(batch, index)
        const { changes, records } = translation.size
        if ((changes >= sliceChangesMax || records >= sliceRecordsMax) && translation.atBoundary) await this.flush()
        if (this.mayActivate()) await this.activate()
      }
    } catch (error) {
      // What stands before the record at fault is sound: it must not wait for a person.
      if (translation.size.records > 0) await this.flush()
      await this.inFlight
      this.rethrow()
      throw error
    }
    translation.sealAnchor()
    if (this.sliceSinceMs === null && translation.size.records > 0) this.sliceSinceMs = this.parts.clock.nowMs()
    this.parts.report.read(batch.next)
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
    const { records } = this.translation.size
    const nowMs = this.parts.clock.nowMs()
    if (this.registryOffset > this.published.registryOffset) return true
    if (records > 0) return this.idle && nowMs - (this.sliceSinceMs ?? nowMs) >= lingerMs
    return this.translation.moved && nowMs - this.lastPublishMs >= idleCheckpointMs
  }

  private dueInMs(): number {
    return this.translation.size.records > 0 ? lingerMs : readMaxWaitMs
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
        this.parts.report.published(slice)
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
