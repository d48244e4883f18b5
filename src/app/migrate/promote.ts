/** Leads a scope of a mapping on: the gates are asked, and a word is said in the registry log. */
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'
import { type GateLimits, type GatesOutcome, judgeGates, runGates } from '../../core/migration/gates.ts'
import { noGates } from '../../core/migration/file/migration-shape.ts'
import { allowedTransitions, type Scope, scopeText, type Stage } from '../../core/migration/stage.ts'
import type { GateEvidence, Waiver } from '../../core/migration/stage-word.ts'
import type { StageRecord } from '../../core/registry/control-record.ts'
import { encodeControlRecord } from '../../core/registry/control-record-json.ts'
import { acceptedOffset, foldRead } from '../../core/registry/registry-state.ts'
import { commonFields, type ControlLogParts, withControlLog } from '../operate/control-log-parts.ts'
import { type LiveParts, liveValues } from './live-values.ts'
import { expectScope, type MigratedMapping, readStages, standingOf } from './read-stages.ts'

export interface Promotion {
  readonly mapping: string
  readonly scope: Scope
  /** Where it is to lead; null: to the next stage. */
  readonly to: Stage | null
  readonly reason: string | null
  readonly waivers: readonly Waiver[]
  /** `look`: nothing is written. */
  readonly run: 'say' | 'look'
}

export interface Promoted {
  readonly mapping: string
  readonly source: string
  readonly scope: Scope
  readonly from: Stage
  readonly to: Stage
  readonly epoch: number
  readonly evidence: readonly GateEvidence[]
  readonly waivers: readonly Waiver[]
  readonly gates: GatesOutcome
  /** What was done, or would be. */
  readonly steps: readonly string[]
  /** Of the word in the registry log; null: none was said. */
  readonly registryOffset: number | null
}

/**
 * Says nothing where a gate is closed. Raises `TRANSITION_REFUSED` where nothing leads on, `NO_MIGRATION` where it is to be
 * compared and nothing says how, `REGISTRATION_CONFLICT` where somebody else was faster, and as `readStages`.
 */
export async function promote(promotion: Promotion, parts: ControlLogParts & LiveParts): Promise<Promoted> {
  return await withControlLog(parts, async (log) => {
    const registry = foldRead(await log.read(0))
    const migrated = await readStages(promotion.mapping, registry, parts)
    const step = nextStep(migrated, promotion)
    const limits = limitsOf(migrated, parts.wallMs())
    const evidence = runGates(step.to, await liveValues(migrated, { to: step.to, limits }, parts), limits)
    const gates = judgeGates(evidence, promotion.waivers)
    const said = {
      mapping: promotion.mapping,
      source: migrated.mapping.source,
      scope: promotion.scope,
      ...step,
      evidence,
      waivers: promotion.waivers,
      gates,
      steps: stepsOf(migrated, step, promotion.scope),
    }
    if (promotion.run === 'look' || gates.kind === 'closed') return { ...said, registryOffset: null }
    const record = wordOf(migrated, { promotion, step, evidence, common: commonFields(parts, registry.end) })
    await log.append(encodeControlRecord(record))
    const after = foldRead(await log.read(registry.end), registry)
    return { ...said, registryOffset: acceptedOffset(after, record.uuid) }
  })
}

interface NextStep {
  readonly from: Stage
  readonly to: Exclude<Stage, 'shadow'>
  readonly epoch: number
}

function nextStep(migrated: MigratedMapping, { scope, to, run }: Promotion): NextStep {
  expectScope(migrated, scope)
  const { stage: from, ownership, isUnderWay } = standingOf(migrated, scope)
  const refused = (why: string): FalseworkError =>
    new FalseworkError('TRANSITION_REFUSED', `${migrated.mapping.name}, scope ${scopeText(scope)}: ${why}`)
  const rule = allowedTransitions[from].promote
  if (rule === undefined || rule.to === 'shadow') throw refused(`promote does not lead on from ${from}`)
  if (to !== null && rule.to !== to) throw refused(`promote leads from ${from} to ${rule.to}, not to ${to}`)
  if (isUnderWay) throw refused('its source has not answered the last word about it yet')
  if (rule.to === 'native' && run === 'say') throw refused('this build does not hand over yet')
  if (rule.to === 'parity' && migrated.migration === null) {
    throw new FalseworkError(
      'NO_MIGRATION',
      `nothing that is registered says how the events of ${migrated.mapping.name} are compared`,
    )
  }
  return { from, to: rule.to, epoch: ownership.epoch + rule.epochs }
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
  const topics = [...new Set([...mapping.publications.map(({ topic }) => topic), ...mapping.tombstoneTopics])].join(
    ', ',
  )
  const about = `${mapping.name}, scope ${scopeText(scope)}`
  const word = `the registry log is told: ${about}, ${from} to ${to}, epoch ${epoch}`
  if (to === 'native') return ['this build shows the gates in front of native, and does not hand over yet']
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

function wordOf(
  migrated: MigratedMapping,
  said: {
    readonly promotion: Promotion
    readonly step: NextStep
    readonly evidence: readonly GateEvidence[]
    readonly common: ReturnType<typeof commonFields>
  },
): StageRecord {
  const { promotion, step, evidence, common } = said
  const { mapping, scope, reason, waivers } = promotion
  const { owner, epoch } = standingOf(migrated, scope).ownership
  const { to } = step
  const seen = { owner, epoch }
  return {
    kind: 'stage',
    ...common,
    mapping,
    scope,
    transition: 'promote',
    to,
    epoch: step.epoch,
    seen,
    reason,
    evidence,
    waivers,
  }
}
