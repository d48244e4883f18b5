/** What a simulated cutover can meet. */
import type { Random } from '../../../../demo/old-application/plan/random.ts'
import type { Clock } from '../../../../src/ports/clock-log-metrics.ts'

export const troubleKinds = [
  'connector dies in a transaction',
  'connector repeats',
  'brokers cannot be reached',
  'daemon dies',
  'command dies',
  'command is interrupted',
  'command gives up waiting',
  'handover is cancelled',
  'cancel comes too late',
  'fence waits for a writer',
  'writer is refused',
  'guard is passed by force',
  'service dies',
  'service is fenced',
  'zombie wakes behind a fence',
] as const

export type Trouble = (typeof troubleKinds)[number]

/** Of whoever may fail, or be met by what fails. */
export interface TroubledParts {
  readonly clock: Clock
  readonly random: Random
  readonly met: Set<Trouble>
  /** Whether anybody ever does. */
  readonly fails: boolean
}
