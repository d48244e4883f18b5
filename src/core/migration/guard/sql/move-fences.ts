/** The steps by which fences are moved together, whatever the database is. */
import {
  fenceFor,
  type FenceKey,
  type FenceMove,
  type FenceRow,
  judgeMove,
  judgeMoves,
  type MoveOutcome,
  ownFence,
} from '../fence.ts'
import type { GuardPlace } from '../guard-place.ts'
import { moveStatements, openingStatements } from './guard-statements.ts'

export interface FenceSession {
  /** As they are committed. */
  readonly rows: () => Promise<readonly FenceRow[]>
  /** In one transaction, which is taken back where the rows that it would leave are not sound. */
  readonly run: (statements: readonly string[], areSound: (rows: readonly FenceRow[]) => boolean) => Promise<void>
}

/** Another who moves one of them at the same time is told from this one by what stands there afterwards. */
export async function moveFences(
  { rows, run }: FenceSession,
  place: GuardPlace,
  moves: readonly FenceMove[],
): Promise<MoveOutcome> {
  const before = await rows()
  const outcome = judgeMoves(before, moves)
  // The row of all may be where a scope is wanted to be: then so is the scope.
  if (outcome.kind !== 'moved') return outcome
  const open = moves.filter((move) => judgeMove(fenceFor(before, move), move).kind === 'moved')
  for (const move of open) {
    if (ownFence(before, move) === null) await run(openingStatements(place, move), () => true)
  }
  const areThere = (there: readonly FenceRow[]): boolean => judgeMoves(there, moves).kind === 'alreadyThere'
  await run(moveStatements(place, open), areThere)
  const after = await rows()
  return areThere(after) ? outcome : judgeMoves(after, moves)
}

/** Gives those a row of their own that have none: the row of all stands for them, and would take them along. */
export async function separateFences(
  { rows, run }: FenceSession,
  place: GuardPlace,
  apart: readonly FenceKey[],
): Promise<void> {
  const there = await rows()
  for (const key of apart) {
    if (ownFence(there, key) === null) await run(openingStatements(place, key), () => true)
  }
}
