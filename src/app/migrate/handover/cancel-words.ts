/** Takes back handovers that nobody has decided yet. */
import { scopeText } from '../../../core/migration/stage.ts'
import { FalseworkError } from '../../../core/diagnostics/falsework-error.ts'
import type { StageWord } from '../../../core/migration/stage-word.ts'
import { foldRead, type RegistryState } from '../../../core/registry/registry-state.ts'
import { stagingOf } from '../../../core/translation/ownership/routes.ts'
import type { ControlLog } from '../../../ports/kafka/control-log.ts'
import type { ControlLogParts } from '../../operate/control-log-parts.ts'
import { standingOf } from '../read-stages.ts'
import { sayWords } from '../say-words.ts'
import type { FencedScope } from './fences.ts'

export interface SaidCancel {
  readonly actor: string
  /** Since the epoch. */
  readonly atMs: number
  readonly reason: string | null
}

/** The first one of a handover of these scopes, whoever has said it; null: nobody has. */
export function cancelOf(scopes: readonly FencedScope[], { stages }: RegistryState): SaidCancel | null {
  for (const { migrated, scope, epoch } of scopes) {
    const words = stages.get(migrated.mapping.name)?.words ?? []
    const said = words.find(({ record: one }) => {
      return one.transition === 'cancel' && one.scope === scope && one.epoch === epoch
    })
    if (said !== undefined) return { actor: said.record.actor, atMs: said.record.atMs, reason: said.record.reason }
  }
  return null
}

/** What is cancelled already is not said once more. Raises `REGISTRATION_CONFLICT` as `sayWords` does. */
export async function sayCancel(
  scopes: readonly FencedScope[],
  { log, reason }: { readonly log: ControlLog; readonly reason: string | null },
  parts: ControlLogParts,
): Promise<void> {
  const registry = foldRead(await log.read(0))
  const words = scopes.flatMap(({ migrated, scope, epoch }): StageWord[] => {
    const { mapping } = migrated
    const { words, ownership } = standingOf({ ...migrated, staging: stagingOf(registry, mapping.name) }, scope)
    if (words.open?.isCancelled === true) return []
    const { owner, epoch: seen } = ownership
    if (words.open?.epoch !== epoch) {
      const why = `there is no handover of epoch ${epoch} to cancel`
      throw new FalseworkError('TRANSITION_REFUSED', `${mapping.name}, scope ${scopeText(scope)}: ${why}`)
    }
    return [
      {
        ...{ mapping: mapping.name, scope, to: 'parity', epoch, reason },
        ...{ transition: 'cancel', seen: { owner, epoch: seen }, evidence: [], waivers: [] },
      },
    ]
  })
  await sayWords(words, { log, registry }, parts)
}
