/** Watches that no slot is confirmed past what its connector has sent, and says a gap in the registry log, where it halts. */
import type { SlotComparison, SlotGap } from '../../core/capture/connector/slot-gap.ts'
import { remedyOf } from '../../core/diagnostics/error-codes.ts'
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'
import type { GapRecord } from '../../core/registry/control-record.ts'
import { encodeControlRecord } from '../../core/registry/control-record-json.ts'
import type { RegistryState } from '../../core/registry/registry-state.ts'
import { isKnownGap, presentIncarnation, tellGap } from '../../core/registry/source-gaps.ts'
import type { Clock, Log } from '../../ports/clock-log-metrics.ts'
import { commonFields, type ControlLogParts, withControlLog } from '../operate/control-log-parts.ts'

/** A stopped connector is hardly started again within two looks, and a database does not notice one more question. */
const lookEveryMs = 10_000

export interface SlotWatchParts extends Omit<ControlLogParts, 'wallMs'> {
  readonly source: string
  readonly look: () => Promise<SlotComparison>
  /** Whether this instance has the lease of the source: another one looks by itself. */
  readonly holds: () => boolean
  /** As of the last look at the registry log. */
  readonly registry: { readonly current: RegistryState; refresh(): Promise<RegistryState> }
  readonly clock: Clock
  readonly log: Log
}

export class SlotWatch {
  private readonly parts: SlotWatchParts
  /** Of the last look: one that the next look does not confirm was a moment, such as a heartbeat before its END. */
  private suspected: SlotGap | null = null
  /** What is said of the watch: once whenever it changes. */
  private told: 'on' | 'off' = 'on'

  constructor(parts: SlotWatchParts) {
    this.parts = parts
  }

  /** Until `ended` fires. Never rejects, and is waited for by nothing: a question that is under way then is left alone. */
  async run(ended: AbortSignal): Promise<void> {
    const { clock, holds } = this.parts
    for (;;) {
      await clock.sleep(lookEveryMs, ended)
      if (ended.aborted) return
      if (holds()) this.tell(await this.lookOnce(ended))
      else this.suspected = null
    }
  }

  /** Null, or why nothing is watched. */
  private async lookOnce(ended: AbortSignal): Promise<string | null> {
    try {
      const seen = await this.parts.look()
      const before = this.suspected
      this.suspected = seen.kind === 'gap' ? seen.gap : null
      // A connector that sends moves its stored offset: what has not moved between two looks is no moment.
      if (seen.kind === 'gap' && before?.from === seen.gap.from && !ended.aborted) await this.say(seen.gap)
      return seen.kind === 'unknown' ? seen.why : null
    } catch (error) {
      // A foreign message may quote what it failed on.
      return error instanceof FalseworkError ? `${error.code}: ${error.message}` : nameOf(error)
    }
  }

  private async say(gap: SlotGap): Promise<void> {
    const { source, registry, clock, log } = this.parts
    const { current } = registry
    const incarnation = presentIncarnation(current, source)
    if (isKnownGap(current.gaps, { source, incarnation, ...gap })) return
    const common = commonFields({ ...this.parts, wallMs: () => clock.wallMs() }, current.end)
    const record: GapRecord = { kind: 'gap', ...common, source, incarnation, ...gap }
    await withControlLog(this.parts, async (controlLog) => await controlLog.append(encodeControlRecord(record)))
    log.error('a gap in the capture of a source', {
      source,
      code: 'SOURCE_GAP',
      reason: tellGap(record),
      remedy: remedyOf('SOURCE_GAP'),
    })
    await registry.refresh()
  }

  private tell(whyOff: string | null): void {
    const { source, log } = this.parts
    const now = whyOff === null ? 'on' : 'off'
    if (now === this.told) return
    this.told = now
    if (whyOff === null) log.info('the replication slot is watched', { source })
    else log.info('the replication slot is not watched', { source, reason: whyOff })
  }
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : 'unknown')
