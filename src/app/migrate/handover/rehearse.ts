/** The way back rehearsed before it is needed: what can be tried of it while the legacy system owns. */
import { FalseworkError } from '../../../core/diagnostics/falsework-error.ts'
import { encodeControlRecord } from '../../../core/registry/control-record-json.ts'
import { foldRead } from '../../../core/registry/registry-state.ts'
import type { DatabaseAccount } from '../../../ports/database/guard.ts'
import type { FencedProducer } from '../../../ports/kafka/producer-ids.ts'
import { commonFields, withControlLog } from '../../operate/control-log-parts.ts'
import { neverOpened } from '../live-values.ts'
import { type MigratedMapping, readTogether } from '../read-stages.ts'
import { openFences } from './fences.ts'
import type { RollbackParts } from './roll-back.ts'

export interface RehearsalRequest {
  readonly mappings: readonly string[]
  readonly reason: string
}

export interface Rehearsal {
  readonly fenced: readonly FencedProducer[]
  /** Until each of them was opened anew, ms: so long the new service is away at night. */
  readonly backMs: number
}

const pollIntervalMs = 50

/**
 * The guard stands and is captured, the new service is fenced in earnest, and comes back by itself. That is kept in the
 * registry log. Raises `TRANSITION_REFUSED` where there is nobody to fence, `TIMED_OUT` where it does not come back,
 * `INTERRUPTED`, and as `readTogether` and `openFences`.
 */
export async function rehearse(
  { mappings, reason }: RehearsalRequest,
  account: DatabaseAccount | null,
  parts: RollbackParts,
): Promise<Rehearsal> {
  return await withControlLog(parts, async (log) => {
    const registry = foldRead(await log.read(0))
    const migrated = await readTogether(mappings, registry, parts)
    const ids = await openedIds(migrated, parts)
    const fences = await openFences(
      migrated.map((one) => ({ migrated: one, scope: null, epoch: 0 })),
      account,
      parts,
    )
    await fences.close()
    const beganMs = parts.clock.nowMs()
    const fenced = await parts.producerIds.fence(ids)
    await awaitBack(fenced, parts)
    const backMs = parts.clock.nowMs() - beganMs
    for (const { mapping } of migrated) {
      const common = commonFields(parts, registry.end)
      await log.append(
        encodeControlRecord({ kind: 'rehearsed', ...common, mapping: mapping.name, fenced: ids, reason }),
      )
    }
    return { fenced, backMs }
  })
}

async function openedIds(
  migrated: readonly MigratedMapping[],
  { producerIds }: RollbackParts,
): Promise<readonly string[]> {
  for (const one of migrated) {
    const unknown = await neverOpened(one, producerIds)
    if (unknown !== null && unknown.length === 0) continue
    const which = unknown === null ? 'no transactional id is declared' : `nobody has ever opened ${unknown.join(', ')}`
    throw new FalseworkError('TRANSITION_REFUSED', `${one.mapping.name}: there is nobody to fence: ${which}`)
  }
  const declared = migrated.flatMap(({ migration }) => migration?.native.transactionalIds ?? [])
  return [...new Set(declared.map(({ value }) => value))]
}

/** Whoever opens an id has it under a later epoch, or as another producer. */
async function awaitBack(fenced: readonly FencedProducer[], parts: RollbackParts): Promise<void> {
  const { producerIds, clock, timeoutMs, signal } = parts
  const deadlineMs = clock.nowMs() + timeoutMs
  const ids = fenced.map(({ transactionalId }) => transactionalId)
  for (;;) {
    const now = await producerIds.describe(ids)
    const away = fenced.filter(({ producerId, epoch }, index) => {
      const one = now[index] ?? null
      return one === null || (one.producerId === producerId && one.epoch <= epoch)
    })
    if (away.length === 0) return
    const names = away.map(({ transactionalId }) => transactionalId).join(', ')
    if (signal.aborted) throw new FalseworkError('INTERRUPTED', `${names}: fenced, and not opened anew yet`)
    if (clock.nowMs() > deadlineMs) {
      throw new FalseworkError(
        'TIMED_OUT',
        `${names}: fenced, and nobody has opened it anew: is the new service started again?`,
      )
    }
    await clock.sleep(pollIntervalMs, signal)
  }
}
