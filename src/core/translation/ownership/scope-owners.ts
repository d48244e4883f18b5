/** Who may publish, scope by scope, as the source's history and the words that are in force decide it. */
import type { FenceMove } from '../../capture/own-tables.ts'
import type { SourcePosition } from '../../capture/row-change.ts'
import type { HeldState } from '../../held/held-state.ts'
import { behindFence, isWanted, takenBack } from '../../migration/handover.ts'
import { type Ownership, stepOwnership } from '../../migration/ownership.ts'
import type { OwnedScope } from '../../migration/ownership-record.ts'
import { firstStage, stageOfScope } from '../../migration/scope-stages.ts'
import { holdsOfMapping } from './held-of-mapping.ts'
import { type Owners, ownershipOf, type Staging } from './routes.ts'

export interface Decided {
  readonly owners: Owners
  /** What has changed: it is told in the Kafka transaction from which on it holds. */
  readonly told: readonly OwnedScope[]
}

export type Stagings = ReadonlyMap<string, Staging>

/** Where words come into force: scopes that have left shadow are falsework's, those that are asked back are nobody's. */
export function ownersByWords(owners: Owners, stagings: Stagings, position: SourcePosition | null): Decided {
  let decided: Decided = { owners, told: [] }
  for (const [mapping, staging] of stagings) {
    for (const [scope, words] of staging.scopes) {
      const before = ownershipOf(decided.owners, mapping, scope, staging)
      const begin = { kind: 'begin', epoch: firstStage('live').epoch, position } as const
      const begun = words.stage === 'shadow' ? before : stepOwnership(before, begin)
      const after = takenBack(begun, words, position)
      if (after !== before) decided = changed(decided, { mapping, scope, ...after }, { before, staging })
    }
  }
  return decided
}

interface AtFences {
  readonly stagings: Stagings
  /** What waits of the source. */
  readonly held: HeldState | undefined
  readonly position: SourcePosition | null
}

/**
 * Where one source transaction has moved fences: what moves together is handed over together, or not at all. A mapping that
 * is not of this source decides nothing here.
 */
export function ownersBehindFences(owners: Owners, moves: readonly FenceMove[], at: AtFences): Decided {
  const { position } = at
  const own = moves.flatMap((move) => {
    const staging = at.stagings.get(move.mapping)
    if (staging === undefined) return []
    return [{ move, staging, words: stageOfScope(staging.scopes, move.scope, staging.registered) }]
  })
  const isHeld = own.some(
    ({ move, staging, words }) =>
      move.owner === 'native' && (holdsOfMapping(staging, at.held).length > 0 || !isWanted(move, words)),
  )
  return own.reduce(
    (decided: Decided, { move, staging, words }) => {
      const { mapping, scope } = move
      const before = ownershipOf(decided.owners, mapping, scope, staging)
      const after = behindFence(move, { before, words, isHeld, position })
      return after === before ? decided : changed(decided, { mapping, scope, ...after }, { before, staging })
    },
    { owners, told: [] },
  )
}

/**
 * What has a stage of its own does not go with all: it keeps the owner that it had, and from here on a record of its own
 * says so. What was in shadow had none.
 */
function changed(
  decided: Decided,
  owned: OwnedScope,
  { before, staging }: { readonly before: Ownership; readonly staging: Staging },
): Decided {
  const { mapping } = owned
  const known = new Set(decided.owners.filter((one) => one.mapping === mapping).map(({ scope }) => scope))
  const apart = owned.scope === null && before.epoch > 0 ? [...staging.scopes.keys()] : []
  const staying = apart.filter((scope) => scope !== null && !known.has(scope))
  return [...staying.map((scope): OwnedScope => ({ mapping, scope, ...before })), owned].reduce(decidedWith, decided)
}

function decidedWith({ owners, told }: Decided, owned: OwnedScope): Decided {
  const others = owners.filter(({ mapping, scope }) => mapping !== owned.mapping || scope !== owned.scope)
  return { owners: [...others, owned], told: [...told, owned] }
}
