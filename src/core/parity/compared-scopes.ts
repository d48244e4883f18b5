/** Which events of a mapping are compared: those of scopes that are in parity. */
import type { Scope } from '../migration/stage.ts'
import { type Owners, ownershipOf, type Staging, stageNow } from '../translation/ownership/routes.ts'

/** `unknown`: it says no scope, of which some are in parity and others are not. */
export type Standing = 'compared' | 'passed over' | 'unknown'

/** Of an event by the scope that it says; null: it says none. */
export type ComparedScopes = (said: Scope) => Standing

export interface ScopedMapping {
  readonly mapping: string
  /** Whether its events say scopes; otherwise all of it is in one stage. */
  readonly isDivisible: boolean
  readonly staging: Staging
}

/** As words and owners are at that time. A scope that is handed over is passed over, whatever its words still ask for. */
export function comparedScopes({ mapping, isDivisible, staging }: ScopedMapping, owners: Owners): ComparedScopes {
  const isCompared = (scope: Scope): boolean =>
    stageNow(owners, mapping, scope, staging) === 'parity' &&
    ownershipOf(owners, mapping, scope, staging).owner === 'legacy'
  const standingOf = (scope: Scope): Standing => (isCompared(scope) ? 'compared' : 'passed over')
  if (!isDivisible) return () => standingOf(null)
  const standings = new Set([null, ...staging.scopes.keys()].map(standingOf))
  const [same] = standings
  const unsaid = standings.size === 1 && same !== undefined ? same : 'unknown'
  return (said) => (said === null ? unsaid : standingOf(said))
}
