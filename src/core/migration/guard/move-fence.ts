/** The steps by which a fence is moved, whatever the database is. */
import { type FenceMove, type FenceRow, judgeMove, type MoveOutcome } from './fence.ts'
import type { GuardPlace } from './guard-place.ts'
import { moveStatements, openingStatements } from './guard-statements.ts'

export interface FenceSession {
  /** As they are committed. */
  readonly rows: () => Promise<readonly FenceRow[]>
  /** In one transaction. */
  readonly run: (statements: readonly string[]) => Promise<void>
}

/** Another who moves it at the same time is told from this one by what stands there afterwards. */
export async function moveFence(session: FenceSession, place: GuardPlace, move: FenceMove): Promise<MoveOutcome> {
  const before = await session.rows()
  const own = rowOf(before, move)
  const of = own ?? rowOf(before, { ...move, scope: null })
  const outcome = judgeMove(of, move)
  // The row of all may be where the scope is wanted to be: then so is the scope.
  if (outcome.kind !== 'moved') return outcome
  if (own === null) await session.run(openingStatements(place, move))
  await session.run(moveStatements(place, move))
  const after = rowOf(await session.rows(), move)
  const isThere = after?.owner === move.to && after.epoch === move.epoch
  return isThere ? outcome : { kind: 'refused', there: after }
}

const rowOf = (rows: readonly FenceRow[], { mapping, scope }: Pick<FenceRow, 'mapping' | 'scope'>): FenceRow | null =>
  rows.find((row) => row.mapping === mapping && row.scope === scope) ?? null
