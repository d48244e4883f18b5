/** A handover, from the fence to the new owner or back to the old one. Begun again, it goes on where it stood. */
import { FalseworkError } from '../../../core/diagnostics/falsework-error.ts'
import type { Ownership } from '../../../core/migration/ownership.ts'
import { scopeText } from '../../../core/migration/stage.ts'
import { foldRead } from '../../../core/registry/registry-state.ts'
import type { ControlLog } from '../../../ports/kafka/control-log.ts'
import type { ControlLogParts } from '../../operate/control-log-parts.ts'
import { type AwaitParts, awaitOwners } from './await-owners.ts'
import { cancelOf, type SaidCancel, sayCancel } from './cancel-words.ts'
import type { FencedScope, Fences } from './fences.ts'
import { endsOf, gapMs } from './first-native.ts'

export type HandoverEnd =
  | {
      readonly kind: 'handedOver'
      /** How long the fence waited for writers in flight, ms. */
      readonly fencedMs: number
      /** From there until the new owner could be read, ms. */
      readonly decidedMs: number
      /** Between the last event of the legacy system and the first one of the new service, ms; null: there is none yet. */
      readonly gapMs: number | null
    }
  /** The legacy system goes on, in a later epoch. */
  | ({ readonly kind: 'kept'; readonly epoch: number } & WhyKept)

/** `held`: something of one of the mappings waits. */
export type WhyKept =
  | { readonly why: 'held' }
  /** By somebody else; null: nobody has answered in time, so that this command has. */
  | { readonly why: 'cancelled'; readonly by: SaidCancel | null }

export interface HandoverParts extends AwaitParts {
  /** How long the first event of the new service is waited for. */
  readonly patienceMs: number
}

/** Raises what moving the fences does, `INTERRUPTED`, and `TIMED_OUT` where not even a cancel was answered. */
export async function handOver(
  fences: Fences,
  log: ControlLog,
  parts: HandoverParts & ControlLogParts,
): Promise<HandoverEnd> {
  const { clock, patienceMs } = parts
  const { scopes } = fences
  const ends = await endsOf(scopes, parts)
  const beganMs = clock.nowMs()
  await fences.move('native', ({ epoch }) => epoch)
  const fencedMs = clock.nowMs() - beganMs
  const answered = await awaitOwners(scopes, parts)
  if (answered === null) await sayCancel(scopes, { log, reason: 'no answer in time' }, parts)
  const owned = answered ?? (await awaitOwners(scopes, parts))
  const decidedMs = clock.nowMs() - beganMs - fencedMs
  if (owned === null) throw unanswered(fences)
  if (owned.some(({ owner }) => owner === 'native')) {
    return { kind: 'handedOver', fencedMs, decidedMs, gapMs: await gapMs({ scopes, ends, patienceMs }, parts) }
  }
  await lift(fences, owned)
  const why: WhyKept = answered === null ? { why: 'cancelled', by: null } : await whyKept(scopes, log)
  return { kind: 'kept', epoch: owned[0]?.epoch ?? 0, ...why }
}

/** One that another operator has cancelled keeps all that moves with it. */
async function whyKept(scopes: readonly FencedScope[], log: ControlLog): Promise<WhyKept> {
  const by = cancelOf(scopes, foldRead(await log.read(0)))
  return by === null ? { why: 'held' } : { why: 'cancelled', by }
}

/** Only where it was read that the legacy system owns: it may write from here on. */
export async function lift(fences: Fences, owned: readonly Ownership[]): Promise<void> {
  await fences.move('legacy', (scope) => owned[fences.scopes.indexOf(scope)]?.epoch ?? 0)
}

export function unanswered({ scopes }: Fences): FalseworkError {
  const about = scopes.map(({ migrated, scope }) => `${migrated.mapping.name}, scope ${scopeText(scope)}`).join('; ')
  return new FalseworkError(
    'HANDOVER_UNANSWERED',
    `${about}: it is cancelled, and no daemon has read that yet; the legacy system is kept from writing until one has`,
  )
}
