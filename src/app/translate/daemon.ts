/** The translator daemon: one worker for each source that the registry log names. */
import type { SlotComparison } from '../../core/capture/connector/slot-gap.ts'
import type { Trouble } from '../../core/delivery/failure-verdict.ts'
import { keepsLease } from '../../core/delivery/source-life.ts'
import { dispositionOf, remedyOf } from '../../core/diagnostics/error-codes.ts'
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'
import type { RegistryState } from '../../core/registry/registry-state.ts'
import { tellUnread } from '../../core/registry/unread-record.ts'
import { isSourceRetired } from '../../core/translation/ownership/retired.ts'
import type { OpenLease } from '../../ports/kafka/lease.ts'
import type { Protection } from '../capture/protection.ts'
import { SlotWatch } from '../capture/slot-watch.ts'
import { controlTopics, sourceTopics } from '../../core/delivery/own-topics.ts'
import type { Comparisons } from '../compare/comparisons.ts'
import { RegistryFollower } from './registry-follower.ts'
import { SliceReport } from './slice-report.ts'
import { openSession } from './session/open-session.ts'
import { endRetired } from './retired-source.ts'
import type { SessionParts } from './session/session-parts.ts'
import { type SourceReport, tellAudit, tellState } from './source-state.ts'
import { SourceWorker } from './source-worker.ts'

export interface DaemonParts extends Omit<SessionParts, 'source' | 'registry' | 'report'> {
  /** The comparisons of mappings in parity; absent: none are made here. */
  readonly comparisons?: Comparisons
  readonly openLease: OpenLease
  readonly protectionOf: (source: string) => Promise<Protection>
  /** One look at the slot of a source beside its stored offset; absent: nobody looks. */
  readonly lookAtSlot?: (source: string) => Promise<SlotComparison>
}

export interface DaemonState {
  readonly phase: 'starting' | 'following'
  readonly trouble: Trouble | null
  /** A record of the registry log that this build cannot read: sources work under what stands before it. */
  readonly unread: Trouble | null
}

const notYet: Trouble = { code: 'KAFKA_UNREACHABLE', message: 'the registry log was not read yet' }

interface Running {
  readonly worker: SourceWorker
  readonly report: SliceReport
  readonly finished: Promise<void>
  readonly ending: AbortController
}

export class Daemon {
  private readonly parts: DaemonParts
  private readonly registry: RegistryFollower
  private readonly running = new Map<string, Running>()
  /** Sources whose mappings are all retired. */
  private readonly retired = new Map<string, Promise<void>>()
  private unreached: Trouble | null = notYet

  constructor(parts: DaemonParts) {
    this.parts = parts
    const { openControlLog: open, clock, log, metrics } = parts
    this.registry = new RegistryFollower({ open, clock, log, metrics })
  }

  /**
   * Works until `stop` fires, and then has finished every slice in hand. Waits for a registry log that cannot be
   * reached, and works under what stands before a record of it that cannot be read.
   */
  async run(stop: AbortSignal): Promise<void> {
    const { clock, log, topicAdmin, names } = this.parts
    let prepared = false
    while (!prepared && !stop.aborted) {
      try {
        await topicAdmin.ensure(controlTopics(names))
        await this.registry.refresh()
        prepared = true
        this.unreached = null
      } catch (error) {
        if (!(error instanceof FalseworkError) || dispositionOf(error.code) !== 'retry') throw error
        if (this.unreached === notYet || this.unreached?.code !== error.code) {
          log.warn('waiting for Kafka', { code: error.code, reason: error.message, remedy: remedyOf(error.code) })
        }
        this.unreached = { code: error.code, message: error.message }
        await clock.sleep(startRetryMs, stop)
      }
    }
    const following = this.registry.run(stop)
    let comparing = Promise.resolve()
    while (!stop.aborted) {
      const { current } = this.registry
      this.startSources(current, stop)
      this.measureAudits(current)
      // Not waited for: what compares is never in the way of what publishes.
      comparing = comparing.then(async () => await this.compare(current, stop))
      await this.registry.changed(stop)
    }
    await comparing
    const ends = [...this.running.values()].map(async ({ finished }) => await finished)
    await Promise.all([following, this.parts.comparisons?.ended(), ...this.retired.values(), ...ends])
  }

  private measureAudits({ audits }: RegistryState): void {
    for (const [source, record] of audits) {
      const told = tellAudit(record)
      if (told === null || !this.running.has(source)) continue
      const { metrics } = this.parts
      metrics.set('audit_timestamp_seconds', { source }, told.atMs / 1_000)
      metrics.set('audit_rows', { source }, told.rows)
      metrics.set('audit_differences', { source }, told.differences)
    }
  }

  private async compare(state: RegistryState, stop: AbortSignal): Promise<void> {
    try {
      await this.parts.comparisons?.follow(state, stop)
    } catch (error) {
      const reason = error instanceof Error ? error.name : 'unknown'
      this.parts.log.error('comparisons do not follow the registry log: a fault of falsework, please report it', {
        reason,
      })
    }
  }

  /** Whether the registry log was read, and what stands in the way; without it nobody knows which sources there are. */
  get state(): DaemonState {
    const { unread } = this.registry.current
    return {
      phase: this.unreached === null ? 'following' : 'starting',
      trouble: this.unreached,
      unread: unread === null ? null : { code: unread.code, message: tellUnread(unread) },
    }
  }

  reports(): SourceReport[] {
    return [...this.running].map(([source, { worker, report }]) => ({
      source,
      state: tellState(worker.life, this.parts.clock.nowMs()),
      next: report.checkpoint?.next ?? null,
      registryOffset: report.checkpoint?.registryOffset ?? 0,
      counts: report.counts,
      skipped: report.skipped,
      lastCommitMs: report.lastCommitMs,
      rows: report.rows.told,
      audited: tellAudit(this.registry.current.audits.get(source)),
    }))
  }

  private startSources(state: RegistryState, stop: AbortSignal): void {
    const sources = new Set([...state.mappings.values()].map(({ current }) => current.record.content.source))
    for (const source of sources) {
      if (!isSourceRetired(state, source)) {
        this.retired.delete(source)
        this.startOnce(source, stop)
      } else if (!this.retired.has(source)) this.retired.set(source, this.retire(source, stop))
    }
  }

  private startOnce(source: string, stop: AbortSignal): void {
    if (!this.running.has(source)) this.running.set(source, this.start(source, stop))
  }

  private async retire(source: string, stop: AbortSignal): Promise<void> {
    const { registry, parts } = this
    const work = {
      begin: () => this.startOnce(source, stop),
      end: async () => {
        const running = this.running.get(source)
        running?.ending.abort()
        await running?.finished
        this.running.delete(source)
      },
    }
    await endRetired(source, work, { parts: { ...parts, registry }, stop })
    // A mapping that is registered meanwhile begins the source anew.
    if (!stop.aborted && !isSourceRetired(registry.current, source)) this.startOnce(source, stop)
  }

  private start(source: string, stop: AbortSignal): Running {
    const { clock, log, metrics, openLease, topicAdmin, names } = this.parts
    const report = new SliceReport({ source, rawLog: names.rawLog(source), metrics, clock, log })
    const worker = new SourceWorker({
      source,
      lease: openLease(source),
      prepare: async () => {
        await topicAdmin.ensure(sourceTopics(names, source))
      },
      openSession: async (ended) =>
        await openSession({ ...this.parts, source, registry: this.registry, report }, ended),
      registry: this.registry,
      clock,
      log,
      metrics,
    })
    void this.warnOfLosses(source)
    const ending = new AbortController()
    const ended = AbortSignal.any([stop, ending.signal])
    void this.watchSlot(worker, source, ended)
    return { worker, report, ending, finished: worker.run(ended) }
  }

  /** Waited for by nothing: a database may be out of reach of the daemon. */
  private async watchSlot(worker: SourceWorker, source: string, ended: AbortSignal): Promise<void> {
    const { lookAtSlot, openControlLog, uuid, actor, clock, log } = this.parts
    if (lookAtSlot === undefined) return
    const { registry } = this
    const look = async (): Promise<SlotComparison> => await lookAtSlot(source)
    const holds = (): boolean => keepsLease(worker.life)
    await new SlotWatch({ source, look, holds, registry, openControlLog, uuid, actor, clock, log }).run(ended)
  }

  /** Said once, and waited for by nothing: Connect may be out of reach of the daemon. */
  private async warnOfLosses(source: string): Promise<void> {
    const { verdict, why } = await this.parts.protectionOf(source)
    const { log } = this.parts
    if (verdict === 'unprotected') log.warn('capture can lose rows', { source, reason: why })
    else
      log.info(verdict === 'protected' ? 'capture loses no row at a restart' : 'capture was not asked', {
        source,
        reason: why,
      })
  }
}

const startRetryMs = 500
