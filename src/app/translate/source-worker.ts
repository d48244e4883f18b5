/** The shell around the life of one source: it carries out what the machine says, and tells it what came of that. */
import type { Failure, Trouble } from '../../core/delivery/failure-verdict.ts'
import { type Act, actOf, born, type Happening, keepsLease, type Life, step } from '../../core/delivery/source-life.ts'
import { dispositionOf, scopeOf } from '../../core/diagnostics/error-codes.ts'
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'
import type { Clock, Log, Metrics } from '../../ports/clock-log-metrics.ts'
import type { Grant, Lease } from '../../ports/kafka/lease.ts'
import { LifeReport } from './life-report.ts'
import type { RegistryFollower } from './registry-follower.ts'

/** One opened session: it works until it fails, or until it is told to end, and then has finished its slice. */
export interface Session {
  /** Resolves when `ended` fires and the slice in hand is published; rejects with what stopped it. */
  run(ended: AbortSignal, progressed: (position: number) => void): Promise<void>
  /** The raw offset from which the next session would replay. */
  readonly position: number | null
  /** The offset after the last registry record that it works under. */
  readonly knownRegistryEnd: number
  close(): Promise<void>
}

export interface SourceWorkerParts {
  readonly source: string
  readonly lease: Lease
  /** Makes the topics that the source needs, or finds that they are there. */
  readonly prepare: () => Promise<void>
  /** Opening may take long: it ends when `ended` fires. */
  readonly openSession: (ended: AbortSignal) => Promise<Session>
  readonly registry: RegistryFollower
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Metrics
}

export class SourceWorker {
  private readonly parts: SourceWorkerParts
  private readonly report: LifeReport
  private present: Life
  private grant: Grant | null = null
  private session: Session | null = null
  /** As the latest session knew the registry log: what has come since may be the remedy. */
  private knownRegistryEnd = 0

  constructor(parts: SourceWorkerParts) {
    this.parts = parts
    this.report = new LifeReport(parts)
    this.present = born(parts.clock.nowMs())
  }

  get life(): Life {
    return this.present
  }

  /** Works on the source whenever the lease allows it, until `stop` fires. Never rejects. */
  async run(stop: AbortSignal): Promise<void> {
    this.report.became(this.present)
    for (let act = actOf(this.present.state); act !== 'end'; ) {
      act = await this.take(stop.aborted ? { kind: 'told to stop' } : await this.carryOut(act, stop))
    }
    await this.parts.lease.close().catch(() => undefined)
  }

  /** The next act, behind everything that this happening ends. */
  private async take(happening: Happening): Promise<Act> {
    const { life, act } = step(this.present, happening, this.parts.clock.nowMs())
    this.present = life
    this.report.became(life)
    if (this.grant !== null && !keepsLease(life)) {
      const { grant } = this
      this.grant = null
      await grant.release().catch(() => undefined)
    }
    return act
  }

  private async carryOut(act: Act, stop: AbortSignal): Promise<Happening> {
    // Work ends behind its slice; everything else is left where it is, and undone where it comes to an end too late.
    if (act === 'work') return await this.work(stop)
    const stopped = told(stop)
    try {
      return await Promise.race([this.does(act, stop), stopped.happened])
    } finally {
      stopped.forget()
    }
  }

  private async does(act: Exclude<Act, 'work'>, stop: AbortSignal): Promise<Happening> {
    const { prepare, lease, log, source } = this.parts
    switch (act) {
      case 'prepare':
        return await attempt(prepare, { kind: 'prepared' })
      case 'acquire':
        return await attempt(
          async () => {
            this.grant = await lease.acquire(() => this.hear({ kind: 'admitted' }))
            log.info('source assigned', { source, generation: this.grant.generation })
          },
          { kind: 'granted' },
        )
      case 'open':
        return await this.open(stop)
      case 'wait':
        return await this.wait(stop)
      case 'end':
        return { kind: 'told to stop' }
    }
  }

  private async open(stop: AbortSignal): Promise<Happening> {
    this.knownRegistryEnd = this.parts.registry.current.end
    try {
      const session = await this.parts.openSession(this.endOf(stop))
      if (stop.aborted) await session.close()
      else this.session = session
      return { kind: 'opened' }
    } catch (cause) {
      return await this.failed(cause, null)
    }
  }

  private async work(stop: AbortSignal): Promise<Happening> {
    const { session, grant } = this
    if (session === null || grant === null) throw new FalseworkError('INTERNAL', 'work without a session')
    try {
      await session.run(this.endOf(stop), (position) => this.hear({ kind: 'progressed', position }))
      return { kind: stop.aborted ? 'told to stop' : 'lost' }
    } catch (cause) {
      this.knownRegistryEnd = session.knownRegistryEnd
      return await this.failed(cause, session.position)
    } finally {
      this.session = null
      await session.close().catch(() => undefined)
    }
  }

  /** Of what the lease allows. */
  private endOf(stop: AbortSignal): AbortSignal {
    return this.grant === null ? stop : AbortSignal.any([this.grant.ended, stop])
  }

  /** What happens in the middle of an act, and leaves it the one to carry out. */
  private hear(happening: Happening): void {
    const { life } = step(this.present, happening, this.parts.clock.nowMs())
    if (life === this.present) return
    this.present = life
    this.report.became(life)
  }

  private async failed(cause: unknown, position: number | null): Promise<Happening> {
    const trouble = troubleIn(cause)
    const { code } = trouble
    const alone = code === 'FENCED' ? ((await this.grant?.alone().catch(() => null)) ?? null) : null
    const failure: Failure = { ...trouble, disposition: dispositionOf(code), scope: scopeOf(code), position, alone }
    return { kind: 'failed', failure }
  }

  /** Until the time is over, or something has come that is worth a look before. */
  private async wait(stop: AbortSignal): Promise<Happening> {
    const { clock, registry } = this.parts
    const { state } = this.present
    const halted = state.phase === 'halted'
    if (halted && registry.current.end > this.knownRegistryEnd) return { kind: 'registryMoved' }
    const untilMs = 'untilMs' in state ? (state.untilMs ?? 0) : 0
    const woken = new AbortController()
    const ended = AbortSignal.any([stop, woken.signal, ...(this.grant === null ? [] : [this.grant.ended])])
    const moved = halted ? registry.changed(ended).then(() => woken.abort()) : null
    await clock.sleep(Math.max(0, untilMs - clock.nowMs()), ended)
    const byRegistry = woken.signal.aborted
    woken.abort()
    await moved
    if (stop.aborted) return { kind: 'told to stop' }
    if (this.grant?.ended.aborted === true) return { kind: 'lost' }
    return { kind: byRegistry ? 'registryMoved' : 'due' }
  }
}

async function attempt(work: () => Promise<void>, done: Happening): Promise<Happening> {
  try {
    await work()
    return done
  } catch (cause) {
    return { kind: 'refused', failure: troubleIn(cause) }
  }
}

/** Resolves when it fires; to be forgotten when it is not waited for any more. */
function told(stop: AbortSignal): { readonly happened: Promise<Happening>; readonly forget: () => void } {
  const { promise, resolve } = Promise.withResolvers<Happening>()
  const tell = (): void => resolve({ kind: 'told to stop' })
  if (stop.aborted) tell()
  stop.addEventListener('abort', tell, { once: true })
  return { happened: promise, forget: () => stop.removeEventListener('abort', tell) }
}

/** What is no error of ours is a broken assertion: a person must see it, and nothing may be published past it. */
function troubleIn(cause: unknown): Trouble {
  if (cause instanceof FalseworkError) return { code: cause.code, message: cause.message }
  // A foreign message may quote what it failed on: only its kind and place are shown.
  const place = cause instanceof Error ? (cause.stack?.split('\n')[1]?.trim() ?? '') : ''
  const message = `${cause instanceof Error ? cause.name : 'something that is no error'} ${place}`.trim()
  return { code: 'INTERNAL', message }
}
