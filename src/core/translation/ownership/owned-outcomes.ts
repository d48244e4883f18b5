/** Of the outcomes of a source transaction, those of scopes that are another one's to publish are set aside, or passed over. */
import { FalseworkError } from '../../diagnostics/falsework-error.ts'
import type { Outcome } from '../../mapping/run/translate.ts'
import { scopeText } from '../../migration/stage.ts'
import { inputsOf } from '../held/outcomes-of-inputs.ts'
import type { Route } from './routes.ts'

export type RoutesOf = (outcome: Outcome) => readonly Route[]

export interface OwnedWay {
  /** Of a transaction that brings back what the new service has written, the epochs that it names. */
  readonly sync: readonly number[]
  /** Raises it where that halts the source, and returns where the input is to be set aside as the others are. */
  readonly torn: (error: FalseworkError) => void
}

/**
 * Input by input: nothing is left of those of retired scopes, and of a transaction that brings back what the new service
 * has written: the new service has told it, in the epoch before. `SCOPES_TORN` is said of one that is of two scopes, of
 * which one is falsework's and the other is not: a row that has moved from one to the other past the guard.
 */
export function ownedOutcomes(
  outcomes: readonly Outcome[],
  routesOf: RoutesOf,
  { sync, torn }: OwnedWay,
): readonly Outcome[] {
  if (sync.length === 0 && outcomes.every((outcome) => routesOf(outcome).every(isOwn))) return outcomes
  return inputsOf(outcomes).flatMap((input): readonly Outcome[] => {
    const [first] = input
    const routes = routesOf(first)
    if (routes.every((route) => route.to === 'nowhere' || isBroughtBack(route, sync))) return []
    const foreign = routes.filter((route) => !isOwn(route))
    if (foreign.length === 0) return input
    if (foreign.length < routes.length) torn(tornBetween(first))
    const route = foreign.find(({ to }) => to === 'nobody')
    return route === undefined ? [] : [violation(first, route)]
  })
}

/** The scope is nobody's under that epoch, or has been and is the legacy system's again. What never was is told as ever. */
const isBroughtBack = ({ owner, epoch }: Route, sync: readonly number[]): boolean =>
  (owner === 'none' && sync.includes(epoch)) || (owner === 'legacy' && sync.includes(epoch - 1))

/** A change behind the fence that is set aside. */
export const isViolation = (outcome: Outcome): boolean =>
  outcome.kind === 'failed' && outcome.input.errorClass === 'violation'

/** Whether falsework publishes what goes there. */
export const isOwn = ({ to }: Route): boolean => to === 'public' || to === 'shadow'

/** No policy of the mapping reaches it: nothing of the input is wrong. Its dead letter names the scopes. */
function violation({ mapping, fired }: Outcome, { epoch }: Route): Outcome {
  const about = `mapping ${mapping.name}, scope ${fired.scopes.map(scopeText).join(' and ')}`
  const message = `a change of the legacy tables behind the fence: ${about} is not published by falsework since epoch ${epoch}`
  const input = fired.refused(message)
  const failure = { ...input.failure, scopes: fired.scopes }
  return { kind: 'failed', mapping, fired, policy: 'deadLetter', input: { ...input, failure } }
}

function tornBetween({ mapping, fired }: Outcome): FalseworkError {
  const scopes = fired.scopes.map(scopeText).join(' to ')
  return new FalseworkError(
    'SCOPES_TORN',
    `mapping ${mapping.name}: a row has moved from scope ${scopes}, which have different owners`,
  )
}
