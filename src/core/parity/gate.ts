/** Whether what was compared is enough to hand a stream over. */
import type { ParityTally, TypeCount } from './causes.ts'
import type { Comparison } from './comparison.ts'
import type { Side } from './compared-event.ts'

export interface ParityNeeds {
  /** Between the first and the last verdict of each type. */
  readonly days: number
  /** Of each type; `rare` has those of which there are fewer, such as refunds. */
  readonly events: number
  readonly rare: Readonly<Record<string, number>>
  /** How long an event may wait for its counterpart. */
  readonly pendingMsMax: number
}

export interface ParityNow {
  readonly nowMs: number
  /** The oldest event that waits was appended then; null: none waits. */
  readonly pendingSinceMs: number | null
  readonly stalled: Side | null
}

/** Names of causes that people have signed off. */
export type AcceptedCauses = ReadonlySet<string>

export interface Gate {
  readonly name: string
  readonly isMet: boolean
  /** What there is, beside what is needed. */
  readonly found: string
}

export interface GateQuestion {
  readonly comparison: Comparison
  readonly tally: ParityTally
  readonly needs: ParityNeeds
  readonly accepted: AcceptedCauses
  readonly now: ParityNow
}

/** All gates, met or not, in the order in which they are shown; the stream may be handed over when all are met. */
export function parityGates({ comparison, tally, needs, accepted, now }: GateQuestion): readonly Gate[] {
  return [
    ...comparison.events.flatMap((type) => typeGates(type, tally.types[type], needs)),
    ...Object.values(tally.causes).map(({ name, count }) => ({
      name: `cause ${name}`,
      isMet: accepted.has(name),
      found: `${count} times, ${accepted.has(name) ? 'accepted' : 'not accepted'}`,
    })),
    ...comparison.ignore.map(({ field, until }) => ({
      name: `ignored field ${field}`,
      isMet: now.nowMs < endOf(until),
      found: `ignored until ${until}`,
    })),
    pendingGate(needs, now),
    {
      name: 'no stream has stalled',
      isMet: now.stalled === null,
      found: now.stalled === null ? 'both move' : `${now.stalled} has stalled`,
    },
  ]
}

const dayMs = 86_400_000
const endOf = (day: string): number => Date.parse(`${day}T00:00:00Z`) + dayMs

function typeGates(type: string, count: TypeCount | undefined, { days, events, rare }: ParityNeeds): readonly Gate[] {
  const compared = Object.values(count?.outcomes ?? {}).reduce((a, b) => a + b, 0)
  const span = count === undefined ? 0 : (count.lastMs - count.firstMs) / dayMs
  const needed = rare[type] ?? events
  return [
    { name: `${type} compared ${needed} times`, isMet: compared >= needed, found: `${compared} times` },
    { name: `${type} compared over ${days} days`, isMet: span >= days, found: `${span.toFixed(1)} days` },
  ]
}

function pendingGate({ pendingMsMax }: ParityNeeds, { nowMs, pendingSinceMs }: ParityNow): Gate {
  const ageMs = pendingSinceMs === null ? 0 : nowMs - pendingSinceMs
  const name = `no event waits for more than ${pendingMsMax / 1_000} s`
  return { name, isMet: ageMs <= pendingMsMax, found: `${(ageMs / 1_000).toFixed(1)} s` }
}
