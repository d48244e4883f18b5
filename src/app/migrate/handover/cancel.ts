/** Takes a handover back that is not decided yet, and opens the legacy system again. */
import { FalseworkError } from '../../../core/diagnostics/falsework-error.ts'
import { type Scope, scopeText } from '../../../core/migration/stage.ts'
import { foldRead } from '../../../core/registry/registry-state.ts'
import type { DatabaseAccount } from '../../../ports/database/guard.ts'
import { type ControlLogParts, withControlLog } from '../../operate/control-log-parts.ts'
import { expectScope, type MigratedMapping, readTogether, standingOf } from '../read-stages.ts'
import { type AwaitParts, awaitOwners, type DecidedOwner, decidedOwners } from './await-owners.ts'
import { sayCancel } from './cancel-words.ts'
import { type FencedScope, type FenceParts, openFences } from './fences.ts'
import { lift, unanswered } from './hand-over.ts'

export interface CancelRequest {
  readonly mappings: readonly string[]
  readonly scope: Scope
  readonly reason: string
}

/**
 * Who owns then; of several those of which a handover is under way, whatever became of the others. Raises `CANCEL_TOO_LATE`
 * where the new service owns, `TRANSITION_REFUSED` where there is nothing to cancel, `HANDOVER_UNANSWERED`, `INTERRUPTED`,
 * and as `readTogether` and `openFences`.
 */
export async function cancel(
  { mappings, scope, reason }: CancelRequest,
  account: DatabaseAccount | null,
  parts: ControlLogParts & FenceParts & AwaitParts,
): Promise<readonly DecidedOwner[]> {
  return await withControlLog(parts, async (log) => {
    const registry = foldRead(await log.read(0))
    const migrated = await readTogether(mappings, registry, parts)
    const named = migrated.map((one): FencedScope => ({ migrated: one, scope, epoch: epochOf(one, scope) }))
    const open = named.filter((one) => standingOf(one.migrated, scope).isUnderWay)
    const fences = await openFences(open.length === 0 ? named : open, account, parts)
    try {
      if (open.length === 0) {
        if (await fences.liftKept()) return decidedOwners(owning(named), 'legacy')
        throw nothingToCancel(named)
      }
      await sayCancel(open, { log, reason }, parts)
      // The worker decides at the fence: where it was not moved yet, this is what ends the wish.
      await fences.move('native', ({ epoch }) => epoch)
      const owned = await awaitOwners(open, parts)
      if (owned === null) throw unanswered(fences)
      if (owned.some(({ owner }) => owner === 'native')) throw tooLate(open)
      await lift(fences, owned)
      return decidedOwners(
        open.map((one, at) => ({ ...one, epoch: owned[at]?.epoch ?? one.epoch })),
        'legacy',
      )
    } finally {
      await fences.close()
    }
  })
}

function epochOf(migrated: MigratedMapping, scope: Scope): number {
  expectScope(migrated, scope)
  const { stage, words, ownership } = standingOf(migrated, scope)
  if (stage === 'native') throw tooLate([{ migrated, scope }])
  return words.open?.epoch ?? ownership.epoch
}

const owning = (scopes: readonly FencedScope[]): readonly FencedScope[] =>
  scopes.map((one) => ({ ...one, epoch: standingOf(one.migrated, one.scope).ownership.epoch }))

const told = (scopes: readonly Pick<FencedScope, 'migrated' | 'scope'>[]): string =>
  scopes.map(({ migrated, scope }) => `${migrated.mapping.name}, scope ${scopeText(scope)}`).join('; ')

const nothingToCancel = (scopes: readonly FencedScope[]): FalseworkError =>
  new FalseworkError('TRANSITION_REFUSED', `${told(scopes)}: there is no handover to cancel`)

const tooLate = (scopes: readonly Pick<FencedScope, 'migrated' | 'scope'>[]): FalseworkError =>
  new FalseworkError('CANCEL_TOO_LATE', `${told(scopes)}: it is handed over`)
