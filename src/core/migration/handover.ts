/** What the worker of a source decides where the fence of a scope has moved, or a word asks for the scope back. */
import type { FenceMove } from '../capture/own-tables.ts'
import type { SourcePosition } from '../capture/row-change.ts'
import { type Ownership, stepOwnership } from './ownership.ts'
import type { ScopeStage } from './scope-stages.ts'

export interface AtFence {
  readonly before: Ownership
  /** Where the words that are in force lead the scope. */
  readonly words: ScopeStage
  /** Something of the mapping waits: nobody could answer for it behind the fence. */
  readonly isHeld: boolean
  /** Of the source transaction that has moved the fence. */
  readonly position: SourcePosition | null
}

/** The ownership behind a move of the fence: it is handed over where a word that is in force asks for that very epoch. */
export function behindFence(move: FenceMove, { before, words, isHeld, position }: AtFence): Ownership {
  const { owner, epoch } = move
  if (owner === 'legacy') return stepOwnership(before, { kind: 'return', epoch: epoch - 1, position })
  const verdict = isWanted(move, words) && !isHeld ? 'handOver' : 'keep'
  return stepOwnership(before, { kind: 'fence', verdict, epoch, position })
}

/** Whether a word that is in force asks for that very handover. */
export const isWanted = ({ epoch }: FenceMove, { open }: ScopeStage): boolean =>
  open?.kind === 'handover' && open.epoch === epoch && !open.isCancelled

/** The ownership where a word comes into force that asks for the scope back: from here on nobody publishes. */
export function takenBack(before: Ownership, { open }: ScopeStage, position: SourcePosition | null): Ownership {
  if (open?.kind !== 'takeBack') return before
  return stepOwnership(before, { kind: 'takeBack', epoch: open.epoch, position })
}
