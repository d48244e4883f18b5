/** Long work gives the event loop back in between. */
import type { Clock } from '../../../ports/clock-log-metrics.ts'

/** Heartbeats and other sources wait no longer than this, and some. */
const turnMs = 25

export class Turns {
  private readonly clock: Clock
  private sinceMs: number

  constructor(clock: Clock) {
    this.clock = clock
    this.sinceMs = clock.nowMs()
  }

  async next(): Promise<void> {
    if (this.clock.nowMs() - this.sinceMs < turnMs) return
    await this.clock.sleep(0)
    this.sinceMs = this.clock.nowMs()
  }
}
