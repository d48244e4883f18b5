/** Leads scopes of mappings on: the gates are asked, words are said in the registry log, and owners change at a fence. */
import { foldRead } from '../../core/registry/registry-state.ts'
import type { DatabaseAccount } from '../../ports/database/guard.ts'
import { type ControlLogParts, withControlLog } from '../operate/control-log-parts.ts'
import { type FenceParts, openFences } from './handover/fences.ts'
import { handOver, type HandoverEnd, type HandoverParts } from './handover/hand-over.ts'
import type { LiveParts } from './live-values.ts'
import { type Planned, planPromotion, type Promotion } from './promotion.ts'
import { standingOf } from './read-stages.ts'
import { sayWords } from './say-words.ts'

export interface Promoted {
  readonly plans: readonly Planned[]
  /** Of the words in the registry log that were said now, by mapping. */
  readonly registryOffsets: ReadonlyMap<string, number>
  /** How the handover ended; null: there was none. */
  readonly handover: HandoverEnd | null
}

export type PromoteParts = ControlLogParts & LiveParts & FenceParts & HandoverParts

/**
 * All of them, or none: nothing is said where a gate of one is closed. To native it goes on until the owner has changed,
 * or does not, and begun again it goes on where it stood. Raises as `planPromotion`, `sayWords`, `openFences` and `handOver`.
 */
export async function promote(
  promotion: Promotion,
  account: DatabaseAccount | null,
  parts: PromoteParts,
): Promise<Promoted> {
  return await withControlLog(parts, async (log) => {
    const registry = foldRead(await log.read(0))
    const plans = await planPromotion(promotion, registry, parts)
    const nothing: Promoted = { plans, registryOffsets: new Map(), handover: null }
    const say = async (): Promise<Promoted['registryOffsets']> => {
      const due = plans.filter(({ progress }) => progress === 'new').map((plan) => wordOf(plan, promotion))
      return await sayWords(due, { log, registry }, parts)
    }
    const moving = plans.filter(({ progress }) => progress !== 'there')
    if (promotion.run === 'look' || moving.length === 0) return nothing
    const isOpen = plans.every(({ gates }) => gates.kind === 'open')
    if (plans[0]?.to !== 'native' || !(isOpen || plans.some(({ progress }) => progress === 'said'))) {
      return isOpen ? { ...nothing, registryOffsets: await say() } : nothing
    }
    const fences = await openFences(moving, account, parts)
    try {
      // What is fenced already is past its gates: it comes to an end, whatever they show by now.
      if (!isOpen && !(await fences.areMoved())) return nothing
      await fences.liftKept()
      const registryOffsets = await say()
      return { plans, registryOffsets, handover: await handOver(fences, log, parts) }
    } finally {
      await fences.close()
    }
  })
}

function wordOf({ migrated, mapping, scope, to, epoch, evidence }: Planned, { reason, waivers }: Promotion) {
  const { owner, epoch: seen } = standingOf(migrated, scope).ownership
  return {
    ...{ mapping, scope, to, epoch, reason, evidence, waivers },
    transition: 'promote' as const,
    seen: { owner, epoch: seen },
  }
}
