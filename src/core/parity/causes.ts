/** Verdicts counted by what lies behind them, as a person decides about them. */
import type { Difference } from './difference.ts'
import { emptyRate, type ParityRate, rated } from './rate.ts'
import type { PairPlaces, ParityOutcome, Verdict } from './verdict.ts'

export interface Cause {
  /** By it the cause is accepted: `OrderShipped field-mismatch total: null in native`. */
  readonly name: string
  readonly count: number
  readonly firstMs: number
  readonly lastMs: number
  /** Where its first pair stands. */
  readonly sample: PairPlaces
}

export interface TypeCount {
  /** Verdicts by outcome; one that replaces another takes it away. */
  readonly outcomes: Readonly<Partial<Record<ParityOutcome, OutcomeCount>>>
}

export interface OutcomeCount {
  readonly count: number
  /** Of the latest that there was, whether it still counts or has been replaced. */
  readonly lastMs: number
}

/** Plain data, to be stored as JSON. */
export interface ParityTally {
  readonly types: Readonly<Record<string, TypeCount>>
  readonly causes: Readonly<Record<string, Cause>>
  readonly rate: ParityRate
}

export const emptyTally: ParityTally = { types: {}, causes: {}, rate: emptyRate }

/** As many as a person can decide about; what more there is counts under one name. */
const causesMax = 1_000
export const otherCauses = 'more causes than are told apart'

/** Compared types are few; of others a stream may have any number. */
const typesMax = 200
export const otherTypes = 'more types than are told apart'

/** Adds verdicts, in one copy for all of them. */
export function tallied(tally: ParityTally, verdicts: readonly Verdict[]): ParityTally {
  const types = { ...tally.types }
  const causes = { ...tally.causes }
  for (const verdict of verdicts) {
    const known = Object.hasOwn(types, verdict.type)
    const name = known || Object.keys(types).length < typesMax ? verdict.type : otherTypes
    types[name] = counted(Object.hasOwn(types, name) ? types[name] : undefined, verdict)
    const { type, replaces } = verdict
    if (replaces !== undefined) forgiven(causes, causeName({ type, ...replaces }, { path: '', what: replaces.what }))
    for (const difference of verdict.causes) {
      const wanted = causeName(verdict, difference)
      const name = wanted in causes || Object.keys(causes).length < causesMax ? wanted : otherCauses
      causes[name] = seenAgain(causes[name], name, verdict)
    }
  }
  return { types, causes, rate: rated(tally.rate, verdicts) }
}

function forgiven(causes: Record<string, Cause>, name: string): void {
  const cause = causes[name]
  if (cause === undefined) return
  if (cause.count > 1) causes[name] = { ...cause, count: cause.count - 1 }
  else Reflect.deleteProperty(causes, name)
}

type Named = Pick<Verdict, 'type' | 'outcome'>

export const causeName = ({ type, outcome }: Named, { path, what }: Difference): string =>
  `${type} ${outcome} ${path === '' ? '' : `${path}: `}${what}`

function counted(before: TypeCount | undefined, { outcome, replaces, atMs }: Verdict): TypeCount {
  const of = before?.outcomes[outcome]
  const one = { count: (of?.count ?? 0) + 1, lastMs: Math.max(of?.lastMs ?? atMs, atMs) }
  const outcomes = { ...before?.outcomes, [outcome]: one }
  if (replaces === undefined) return { outcomes }
  const replaced = outcomes[replaces.outcome]
  if (replaced === undefined) return { outcomes }
  return { outcomes: { ...outcomes, [replaces.outcome]: { ...replaced, count: replaced.count - 1 } } }
}

const seenAgain = (before: Cause | undefined, name: string, { atMs, places }: Verdict): Cause => ({
  name,
  count: (before?.count ?? 0) + 1,
  ...spanOf(before, atMs),
  sample: before?.sample ?? places,
})

const spanOf = (
  before: { readonly firstMs: number; readonly lastMs: number } | undefined,
  atMs: number,
): { readonly firstMs: number; readonly lastMs: number } => ({
  firstMs: Math.min(before?.firstMs ?? atMs, atMs),
  lastMs: Math.max(before?.lastMs ?? atMs, atMs),
})
