/** The way back: nobody publishes, the new service is fenced, its writes are brought back, and the legacy system owns again. */
import { FalseworkError } from '../../../core/diagnostics/falsework-error.ts'
import { syncRole } from '../../../core/migration/guard/guard-place.ts'
import { type Scope, scopeText } from '../../../core/migration/stage.ts'
import type { StageWord } from '../../../core/migration/stage-word.ts'
import { encodeControlRecord } from '../../../core/registry/control-record-json.ts'
import { foldRead, type RegistryState } from '../../../core/registry/registry-state.ts'
import type { ControlLog } from '../../../ports/kafka/control-log.ts'
import type { DatabaseAccount } from '../../../ports/database/guard.ts'
import type { FencedProducer, ProducerIds } from '../../../ports/kafka/producer-ids.ts'
import { commonFields, type ControlLogParts, withControlLog } from '../../operate/control-log-parts.ts'
import { thoseLeftBehind } from '../left-behind.ts'
import { neverOpened } from '../live-values.ts'
import { expectScope, type MigratedMapping, readTogether, standingOf } from '../read-stages.ts'
import { sayWords } from '../say-words.ts'
import { type AwaitParts, awaitOwners, type DecidedOwner, decidedOwners } from './await-owners.ts'
import { type FencedScope, type FenceParts, openFences } from './fences.ts'

export interface RollbackRequest {
  /** One, or several that move together. */
  readonly mappings: readonly string[]
  readonly scope: Scope
  readonly reason: string
  /** Whether what the new service has written is back in the legacy database: the operator says so. */
  readonly writes: 'outstanding' | 'back'
  /** By whom it was stopped, where it cannot be fenced; null: it is fenced. */
  readonly stopped: string | null
}

export type RollbackEnd = {
  /** Each under an epoch of its own. */
  readonly owned: readonly DecidedOwner[]
  readonly fenced: readonly FencedProducer[]
} /** Nobody publishes; `steps`: what is to be done by people before it goes on. */ & (
  | { readonly kind: 'nobody'; readonly steps: readonly string[] }
  | { readonly kind: 'back' }
)

export type RollbackParts = ControlLogParts & FenceParts & AwaitParts & { readonly producerIds: ProducerIds }

/**
 * Each step may be taken again: the same command goes on where it stood. Raises `TRANSITION_REFUSED` where the new service
 * does not own, cannot be fenced, or another mapping would be left with it, `TIMED_OUT`, `INTERRUPTED`, and as
 * `readTogether` and `openFences`.
 */
export async function rollBack(
  request: RollbackRequest,
  account: DatabaseAccount | null,
  parts: RollbackParts,
): Promise<RollbackEnd> {
  const { mappings, scope, writes } = request
  return await withControlLog(parts, async (log) => {
    const registry = foldRead(await log.read(0))
    const migrated = await readTogether(mappings, registry, parts)
    const left = await thoseLeftBehind(migrated, { direction: 'toLegacy', scope }, parts)
    if (left !== null) throw left
    const scopes = migrated.map((one): FencedScope => ({ migrated: one, scope, epoch: epochOf(one, scope) }))
    const ids = await idsToFence(scopes, request, parts)
    if (writes === 'back') for (const one of scopes) expectFenced(one, ids)
    const fences = await openFences(scopes, account, parts)
    try {
      const due = scopes.filter((one) => !standingOf(one.migrated, scope).isUnderWay)
      await sayWords(
        due.map((one) => wordOf(one, request)),
        { log, registry },
        parts,
      )
      if ((await awaitOwners(scopes, parts)) === null) throw unanswered(scopes)
      const fenced = scopes.every((one) => isFenced(one, ids)) ? [] : await fence(scopes, ids, { log, registry }, parts)
      if (writes === 'outstanding') {
        return { kind: 'nobody', owned: decidedOwners(scopes, 'none'), fenced, steps: stepsOf(scopes) }
      }
      await fences.move('legacy', (one) => one.epoch + 1)
      const back = scopes.map((one) => ({ ...one, epoch: one.epoch + 1 }))
      if ((await awaitOwners(back, parts)) === null) throw unanswered(scopes)
      return { kind: 'back', owned: decidedOwners(back, 'legacy'), fenced }
    } finally {
      await fences.close()
    }
  })
}

/** A service that was fenced and came back is not fenced once more. */
const isFenced = ({ migrated: { registry, mapping }, scope, epoch }: FencedScope, ids: readonly string[]): boolean =>
  (registry.fencings.get(mapping.name) ?? []).some(
    (one) => one.scope === scope && one.epoch === epoch && ids.every((id) => one.fenced.includes(id)),
  )

/** What the new service could write until now cannot be back. */
function expectFenced(scope: FencedScope, ids: readonly string[]): void {
  if (isFenced(scope, ids)) return
  const why = 'the new service was not fenced yet, so that nothing can be back; run it without --synced first'
  throw refused(scope.migrated, scope.scope, why)
}

/** It is kept when it is done: whoever dies in between fences again. */
async function fence(
  scopes: readonly FencedScope[],
  ids: readonly string[],
  { log, registry }: { readonly log: ControlLog; readonly registry: RegistryState },
  parts: RollbackParts,
): Promise<readonly FencedProducer[]> {
  const fenced = await parts.producerIds.fence(ids)
  for (const { migrated, scope, epoch } of scopes) {
    const common = commonFields(parts, registry.end)
    const about = { mapping: migrated.mapping.name, scope, epoch, fenced: ids }
    await log.append(encodeControlRecord({ kind: 'fenced', ...common, ...about }))
  }
  return fenced
}

/** Of the ownership in which the scope is nobody's. */
function epochOf(migrated: MigratedMapping, scope: Scope): number {
  expectScope(migrated, scope)
  const { stage, ownership, words, isUnderWay } = standingOf(migrated, scope)
  if (stage !== 'native') {
    throw refused(
      migrated,
      scope,
      `it is in ${stage}: the new service does not own it, and nothing is to be taken back`,
    )
  }
  return isUnderWay ? (words.open?.epoch ?? ownership.epoch) : ownership.epoch + 1
}

/** Whoever publishes under an id that nobody has opened does it under another one, and would go on. */
async function idsToFence(
  scopes: readonly FencedScope[],
  { stopped }: RollbackRequest,
  { producerIds }: RollbackParts,
): Promise<readonly string[]> {
  const ids: string[] = []
  for (const { migrated, scope } of scopes) {
    const unknown = await neverOpened(migrated, producerIds)
    if ((unknown === null || unknown.length > 0) && stopped === null) {
      const which =
        unknown === null ? 'no transactional id is declared' : `nobody has ever opened ${unknown.join(', ')}`
      throw refused(migrated, scope, `the new service cannot be fenced: ${which}; --stopped says who has stopped it`)
    }
    ids.push(...(migrated.migration?.native.transactionalIds ?? []).map(({ value }) => value))
  }
  return [...new Set(ids)]
}

function wordOf({ migrated, scope, epoch }: FencedScope, { reason, stopped }: RollbackRequest): StageWord {
  const { owner, epoch: seen } = standingOf(migrated, scope).ownership
  return {
    ...{ mapping: migrated.mapping.name, scope, transition: 'rollback', to: 'live', epoch },
    ...{ seen: { owner, epoch: seen }, reason, evidence: [] },
    waivers: stopped === null ? [] : [{ gate: 'fenceable', reason: stopped }],
  }
}

function stepsOf(scopes: readonly FencedScope[]): readonly string[] {
  const epochs = [...new Set(scopes.map(({ epoch }) => epoch))]
  const rows = `${epochs.length === 1 ? 'a row' : 'rows'} ${epochs.map((epoch) => `(${epoch}, number)`).join(' and ')}`
  return [
    `bring back what the new service has written since the fence, as ${syncRole}: each transaction inserts ${rows} into falsework_sync, and none of its changes is published`,
    'the same command with --synced opens the legacy system again, and its events are published from there on',
  ]
}

const refused = ({ mapping }: MigratedMapping, scope: Scope, why: string): FalseworkError =>
  new FalseworkError('TRANSITION_REFUSED', `${mapping.name}, scope ${scopeText(scope)}: ${why}`)

const unanswered = (scopes: readonly FencedScope[]): FalseworkError =>
  new FalseworkError(
    'TIMED_OUT',
    `${scopes.map(({ migrated }) => migrated.mapping.name).join(', ')}: no daemon has answered; the same command goes on where it stopped`,
  )
