/** The life of one source in this process: lease, session, and what follows when a session fails. */
import { type FailureHistory, judge } from '../../core/delivery/failure-verdict.ts'
import { dispositionOf, remedyOf } from '../../core/diagnostics/error-codes.ts'
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'
import type { Clock, Log, Metrics } from '../../ports/clock-log-metrics.ts'
import type { Grant, Lease } from '../../ports/lease.ts'
import type { RegistryFollower } from './registry-follower.ts'
import type { SourceState } from './source-state.ts'

/** One opened session: it works until it fails, or until it is told to end, and then has finished its slice. */
export interface Session {
  /** Resolves when `ended` fires and the slice in hand is published; rejects with what stopped it. */
  run(ended: AbortSignal): Promise<void>
  /** The raw offset from which the next session would replay. */
  readonly position: number | null
  /** The offset after the last registry record that it works under. */
  readonly knownRegistryEnd: number
  close(): Promise<void>
}

interface SessionFailure {
  readonly error: FalseworkError
  readonly position: number | null
  readonly knownRegistryEnd: number
}

export interface SourceWorkerParts {
  readonly source: string
  readonly lease: Lease
  readonly openSession: () => Promise<Session>
  readonly registry: RegistryFollower
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Metrics
}

/**
 * Modes: `waiting` for the lease · `opening` · `running` · `recovering` after a failure that passes by itself ·
 * `halted` until the registry log brings something new · `stopped`. `run` alone moves it.
 */
export class SourceWorker {
  state: SourceState = { phase: 'waiting' }
  private readonly parts: SourceWorkerParts
  private history: FailureHistory | null = null

  constructor(parts: SourceWorkerParts) {
    this.parts = parts
  }

  /** Works on the source whenever the lease allows it, until `stop` fires. Never rejects. */
  async run(stop: AbortSignal): Promise<void> {
    const { lease, log, source } = this.parts
    // Only a wait is cut short: a session finishes its slice under the lease, which is closed afterwards.
    const cutShort = (): void => {
      if (this.state.phase === 'waiting') void lease.close()
    }
    stop.addEventListener('abort', cutShort, { once: true })
    while (!stop.aborted) {
      this.state = { phase: 'waiting' }
      const grant = await lease.acquire().catch(() => null)
      if (grant === null) {
        // The lease itself failed: not an outcome to act on but to wait out.
        await this.parts.clock.sleep(leaseRetryMs, stop)
        continue
      }
      log.info('source assigned', { source, generation: grant.generation })
      await this.hold(grant, stop)
      await grant.release().catch(() => undefined)
    }
    await lease.close()
    this.state = { phase: 'stopped' }
  }

  private async hold(grant: Grant, stop: AbortSignal): Promise<void> {
    const ended = AbortSignal.any([grant.ended, stop])
    while (!ended.aborted) {
      const failure = await this.runSession(ended)
      if (failure === null) return
      const code = failure.error.code
      const disposition = dispositionOf(code)
      const judged = judge({ code, disposition, position: failure.position }, this.history)
      this.history = judged.history
      switch (judged.verdict.kind) {
        case 'leave':
          this.parts.metrics.add('falsework_fenced_total', { source: this.parts.source }, 1)
          this.parts.log.warn('another instance owns the source', { source: this.parts.source, code })
          return
        case 'reopen':
          await this.recover(failure.error, judged.verdict.afterMs, ended)
          break
        case 'halt':
          await this.halt(failure, ended)
          break
      }
    }
  }

  /** Null when the session ended as asked. */
  private async runSession(ended: AbortSignal): Promise<SessionFailure | null> {
    this.state = { phase: 'opening' }
    const before = this.parts.registry.current.end
    let session: Session | null = null
    try {
      session = await this.parts.openSession()
      this.state = { phase: 'running' }
      await session.run(ended)
      return null
    } catch (cause) {
      const [position, knownRegistryEnd] = [session?.position ?? null, session?.knownRegistryEnd ?? before]
      return { error: asFalseworkError(cause), position, knownRegistryEnd }
    } finally {
      await session?.close().catch(() => undefined)
    }
  }

  private async recover(error: FalseworkError, afterMs: number, ended: AbortSignal): Promise<void> {
    const times = this.history?.times ?? 1
    this.state = { phase: 'recovering', code: error.code, message: error.message, times }
    this.parts.log.warn('discarded what was open; replaying from the checkpoint', {
      source: this.parts.source,
      code: error.code,
      reason: error.message,
      times,
    })
    await this.parts.clock.sleep(afterMs, ended)
  }

  private async halt({ error, position, knownRegistryEnd }: SessionFailure, ended: AbortSignal): Promise<void> {
    const { log, source, registry } = this.parts
    const remedy = remedyOf(error.code)
    this.state = { phase: 'halted', code: error.code, message: error.message, remedy, position }
    log.error('source halted', { source, code: error.code, reason: error.message, remedy, position })
    this.history = null
    // The remedy may have come while the session was failing: then nobody would tell of it again.
    if (registry.current.end <= knownRegistryEnd) await registry.changed(ended)
    if (!ended.aborted) log.info('the registry log has changed: trying again', { source })
  }
}

const leaseRetryMs = 1_000

/** What is no error of ours is a broken assertion: a person must see it, and nothing may be published past it. */
function asFalseworkError(cause: unknown): FalseworkError {
  if (cause instanceof FalseworkError) return cause
  // A foreign message may quote what it failed on: only its kind and place are shown.
  const place = cause instanceof Error ? (cause.stack?.split('\n')[1]?.trim() ?? '') : ''
  const message = `${cause instanceof Error ? cause.name : 'something that is no error'} ${place}`.trim()
  return new FalseworkError('INTERNAL', message, { cause })
}
