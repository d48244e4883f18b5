/** What a source takes over where its history begins anew: what waits, what was said of dead letters, who owns. */
import type { Checkpoint } from '../../../core/delivery/checkpoint.ts'
import { FalseworkError } from '../../../core/diagnostics/falsework-error.ts'
import { heldNumber } from '../../../core/held/held-log.ts'
import { firstWord } from '../../../core/held/letter-words.ts'
import { type HeldState, nothingHeld } from '../../../core/held/held-state.ts'
import { type OwnedScope, ownershipKey } from '../../../core/migration/ownership-record.ts'
import { asksForNative } from '../../../core/migration/scope-stages.ts'
import { scopeText } from '../../../core/migration/stage.ts'
import type { RegistryState } from '../../../core/registry/registry-state.ts'
import type { OwnershipRecords } from '../../../ports/kafka/ownership-log.ts'
import type { RawLog } from '../../../ports/kafka/raw-log.ts'
import { recordsBetween } from '../reading/records-between.ts'
import type { SessionParts } from './session-parts.ts'

/** A broker ends a transaction that another source has left open before its time-out; then it is asked again. */
const ownershipWaitMs = 10_000

type CarriedOver = Partial<Pick<Checkpoint, 'format' | 'held' | 'letters' | 'owners'>>

interface Told {
  readonly held: HeldState | undefined
  readonly owners: readonly OwnedScope[] | undefined
}

/**
 * From the last checkpoint; where there is none, who owns is read from the ownership topic, and inputs are numbered behind
 * those that the log of held inputs has. Raises `OWNERSHIP_LOST` and what reading them raises.
 */
export async function carriedOver(
  parts: SessionParts,
  { checkpoint, registry }: { readonly checkpoint: Checkpoint | null; readonly registry: RegistryState },
): Promise<CarriedOver> {
  if (checkpoint === null) return await withoutCheckpoint(parts, registry)
  const { source, held, owners, registryOffset: from } = checkpoint
  const letters = checkpoint.letters ?? firstWord(registry.letters.get(source) ?? [], { from, to: registry.end })
  return { ...told({ held, owners }), ...(letters !== null && { letters }) }
}

const told = ({ held, owners }: Told): CarriedOver => ({
  ...(held !== undefined && { format: 2, held }),
  ...(owners !== undefined && { format: 3, owners }),
})

async function withoutCheckpoint(parts: SessionParts, registry: RegistryState): Promise<CarriedOver> {
  const ownershipLog = parts.newOwnershipLog()
  const heldLog = await parts.openRawLog(parts.names.held(parts.source))
  try {
    const owners = ownersOf(parts.source, registry, await ownershipLog.read({ maxWaitMs: ownershipWaitMs }))
    const last = await lastNumber(heldLog)
    return told({
      held: last === null ? undefined : { ...nothingHeld, next: last + 1 },
      owners: owners.length === 0 ? undefined : owners,
    })
  } finally {
    await ownershipLog.close()
    await heldLog.close()
  }
}

/** Of the mappings of the source. Nobody publishes for a scope of which a handover was asked, and nothing is known. */
function ownersOf(source: string, registry: RegistryState, records: OwnershipRecords): readonly OwnedScope[] {
  const own = [...registry.mappings].filter(([, { current }]) => current.record.content.source === source)
  const mappings = new Set(own.map(([mapping]) => mapping))
  for (const mapping of mappings) {
    for (const [scope, words] of registry.stages.get(mapping)?.scopes ?? []) {
      const isTold = [scope, null].some((one) => records.has(ownershipKey({ mapping, scope: one })))
      // Of a source that was never started nothing was decided.
      if (isTold || !registry.sources.has(source) || !asksForNative(words)) continue
      throw new FalseworkError(
        'OWNERSHIP_LOST',
        `source ${source} has no checkpoint, mapping ${mapping}, scope ${scopeText(scope)}, was to be handed over, and ` +
          `the ownership topic has no record of it`,
      )
    }
  }
  return [...records.values()].filter(({ mapping }) => mappings.has(mapping))
}

/** The greatest number of an input in the log, looked for from its end on; null: there is none. */
async function lastNumber(log: RawLog): Promise<number | null> {
  const { first, end } = await log.range()
  for (let back = 16, from = end; from > first; back *= 2) {
    from = Math.max(first, end - back)
    const last = await lastNumberBetween(log, { from, to: end })
    if (last !== null) return last
  }
  return null
}

async function lastNumberBetween(
  log: RawLog,
  range: { readonly from: number; readonly to: number },
): Promise<number | null> {
  let last: number | null = null
  for await (const batch of recordsBetween(log, range)) {
    for (let index = 0; index < batch.count; index += 1) last = heldNumber(batch.key(index)) ?? last
  }
  return last
}
