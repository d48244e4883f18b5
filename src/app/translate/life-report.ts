/** Tells of the life of a source: a log line at each change, not at each try, and its metrics. */
import { isSound, type Life, shownPhase, type SourceState, troubleOf } from '../../core/delivery/source-life.ts'
import { remedyOf } from '../../core/diagnostics/error-codes.ts'
import type { Log, Metrics } from '../../ports/clock-log-metrics.ts'

const phases: readonly SourceState['phase'][] = [
  'waiting',
  'opening',
  'running',
  'recovering',
  'halted',
  'yielded',
  'stopped',
]

export class LifeReport {
  private readonly parts: { readonly source: string; readonly log: Log; readonly metrics: Metrics }
  /** What was told last: phase and code. */
  private told = ''
  private shown: SourceState['phase'] | null = null

  constructor(parts: { readonly source: string; readonly log: Log; readonly metrics: Metrics }) {
    this.parts = parts
  }

  became(life: Life): void {
    this.tell(life)
    this.measure(life)
  }

  private tell(life: Life): void {
    const trouble = troubleOf(life)
    const { source, log } = this.parts
    if (trouble === null) {
      // What is tried again and again is over only when the source has got past it.
      if (this.told === '' || !isSound(life) || life.repeated !== null) return
      this.told = ''
      log.info(life.state.phase === 'running' ? 'the source works again' : 'another instance has the source', {
        source,
      })
      return
    }
    const phase = shownPhase(life)
    const now = `${phase} ${trouble.code}`
    if (now === this.told) return
    this.told = now
    const fields = { source, code: trouble.code, reason: trouble.message }
    if (life.halt !== null) {
      const { scope, position } = life.halt
      log.error('source halted', { ...fields, remedy: remedyOf(trouble.code), position, scope })
    } else {
      log.warn(whatWaits(life.state), fields)
    }
  }

  private measure(life: Life): void {
    const { source, metrics } = this.parts
    const shown = shownPhase(life)
    metrics.set('source_sound', { source }, isSound(life) ? 1 : 0)
    if (shown === this.shown) return
    for (const phase of phases) metrics.set('source_state', { source, state: phase }, phase === shown ? 1 : 0)
    if (shown === 'yielded') metrics.add('fenced_total', { source }, 1)
    this.shown = shown
  }
}

function whatWaits(state: SourceState): string {
  switch (state.phase) {
    case 'waiting':
      return state.for === 'topics' ? 'the topics of the source cannot be had' : 'the lease of the source cannot be had'
    case 'yielded':
      return 'another instance owns the source'
    case 'recovering':
      return 'discarded what was open; replaying from the checkpoint'
    case 'opening':
    case 'running':
    case 'halted':
    case 'stopped':
      return 'the source waits'
  }
}
