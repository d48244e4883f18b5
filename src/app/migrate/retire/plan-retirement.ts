/** What takes the bridge of mappings down: whether its gates are open, the steps, and what stays. Nothing is written. */
import { topicsOf } from '../../../core/mapping/compiled-mapping.ts'
import { type GatesOutcome, judgeGates, runGates } from '../../../core/migration/gates.ts'
import { guardOf } from '../../../core/migration/guard/guarded-tables.ts'
import { captureRemoval, type CaptureRemoval } from '../../../core/migration/retire/capture-removal.ts'
import { type Remainder, remainsOf } from '../../../core/migration/retire/remains.ts'
import { retiredTopics, type TopicFate } from '../../../core/migration/retire/retired-topics.ts'
import { type RetirementStep, retirementSteps } from '../../../core/migration/retire/retirement-steps.ts'
import type { GateEvidence, Waiver } from '../../../core/migration/stage-word.ts'
import type { RegistryState } from '../../../core/registry/registry-state.ts'
import { isRetired } from '../../../core/translation/ownership/retired.ts'
import { stagingOf } from '../../../core/translation/ownership/routes.ts'
import type { TopicAdmin } from '../../../ports/kafka/topic-admin.ts'
import { type GuardPlan, planGuard } from '../guard.ts'
import type { FenceParts } from '../handover/fences.ts'
import { type LiveParts, liveValues } from '../live-values.ts'
import { limitsOf } from '../promotion.ts'
import { type MigratedMapping, readTogether, type ScopeStanding, standingsOf } from '../read-stages.ts'

export interface RetireRequest {
  readonly mappings: readonly string[]
  readonly reason: string | null
  readonly waivers: readonly Waiver[]
  /** `look`: nothing is written. */
  readonly run: 'apply' | 'look'
}

export interface PlannedRetirement {
  readonly mapping: string
  readonly migrated: MigratedMapping
  /** Scopes of which it is still to be said that they are retired. */
  readonly due: readonly ScopeStanding[]
  /** Of what is retired already nothing is asked: whoever said it did not come to the end. */
  readonly evidence: readonly GateEvidence[]
  readonly gates: GatesOutcome
  readonly guard: GuardPlan
}

export interface RetirementPlan {
  readonly source: string
  readonly mappings: readonly PlannedRetirement[]
  /** What goes with the last mapping of the source; null: another one is still at work. */
  readonly capture: { readonly connector: string; readonly removal: CaptureRemoval | null } | null
  readonly steps: readonly RetirementStep[]
  /** Those to keep, and those to delete that are there. */
  readonly topics: readonly ReadTopic[]
  readonly remains: readonly Remainder[]
  /** Nothing keeps the legacy system from writing to these any more. */
  readonly opened: readonly string[]
}

export interface ReadTopic extends TopicFate {
  /** Consumer groups. */
  readonly readers: readonly string[]
}

export type RetireParts = LiveParts &
  FenceParts & { readonly topicAdmin: TopicAdmin; readonly connectorName: (source: string) => string }

/** Raises as `readTogether` and the ports. */
export async function planRetirement(
  { mappings: named, waivers }: RetireRequest,
  registry: RegistryState,
  parts: RetireParts,
): Promise<RetirementPlan> {
  const migrated = await readTogether(named, registry, parts)
  const source = migrated[0]?.mapping.source ?? ''
  const { kind, connector: settings } = await parts.connectorOf(source)
  const mappings: PlannedRetirement[] = []
  for (const one of migrated) {
    const guard = planGuard(one, { kind, connector: settings })
    mappings.push({ ...(await judged(one, waivers, parts)), guard })
  }
  const others = othersAtWork(mappings, registry)
  const connector = parts.connectorName(source)
  const ownOthers = others.filter((one) => one.source === source).map(({ mapping }) => mapping)
  const capture = ownOthers.length > 0 ? null : { connector, removal: captureRemoval(kind, settings) }
  const fates = retiredTopics(
    {
      source,
      topics: migrated.flatMap(({ mapping }) => topicsOf(mapping)),
      stillUsed: new Set(others.flatMap(({ topics }) => topics.map(({ topic }) => topic))),
      transactionalIds: migrated.flatMap(({ migration }) =>
        (migration?.native.transactionalIds ?? []).map(({ value }) => value),
      ),
      isLast: capture !== null,
    },
    parts.names,
  )
  return {
    source,
    mappings,
    capture,
    steps: retirementSteps({ mappings: mappings.map(retiring), capture }),
    topics: await readTopics(fates, parts),
    remains: remainsOf({ source, kind, connector: { name: connector, settings }, others: ownOthers }),
    opened: [...new Set(migrated.flatMap(({ mapping }) => guardOf(mapping).tables.map(({ name }) => name)))],
  }
}

async function judged(
  migrated: MigratedMapping,
  waivers: readonly Waiver[],
  parts: LiveParts,
): Promise<Omit<PlannedRetirement, 'guard'>> {
  const { name: mapping } = migrated.mapping
  if (isRetired(migrated.staging)) return { mapping, migrated, due: [], evidence: [], gates: { kind: 'open' } }
  const limits = limitsOf(migrated, parts.wallMs())
  const evidence = runGates('retired', await liveValues(migrated, { to: 'retired', limits }, parts), limits)
  const due = standingsOf(migrated).filter(({ stage }) => stage === 'native')
  return { mapping, migrated, due, evidence, gates: judgeGates(evidence, waivers) }
}

/** Everything that is registered, is not retired, and is not retired now. */
function othersAtWork(retired: readonly PlannedRetirement[], registry: RegistryState) {
  const names = new Set(retired.map(({ mapping }) => mapping))
  return [...registry.mappings.values()]
    .map(({ current }) => current.record.content)
    .filter(({ mapping }) => !names.has(mapping) && !isRetired(stagingOf(registry, mapping)))
}

const retiring = ({ mapping, due, guard }: PlannedRetirement) => ({
  mapping,
  due: due.map(({ scope, ownership: { epoch } }) => ({ scope, epoch })),
  guard: guard.removal,
})

async function readTopics(
  fates: readonly TopicFate[],
  { topicAdmin, consumerGroups }: Pick<RetireParts, 'topicAdmin' | 'consumerGroups'>,
): Promise<readonly ReadTopic[]> {
  const wanted = fates.filter(({ fate }) => fate === 'delete').map(({ topic }) => topic)
  const there = await topicAdmin.describe(wanted)
  const readers = await consumerGroups.readersOf([...there.keys()])
  return fates
    .filter(({ topic, fate }) => fate === 'keep' || there.has(topic))
    .map((one) => ({ ...one, readers: (readers.get(one.topic) ?? []).map(({ group }) => group) }))
}
