/** Fences that keep the legacy system out of what it owns: a handover was kept, and whoever asked for it did not come to the end. */
import { FalseworkError } from '../../../core/diagnostics/falsework-error.ts'
import { isKeptClosed, ownFence } from '../../../core/migration/guard/fence.ts'
import { scopeText } from '../../../core/migration/stage.ts'
import { planGuard } from '../guard.ts'
import { type MigratedMapping, type ScopeStanding } from '../read-stages.ts'
import type { FenceParts } from './fences.ts'

/**
 * A sentence for each of these scopes of a mapping, with what opens it. The database is asked only where a fence was moved once; that it
 * cannot be asked is a sentence, too.
 */
export async function keptFences(
  migrated: MigratedMapping,
  standings: readonly ScopeStanding[],
  parts: Pick<FenceParts, 'connectorOf' | 'openGuard'>,
): Promise<readonly string[]> {
  const back = standings.filter(({ ownership }) => ownership.owner === 'legacy' && ownership.epoch > 1)
  if (back.length === 0) return []
  try {
    return await closedAmong(back, migrated, parts)
  } catch (error) {
    if (!(error instanceof FalseworkError)) throw error
    const scopes = back.map(({ scope }) => scopeText(scope)).join(', ')
    return [`whether the fence of scope ${scopes} is open again cannot be told: ${error.message}`]
  }
}

async function closedAmong(
  back: readonly ScopeStanding[],
  migrated: MigratedMapping,
  { connectorOf, openGuard }: Pick<FenceParts, 'connectorOf' | 'openGuard'>,
): Promise<readonly string[]> {
  const { name: mapping, source } = migrated.mapping
  const { place } = planGuard(migrated, await connectorOf(source))
  const guard = await openGuard({ source, place, account: null })
  try {
    const rows = await guard.fenceRows()
    return back.flatMap(({ scope, ownership }) => {
      const there = ownFence(rows, { mapping, scope })
      if (!isKeptClosed(there, ownership)) return []
      const only = scope === null ? '' : ` --scope ${scope}`
      return [
        `scope ${scopeText(scope)}: the legacy system owns it in epoch ${ownership.epoch}, and its fence of epoch ` +
          `${there.epoch} still refuses every writer: \`falsework migrate cancel ${mapping}${only} --reason TEXT\` opens it`,
      ]
    })
  } finally {
    await guard.close()
  }
}
