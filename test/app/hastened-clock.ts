/** The machine's clock, on which every interval takes a tenth of its time: nobody waits for a poll, and their order stays. */
import { systemClock } from '../../src/adapters/system/system-clock.ts'
import type { Clock } from '../../src/ports/clock-log-metrics.ts'

const times = 10

/** Moments of the wall are the true ones. */
export const hastenedClock: Clock = {
  nowMs: () => systemClock.nowMs() * times,
  wallMs: () => systemClock.wallMs(),
  sleep: async (ms, signal) => await systemClock.sleep(ms / times, signal),
}
