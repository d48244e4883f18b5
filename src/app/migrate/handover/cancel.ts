/** Takes a handover back that is not decided yet, and opens the legacy system again. */
import { FalseworkError } from '../../../core/diagnostics/falsework-error.ts'
import { type Scope, scopeText } from '../../../core/migration/stage.ts'
import { foldRead } from '../../../core/registry/registry-state.ts'
import type { DatabaseAccount } from '../../../ports/guard.ts'
import { type ControlLogParts, withControlLog } from '../../operate/control-log-parts.ts'
import { type MigratedMapping, readStages, standingOf } from '../read-stages.ts'
import { type AwaitParts, awaitOwners } from './await-owners.ts'
import { sayCancel } from './cancel-words.ts'
import { type FencedScope, type FenceParts, openFences } from './fences.ts'
import { lift, unanswered } from './hand-over.ts'

export interface CancelRequest {
  readonly mappings: readonly string[]
  readonly scope: Scope
  readonly reason: string
}

/** Of the ownership that the legacy system goes on in. */
export interface Cancelled {
  readonly epoch: number
}

/**
 * Raises `CANCEL_TOO_LATE` where the new service owns, `TRANSITION_REFUSED` where there is nothing to cancel,
 * `HANDOVER_UNANSWERED`, `INTERRUPTED`, and as `openFences`.
 */
export async function cancel(
  { mappings, scope, reason }: CancelRequest,
  account: DatabaseAccount | null,
  parts: ControlLogParts & FenceParts & AwaitParts,
): Promise<Cancelled> {
  return await withControlLog(parts, async (log) => {
    const registry = foldRead(await log.read(0))
    const migrated: MigratedMapping[] = []
    for (const name of mappings) migrated.push(await readStages(name, registry, parts))
    const scopes = migrated.map((one): FencedScope => ({ migrated: one, scope, epoch: epochOf(one, scope) }))
    const fences = await openFences(scopes, account, parts)
    try {
      if (scopes.every((one) => !standingOf(one.migrated, scope).isUnderWay)) {
        if (await fences.liftKept()) return { epoch: ownerEpoch(scopes) }
        throw nothingToCancel(scopes)
      }
      await sayCancel(scopes, { log, reason }, parts)
      // The worker decides at the fence: where it was not moved yet, this is what ends the wish.
      await fences.move('native', ({ epoch }) => epoch)
      const owned = await awaitOwners(scopes, parts)
      if (owned === null) throw unanswered(fences)
      if (owned.some(({ owner }) => owner === 'native')) throw tooLate(scopes)
      await lift(fences, owned)
      return { epoch: Math.max(...owned.map(({ epoch }) => epoch)) }
    } finally {
      await fences.close()
    }
  })
}

function epochOf(migrated: MigratedMapping, scope: Scope): number {
  const { stage, words, ownership } = standingOf(migrated, scope)
  if (stage === 'native') throw tooLate([{ migrated, scope }])
  return words.open?.epoch ?? ownership.epoch
}

const ownerEpoch = (scopes: readonly FencedScope[]): number =>
  Math.max(...scopes.map(({ migrated, scope }) => standingOf(migrated, scope).ownership.epoch))

const told = (scopes: readonly Pick<FencedScope, 'migrated' | 'scope'>[]): string =>
  scopes.map(({ migrated, scope }) => `${migrated.mapping.name}, scope ${scopeText(scope)}`).join('; ')

const nothingToCancel = (scopes: readonly FencedScope[]): FalseworkError =>
  new FalseworkError('TRANSITION_REFUSED', `${told(scopes)}: there is no handover to cancel`)

const tooLate = (scopes: readonly Pick<FencedScope, 'migrated' | 'scope'>[]): FalseworkError =>
  new FalseworkError('CANCEL_TOO_LATE', `${told(scopes)}: it is handed over`)
