/** Time that passes only while everybody waits: one seed gives one interleaving, as often as it is run. */
import type { Random } from '../../../../demo/old-application/plan/random.ts'
import type { Clock } from '../../../../src/ports/clock-log-metrics.ts'

interface Timer {
  readonly atMs: number
  readonly wake: () => void
}

/** Any moment does, as long as it is the same one. */
const beganAtMs = 1_790_000_000_000

export class SimulatedClock implements Clock {
  private readonly random: Random
  private readonly timers = new Set<Timer>()
  private now = 0

  constructor(random: Random) {
    this.random = random
  }

  nowMs(): number {
    return this.now
  }

  wallMs(): number {
    return beganAtMs + this.now
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted === true) return
    await new Promise<void>((resolve) => {
      const timer: Timer = { atMs: this.now + ms, wake: resolve }
      this.timers.add(timer)
      signal?.addEventListener('abort', () => {
        if (this.timers.delete(timer)) resolve()
      })
    })
  }

  /** Lets time pass until `done`, and says whether that came about before it was `untilMs`. */
  async run(done: () => boolean, options: { readonly untilMs: number; readonly onStep: () => void }): Promise<boolean> {
    for (;;) {
      await everybodyWaits()
      options.onStep()
      if (done()) return true
      const next = this.next()
      if (next === null || next.atMs > options.untilMs) return false
      this.timers.delete(next)
      this.now = next.atMs
      next.wake()
    }
  }

  /** The earliest; among those of one moment any. */
  private next(): Timer | null {
    let earliest: Timer[] = []
    for (const timer of this.timers) {
      const [first] = earliest
      if (first === undefined || timer.atMs < first.atMs) earliest = [timer]
      else if (timer.atMs === first.atMs) earliest.push(timer)
    }
    return this.random.pickAny(earliest)
  }
}

/** Promises that can go on have gone on when the event loop comes round. */
const everybodyWaits = async (): Promise<void> => {
  await new Promise((resolve) => setImmediate(resolve))
}
