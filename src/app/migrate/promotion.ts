/** What leads scopes of mappings on: where they stand, where that leads, and what the gates show. Nothing is written. */
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'
import { topicsOf } from '../../core/mapping/compiled-mapping.ts'
import { noGates } from '../../core/migration/file/migration-shape.ts'
import { type GateLimits, type GatesOutcome, judgeGates, runGates } from '../../core/migration/gates.ts'
import { allowedTransitions, type Scope, scopeText, type Stage } from '../../core/migration/stage.ts'
import type { RegistryState } from '../../core/registry/registry-state.ts'
import type { GateEvidence, Waiver } from '../../core/migration/stage-word.ts'
import { type LiveParts, liveValues } from './live-values.ts'
import { thoseLeftBehind } from './left-behind.ts'
import { expectScope, type MigratedMapping, readTogether, standingOf } from './read-stages.ts'

export interface Promotion {
  /** One, or several that move together. */
  readonly mappings: readonly string[]
  readonly scope: Scope
  /** Where it is to lead; null: to the next stage. */
  readonly to: Stage | null
  readonly reason: string | null
  readonly waivers: readonly Waiver[]
  /** `look`: nothing is written. */
  readonly run: 'say' | 'look'
}

export interface NextStep {
  readonly from: Stage
  readonly to: Exclude<Stage, 'shadow'>
  readonly epoch: number
  /**
   * `said`: the word is there, and what it asks for is not done yet: whoever said it has not come to the end. `there`: it is
   * done.
   */
  readonly progress: 'new' | 'said' | 'there'
}

export interface Planned extends NextStep {
  readonly migrated: MigratedMapping
  readonly mapping: string
  readonly source: string
  readonly scope: Scope
  readonly evidence: readonly GateEvidence[]
  readonly waivers: readonly Waiver[]
  readonly gates: GatesOutcome
  /** What was done, or would be. */
  readonly steps: readonly string[]
}

/**
 * All of them by one and the same step. Raises `TRANSITION_REFUSED` where nothing leads on and where one would be left
 * behind, `NO_MIGRATION` where it is to be compared and nothing says how, and as `readTogether`.
 */
export async function planPromotion(
  promotion: Promotion,
  registry: RegistryState,
  parts: LiveParts,
): Promise<readonly Planned[]> {
  const migrated = await readTogether(promotion.mappings, registry, parts)
  const plans: Planned[] = []
  for (const one of migrated) plans.push(await planOf(one, promotion, parts))
  const [first] = plans
  const other = plans.find(({ to }) => to !== first?.to)
  if (first !== undefined && other !== undefined) {
    const [one, two] = [first, other].map(({ mapping, to }) => `${mapping} to ${to}`)
    throw new FalseworkError('TRANSITION_REFUSED', `they do not move together: ${one ?? ''}, ${two ?? ''}`)
  }
  if (first?.to !== 'native' || plans.every(({ progress }) => progress === 'there')) return plans
  const left = await thoseLeftBehind(migrated, { direction: 'toNative', scope: promotion.scope }, parts)
  if (left === null) return plans
  if (promotion.run === 'say') throw left
  return plans.map((plan) => ({ ...plan, steps: [`refused: ${left.message}`, ...plan.steps] }))
}

async function planOf(migrated: MigratedMapping, promotion: Promotion, parts: LiveParts): Promise<Planned> {
  const { mapping } = migrated
  const { scope } = promotion
  const step = nextStep(migrated, promotion)
  const about = { migrated, mapping: mapping.name, source: mapping.source, scope, ...step }
  if (step.progress === 'there') return { ...about, evidence: [], waivers: [], gates: { kind: 'open' }, steps: [] }
  const waivers = [...promotion.waivers, ...(step.progress === 'said' ? waiversSaid(migrated, scope, step) : [])]
  const limits = limitsOf(migrated, parts.wallMs())
  const evidence = runGates(step.to, await liveValues(migrated, { to: step.to, limits }, parts), limits)
  return {
    ...about,
    evidence,
    waivers,
    gates: judgeGates(evidence, waivers),
    steps: stepsOf(migrated, step, scope),
  }
}

function nextStep(migrated: MigratedMapping, { scope, to }: Promotion): NextStep {
  expectScope(migrated, scope)
  const { stage: from, ownership, isUnderWay, words } = standingOf(migrated, scope)
  const refused = (why: string): FalseworkError =>
    new FalseworkError('TRANSITION_REFUSED', `${migrated.mapping.name}, scope ${scopeText(scope)}: ${why}`)
  if (to === from && to !== 'shadow' && !isUnderWay) return { from, to, epoch: ownership.epoch, progress: 'there' }
  const rule = allowedTransitions[from].promote
  if (rule === undefined || rule.to === 'shadow') throw refused(`promote does not lead on from ${from}`)
  if (to !== null && rule.to !== to) throw refused(`promote leads from ${from} to ${rule.to}, not to ${to}`)
  if (isUnderWay && words.open?.isCancelled === true) {
    throw refused('its handover is cancelled, and not taken back yet; falsework migrate cancel goes on with that')
  }
  if (rule.to === 'parity' && migrated.migration === null) {
    throw new FalseworkError(
      'NO_MIGRATION',
      `nothing that is registered says how the events of ${migrated.mapping.name} are compared`,
    )
  }
  return { from, to: rule.to, epoch: ownership.epoch + rule.epochs, progress: isUnderWay ? 'said' : 'new' }
}

/** Whoever goes on with a handover need not say once more what was said when it began. */
function waiversSaid({ registry, mapping }: MigratedMapping, scope: Scope, { epoch }: NextStep): readonly Waiver[] {
  const words = registry.stages.get(mapping.name)?.words ?? []
  const own = words.filter(({ record }) => record.transition === 'promote' && record.epoch === epoch)
  return own.find(({ record }) => record.scope === scope)?.record.waivers ?? []
}

/** What the gates want of the mapping, on that day. */
export function limitsOf({ migration, mapping }: MigratedMapping, nowMs: number): GateLimits {
  const topic = migration?.topics.bridge.value
  const events = mapping.publications.filter((one) => one.topic === topic)
  return {
    gates: migration?.gates ?? noGates,
    windowSeconds: migration?.windowSeconds ?? 0,
    events: [...new Set(events.map(({ event, version }) => (version === 1 ? event : `${event}.v${version}`)))],
    today: new Date(nowMs).toISOString().slice(0, 10),
  }
}

function stepsOf(
  { mapping, migration }: MigratedMapping,
  { from, to, epoch }: NextStep,
  scope: Scope,
): readonly string[] {
  const topics = topicsOf(mapping).join(', ')
  const about = `${mapping.name}, scope ${scopeText(scope)}`
  const word = `the registry log is told: ${about}, ${from} to ${to}, epoch ${epoch}`
  if (to === 'native') {
    return [
      word,
      `the fence of ${about} is moved in the legacy database: behind every writer in flight, and from there on writers are refused`,
      `where the daemon reads it, it publishes what stands before it, and hands over in the same Kafka transaction: native, epoch ${epoch}`,
      `without an answer in time it is cancelled, and the legacy system goes on in epoch ${epoch + 1}`,
    ]
  }
  if (to === 'live') {
    return [
      word,
      `from the next boundary between source transactions on, events go to ${topics}; nothing of shadow is copied`,
      `the ownership topic is told in the same Kafka transaction: legacy, epoch ${epoch}`,
      `another feed of ${topics} must be stopped by you: falsework does not know of it`,
    ]
  }
  return [
    word,
    `the events of ${migration?.topics.bridge.value ?? topics} are compared with those of ${migration?.topics.native.value ?? ''}; nobody's publishing changes`,
  ]
}
