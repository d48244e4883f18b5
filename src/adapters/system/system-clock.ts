/** The machine's clocks behind the Clock port. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Clock } from '../../ports/clock-log-metrics.ts'

export const systemClock: Clock = {
  nowMs: () => performance.now(),
  wallMs: () => Date.now(),
  sleep: async (ms, signal) => {
    // An aborted wait is a wait that is over: the caller looks at its signal.
    await delay(ms, undefined, signal === undefined ? {} : { signal }).catch(() => undefined)
  },
}
