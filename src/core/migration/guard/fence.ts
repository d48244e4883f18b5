/** The row of `falsework_fence` that writers of a scope share, and what moves it. */
import type { Ownership } from '../ownership.ts'
import type { Scope } from '../stage.ts'

/** `legacy`: the legacy system may write. `native`: the guard refuses it. */
export const fenceOwners = ['legacy', 'native'] as const
export type FenceOwner = (typeof fenceOwners)[number]

export interface FenceRow {
  readonly mapping: string
  /** null: all scopes that have no row of their own. */
  readonly scope: Scope
  readonly owner: FenceOwner
  readonly epoch: number
}

/** To `native` under the epoch of a handover, or back to `legacy` under a later one. */
export interface FenceMove {
  readonly mapping: string
  readonly scope: Scope
  readonly to: FenceOwner
  readonly epoch: number
}

export type MoveOutcome =
  | { readonly kind: 'moved' }
  | { readonly kind: 'alreadyThere' }
  /** `there`: the row as it is; null: the mapping is not guarded. */
  | { readonly kind: 'refused'; readonly move: FenceMove; readonly there: FenceRow | null }

/** As the table has it: its key takes no null. */
export const storedScope = (scope: Scope): string => scope ?? ''

/** The fence as it belongs to an ownership. What shadow leads to is epoch 1 of legacy, and nothing fences before. */
export function fenceOf(
  { mapping, scope }: Pick<FenceRow, 'mapping' | 'scope'>,
  { owner, epoch }: Pick<Ownership, 'owner' | 'epoch'>,
): FenceRow {
  if (epoch === 0) return { mapping, scope, owner: 'legacy', epoch: 1 }
  return { mapping, scope, owner: owner === 'legacy' ? 'legacy' : 'native', epoch }
}

/** Whether it keeps the legacy system out of what that owns since: the fence was kept, and nobody has lifted it. */
export const isKeptClosed = (
  there: FenceRow | null,
  { owner, epoch }: Pick<Ownership, 'owner' | 'epoch'>,
): there is FenceRow => there?.owner === 'native' && owner === 'legacy' && epoch > there.epoch

/**
 * Whether the row may be moved: to native from the epoch just before, back from any earlier one, because a scope that was
 * taken back has been nobody's for an epoch.
 */
export function judgeMove(there: FenceRow | null, move: FenceMove): MoveOutcome {
  const { to, epoch } = move
  const refused: MoveOutcome = { kind: 'refused', move, there }
  if (there === null) return refused
  if (there.owner === to) return there.epoch === epoch ? { kind: 'alreadyThere' } : refused
  const isNext = to === 'native' ? there.epoch === epoch - 1 : there.epoch < epoch
  return isNext ? { kind: 'moved' } : refused
}

/** All of them, or none: one that may not be moved keeps the others where they are. */
export function judgeMoves(rows: readonly FenceRow[], moves: readonly FenceMove[]): MoveOutcome {
  const outcomes = moves.map((move) => judgeMove(fenceFor(rows, move), move))
  const refused = outcomes.find(({ kind }) => kind === 'refused')
  return refused ?? outcomes.find(({ kind }) => kind === 'moved') ?? { kind: 'alreadyThere' }
}

export type FenceKey = Pick<FenceRow, 'mapping' | 'scope'>

/** The scope's own row; null: it has none. */
export const ownFence = (rows: readonly FenceRow[], { mapping, scope }: FenceKey): FenceRow | null =>
  rows.find((row) => row.mapping === mapping && row.scope === scope) ?? null

/** The row that stands for the scope: its own, or else that of all. */
export const fenceFor = (rows: readonly FenceRow[], key: FenceKey): FenceRow | null =>
  ownFence(rows, key) ?? ownFence(rows, { ...key, scope: null })
