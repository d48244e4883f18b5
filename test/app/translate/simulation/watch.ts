/** No source stands still in silence: either it gets on, or somebody is told what is wrong. */
import type { SourceReport } from '../../../../src/app/translate/source-state.ts'
import type { Clock } from '../../../../src/ports/clock-log-metrics.ts'
import type { SimulatedSource } from './simulated-source.ts'
import type { Troubles } from './troubles.ts'

/** Deaths, stalls and lost leases one after the other take less. */
const silentMsMax = 60_000

export class Watch {
  private readonly sources: readonly SimulatedSource[]
  private readonly troubles: Troubles
  private readonly clock: Clock
  /** When a source last got on, had nothing to do, or told what is wrong. */
  private readonly heard = new Map<string, { readonly next: number; readonly atMs: number }>()

  constructor(sources: readonly SimulatedSource[], troubles: Troubles, clock: Clock) {
    this.sources = sources
    this.troubles = troubles
    this.clock = clock
  }

  /** `reports` are those of all processes that live. */
  look(reports: readonly SourceReport[]): readonly string[] {
    const nowMs = this.clock.nowMs()
    return this.sources.flatMap((source) => {
      const { name, seen, isOwing } = source
      const next = seen.checkpoint?.next ?? 0
      const before = this.heard.get(name)
      const told = reports.some(({ source: of, state }) => of === name && !state.sound)
      const excused = this.troubles.ofAll || told || !isOwing || reports.every(({ source: of }) => of !== name)
      if (before === undefined || excused || next !== before.next) {
        this.heard.set(name, { next, atMs: nowMs })
        return []
      }
      return nowMs - before.atMs > silentMsMax ? [`${name} stands still in silence at ${next}`] : []
    })
  }
}
