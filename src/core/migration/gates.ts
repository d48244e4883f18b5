/** What must hold before a scope changes its stage: live values in, verdicts with their texts out. */
import type { ParityOutcome } from '../parity/verdict.ts'
import { underName } from './file/event-name.ts'
import type { GatesPart } from './file/migration-file.ts'
import type { Stage } from './stage.ts'
import type { GateEvidence, Waiver } from './stage-word.ts'

export const gates = [
  'lag',
  'no holds',
  'no dead letters',
  'parity',
  'days',
  'events',
  'pending',
  'partitions',
  'fenceable',
  'rehearsed',
  'every scope native',
  'no violations',
  'no readers',
] as const
export type Gate = (typeof gates)[number]

/**
 * Nobody can answer for these: an input that is set aside would be neither falsework's nor the new service's, and the
 * events of a scope that is not the new service's would end with the bridge.
 */
const notWaivable: ReadonlySet<string> = new Set<Gate>(['no holds', 'no dead letters', 'every scope native'])

/** The gates in front of each stage. */
export const gatesTo: Readonly<Record<Exclude<Stage, 'shadow'>, readonly Gate[]>> = {
  live: ['lag', 'no holds', 'no dead letters'],
  parity: ['lag', 'no holds', 'no dead letters'],
  native: [
    'lag',
    'no holds',
    'no dead letters',
    'parity',
    'days',
    'events',
    'pending',
    'partitions',
    'fenceable',
    'rehearsed',
  ],
  retired: ['no holds', 'no dead letters', 'every scope native', 'no violations', 'no readers'],
}

/** Of a scope, as of now. What could not be found out is null, and passes no gate. */
export interface LiveValues {
  /** How far the bridge is behind its source. */
  readonly lagSeconds: number | null
  readonly holds: number
  /** Of its dead letters, those of which nothing is decided. */
  readonly deadLetters: number
  /** What the comparator has found; null: nothing was compared. */
  readonly parity: ParityValues | null
  /** What of the native stream stands in another partition than the key says; null: it was not read. */
  readonly wrongPartitions: number | null
  /** Declared transactional ids that nobody has opened, so that there is nobody to fence; null: none is declared. */
  readonly unfenced: readonly string[] | null
  /** Days since the way back was rehearsed; null: never. */
  readonly rehearsedDaysAgo: number | null
  /** Scopes that the new service does not own. */
  readonly notNative: readonly string[]
  /** Changes of rows behind the fence within the days of the gate. */
  readonly violations: number
  /** Groups that read shadow topics or deprecated versions. */
  readonly readers: readonly string[]
}

export interface ParityValues {
  /** How long nothing was found that is not accepted, in days to one decimal, rounded down. */
  readonly cleanDays: number
  /** Pairs that were compared, by event as the migration file names it. */
  readonly compared: ReadonlyMap<string, number>
  readonly outcomes: ReadonlyMap<ParityOutcome, number>
  /** Age of the oldest event that waits for its pair; null: none waits. */
  readonly oldestPendingSeconds: number | null
  /** Whether the native stream is silent while that of the bridge moves. */
  readonly isStalled: boolean
}

/** What a gate wants: of the migration file, with the day that it is, in ISO 8601. */
export interface GateLimits {
  readonly gates: GatesPart
  readonly windowSeconds: number
  /** The events of the topic. */
  readonly events: readonly string[]
  readonly today: string
}

/** One line of evidence for each gate in front of the stage, in the order in which they are shown. */
export const runGates = (
  to: Exclude<Stage, 'shadow'>,
  values: LiveValues,
  limits: GateLimits,
): readonly GateEvidence[] => gatesTo[to].map((gate) => ({ gate, ...verdicts[gate](values, limits) }))

/** Those for which the report of a comparison answers. */
const parityGates = ['parity', 'days', 'events', 'pending', 'partitions'] as const satisfies readonly Gate[]
type ParityGate = (typeof parityGates)[number]

export type FoundInParity = Pick<LiveValues, 'parity' | 'wrongPartitions'>

/** As `runGates`, of these alone. */
export const runParityGates = (found: FoundInParity, limits: GateLimits): readonly GateEvidence[] =>
  parityGates.map((gate) => ({ gate, ...parityVerdicts[gate](found, limits) }))

export type GatesOutcome =
  | { readonly kind: 'open' }
  /** `waivable`: whether a waiver for each of them would do. */
  | { readonly kind: 'closed'; readonly failed: readonly GateEvidence[]; readonly waivable: boolean }

/** Whether all gates are passed or waived. A waiver without words is none, nor is one of what nobody can answer for. */
export function judgeGates(evidence: readonly GateEvidence[], waivers: readonly Waiver[]): GatesOutcome {
  const waived = new Set(waivers.filter(({ reason }) => reason.trim() !== '').map(({ gate }) => gate))
  const failed = evidence.filter(
    ({ gate, verdict }) => verdict === 'failed' && (notWaivable.has(gate) || !waived.has(gate)),
  )
  if (failed.length === 0) return { kind: 'open' }
  return { kind: 'closed', failed, waivable: failed.every(({ gate }) => !notWaivable.has(gate)) }
}

type Verdict = Omit<GateEvidence, 'gate'>

const verdict = (passes: boolean, text: string): Verdict => ({ verdict: passes ? 'passed' : 'failed', text })

const notCompared = verdict(false, 'nothing was compared')

/** A number that must not be greater; null is not known. */
const atMost = (value: number | null, most: number, unit: string): Verdict =>
  value === null ? verdict(false, 'not known') : verdict(value <= most, `${value} ${unit}, at most ${most}`)

const none = (names: readonly string[], what: string): Verdict =>
  verdict(names.length === 0, names.length === 0 ? 'none' : `${what}: ${names.join(', ')}`)

const parityVerdicts: Readonly<Record<ParityGate, (found: FoundInParity, limits: GateLimits) => Verdict>> = {
  parity: ({ parity }, limits) => (parity === null ? notCompared : parityVerdict(parity, limits)),
  days: ({ parity }, { gates: { days } }) =>
    parity === null ? notCompared : verdict(parity.cleanDays >= days, `${parity.cleanDays} of ${days} days`),
  events: ({ parity }, limits) => (parity === null ? notCompared : eventsVerdict(parity, limits)),
  pending: ({ parity }, { gates: { pendingSecondsMax }, windowSeconds }) => {
    if (parity === null) return notCompared
    if (parity.isStalled) return verdict(false, 'the native stream is silent, and that of the bridge moves')
    return atMost(parity.oldestPendingSeconds ?? 0, pendingSecondsMax?.value ?? 2 * windowSeconds, 's')
  },
  partitions: ({ wrongPartitions }) => atMost(wrongPartitions, 0, 'in another partition'),
}

const verdicts: Readonly<Record<Gate, (values: LiveValues, limits: GateLimits) => Verdict>> = {
  lag: ({ lagSeconds }, { gates: { lagSecondsMax } }) => atMost(lagSeconds, lagSecondsMax, 's'),
  'no holds': ({ holds }) => verdict(holds === 0, `${holds} held`),
  'no dead letters': ({ deadLetters }) => verdict(deadLetters === 0, `${deadLetters} undecided`),
  ...parityVerdicts,
  fenceable: ({ unfenced }) => (unfenced === null ? verdict(false, 'no id declared') : none(unfenced, 'never opened')),
  rehearsed: ({ rehearsedDaysAgo }, { gates: { rehearsedWithinDays } }) =>
    rehearsedDaysAgo === null ? verdict(false, 'never') : atMost(rehearsedDaysAgo, rehearsedWithinDays, 'days ago'),
  'every scope native': ({ notNative }) => none(notNative, 'not native'),
  'no violations': ({ violations }, { gates: { days } }) => verdict(violations === 0, `${violations} in ${days} days`),
  'no readers': ({ readers }) => none(readers, 'still read'),
}

/** Classes of differences that somebody answers for, on a day that has not passed. */
export const acceptedOutcomes = ({ gates: { accept }, today }: Pick<GateLimits, 'gates' | 'today'>) =>
  new Set<ParityOutcome>(accept.filter(({ until }) => until.value >= today).map(({ outcome }) => outcome))

/** All that differs is accepted by name. */
function parityVerdict({ outcomes }: ParityValues, limits: GateLimits): Verdict {
  const accepted = acceptedOutcomes(limits)
  const unexplained = [...outcomes].filter(([outcome, count]) => {
    return count > 0 && outcome !== 'match' && !accepted.has(outcome)
  })
  const matches = outcomes.get('match') ?? 0
  if (unexplained.length === 0) return verdict(true, `0 unexplained beside ${matches} that match`)
  const told = unexplained.map(([outcome, count]) => `${count} ${outcome}`)
  return verdict(false, `${told.join(', ')} beside ${matches} that match`)
}

/** Of rare events fewer are enough; of each there must be one. */
function eventsVerdict({ compared }: ParityValues, { gates: { events: wanted, rare }, events }: GateLimits): Verdict {
  const short = events.flatMap((event) => {
    const enough = underName(rare, event)?.value ?? wanted
    const count = compared.get(event) ?? 0
    return count >= enough ? [] : [`${event} ${count} of ${enough}`]
  })
  return verdict(short.length === 0, short.length === 0 ? `enough of ${events.length} types` : short.join(', '))
}
