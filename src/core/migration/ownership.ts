/** Who may publish for a scope, and what moves that on. Decided by the worker of the source, at positions of the source. */
import type { SourcePosition } from '../capture/row-change.ts'
import type { Stage } from './stage.ts'

export const owners = ['legacy', 'native', 'none'] as const
export type Owner = (typeof owners)[number]

export interface Ownership {
  readonly owner: Owner
  /** Only grows. */
  readonly epoch: number
  /** Commit position of the source transaction that has decided it; null: none has, it is so from the beginning. */
  readonly position: SourcePosition | null
}

/** Of a scope of which nothing has been decided: in shadow nobody publishes, or a feed that falsework does not know. */
export const firstOwnership = (stage: Stage): Ownership =>
  stage === 'shadow' ? { owner: 'none', epoch: 0, position: null } : { owner: 'legacy', epoch: 1, position: null }

/** What the worker has come to at a position. `epoch` is that of the word, or of the entry in the source's history. */
export type OwnershipStep = {
  readonly position: SourcePosition | null
  readonly epoch: number
} /** The scope leaves shadow. */ & (
  | { readonly kind: 'begin' }
  /** The fence of a handover. `keep`: it is cancelled, or something is held. */
  | { readonly kind: 'fence'; readonly verdict: 'handOver' | 'keep' }
  /** A boundary at which the scope is taken back: from here on nobody publishes. */
  | { readonly kind: 'takeBack' }
  /** The fence is lifted, and the writes of the new service are back: `epoch` is the one under which it was taken back. */
  | { readonly kind: 'return' }
)

/**
 * The ownership after a step. One that is done already, that a later one has overtaken, or that another owner must have
 * been there for, changes nothing: so it may be taken again after a restart.
 */
export function stepOwnership(before: Ownership, step: OwnershipStep): Ownership {
  const { position, epoch } = step
  const isNext = epoch === before.epoch + 1
  switch (step.kind) {
    case 'begin':
      return isNext && before.owner === 'none' && before.epoch === 0 ? { owner: 'legacy', epoch, position } : before
    case 'fence': {
      if (!isNext || before.owner !== 'legacy') return before
      return step.verdict === 'handOver'
        ? { owner: 'native', epoch, position }
        : { owner: 'legacy', epoch: epoch + 1, position }
    }
    case 'takeBack':
      return isNext && before.owner === 'native' ? { owner: 'none', epoch, position } : before
    case 'return':
      return before.owner === 'none' && before.epoch > 0 && epoch === before.epoch
        ? { owner: 'legacy', epoch: epoch + 1, position }
        : before
  }
}
