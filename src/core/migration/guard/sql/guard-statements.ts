/** The SQL of a guard: what puts it up, what takes it down, and what moves its fence. For people to read, and to carry out. */
import type { FenceKey, FenceMove, FenceRow } from '../fence.ts'
import type { GuardPlace, GuardStatement } from '../guard-place.ts'
import type { Guard } from '../guarded-tables.ts'
import { mariadbGuard, mariadbMoves, mariadbOpening, mariadbRemoval } from './mariadb-guard.ts'
import { postgresGuard, postgresMoves, postgresOpening, postgresRemoval } from './postgres-guard.ts'

/** Applied again they change nothing, and never a row of the fence that is there. */
export const guardStatements = (
  guard: Guard,
  place: GuardPlace,
  fences: readonly FenceRow[],
): readonly GuardStatement[] =>
  place.kind === 'postgres' ? postgresGuard(guard, place, fences) : mariadbGuard(guard, place, fences)

/** Own tables go with the last mapping that is guarded. Applied again they change nothing. */
export const removalStatements = (guard: Guard, place: GuardPlace): readonly GuardStatement[] =>
  place.kind === 'postgres' ? postgresRemoval(guard, place) : mariadbRemoval(guard, place)

/**
 * Gives a scope a row of its own, one transaction: it waits for every writer that has taken the row of all for its own,
 * and old snapshots, which cannot see the new row, fail when they take it. null is the row of all, which is there.
 */
export function openingStatements(place: GuardPlace, { mapping, scope }: FenceKey): readonly string[] {
  if (scope === null) return []
  return place.kind === 'postgres'
    ? postgresOpening(place, { mapping, scope })
    : mariadbOpening(place, { mapping, scope })
}

/** One transaction, and nothing else in it: its commit is the fence. It changes a row only where `judgeMove` would. */
export const moveStatements = (place: GuardPlace, moves: readonly FenceMove[]): readonly string[] =>
  place.kind === 'postgres' ? postgresMoves(place, moves) : mariadbMoves(place, moves)
