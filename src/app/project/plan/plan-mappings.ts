/** What registering would change; asking changes nothing. */
import { catalogToJson } from '../../../core/catalog/catalog-json.ts'
import type { Problem } from '../../../core/diagnostics/problem.ts'
import { type RegisteredStage, subjectOfTables, subjectsOfRevision } from '../../../core/registry/control-record.ts'
import { emptyRegistry, type RegistryState, type Revision } from '../../../core/registry/registry-state.ts'
import { canonicalHash, canonicalJson, revisionHash } from '../../../core/registry/revision-hash.ts'
import { expectAllRead } from '../../../core/registry/unread-record.ts'
import type { WaitingInputs } from '../../../core/translation/held/waiting-under.ts'
import type { ConsumerGroups } from '../../../ports/kafka/consumer-groups.ts'
import type { ControlLog } from '../../../ports/kafka/control-log.ts'
import type { TopicAdmin, TopicSpec } from '../../../ports/kafka/topic-admin.ts'
import { readRegistry } from '../../observe/registered.ts'
import type { RegistryParts } from '../contracts/broken-promises.ts'
import type { Project } from '../project-texts.ts'
import { saysTheSame, type TablesToldOf } from '../register-tables.ts'
import {
  expectTopics,
  changedMigration,
  type IntendedRevision,
  intendedRevision,
  type IntendedSchema,
  intendedTables,
  type IntentParts,
  type Registration,
} from './intended-revision.ts'
import { type PlannedDifference, plannedDifference } from './planned-difference.ts'
import { type PlannedReader, plannedReaders, type WithdrawnEvent, withdrawnEvents } from './planned-readers.ts'
import { type Change, type PlannedSchema, plannedSchema } from './planned-schema.ts'
import { readyProject, type Refused } from './ready-project.ts'
import { releasing, waitingInputs, type WaitingParts } from './waiting-inputs.ts'

export interface Plan {
  /** Names of mappings and paths of their files; none: all of the project. */
  readonly only: readonly string[]
  /** What new mappings are to be registered into; null: live. */
  readonly into: RegisteredStage | null
  readonly mappings: readonly PlannedMapping[]
  /** Names all that would be registered: two plans of the same files have the same. */
  readonly content: string
  /** Names what the registry log says of everything that the plan is about. */
  readonly registry: string
}

export interface PlannedMapping extends PlannedDifference {
  readonly mapping: string
  readonly source: string
  /** What it is registered into, or was when it was new. */
  readonly stage: RegisteredStage
  readonly change: Change
  /** The revision in force; null: none. */
  readonly from: number | null
  readonly to: number
  /** That would be made, under their names on Kafka. */
  readonly topics: readonly TopicSpec[]
  readonly schemas: readonly PlannedSchema[]
  readonly withdrawn: readonly WithdrawnEvent[]
  /** How many cases of fixtures it has, all of which pass. */
  readonly cases: number
  /** Consumer groups on the topics of schemas that change and of events that are withdrawn. */
  readonly readers: readonly PlannedReader[]
  /** The migration file that the registry log is told of; null: it says the same, or there is none. */
  readonly migration: string | null
  /** What the log says of the tables of its source. */
  readonly tables: Change
  /** Inputs that wait, which it lets go; null: none do, or it is no other revision. */
  readonly waiting: WaitingInputs | null
}

interface IntendedOne extends IntendedRevision {
  readonly registration: Registration
  readonly migration: ReturnType<typeof changedMigration>
}

export interface PlanParts extends RegistryParts, IntentParts, WaitingParts {
  readonly topicAdmin: TopicAdmin
  readonly consumerGroups: ConsumerGroups
  readonly openControlLog: () => Promise<ControlLog>
}

/** `end`: of the registry log as the plan has read it. */
export type Planned =
  | { readonly kind: 'planned'; readonly plan: Plan; readonly end: number; readonly problems: readonly Problem[] }
  | Refused

/** Raises what registering would raise before it changes anything: `INVALID_PROJECT` of topics, and what the ports raise. */
export async function planMappings(project: Project, only: readonly string[], parts: PlanParts): Promise<Planned> {
  const ready = await readyProject(project, only, parts)
  if (ready.kind === 'refused') return ready
  const { registrations, problems } = ready
  const state = await registryState(parts)
  const revisions = registrations.map((registration) => ({
    ...intendedRevision(registration, parts, state),
    registration,
    migration: changedMigration(registration, state),
  }))
  const sources = new Map(registrations.map((one) => [one.item.mapping.source, one]))
  const tables = [...sources].map(([source, one]) => intendedTables(source, one))
  const changes = new Map(tables.map((told) => [told.source, changeOfTables(told, state)]))
  const planned: Omit<PlannedMapping, 'tables' | 'waiting'>[] = []
  for (const revision of revisions) planned.push(await plannedMapping(revision, state, parts))
  const changed = new Set(planned.filter(({ change }) => change === 'changed').map(({ mapping }) => mapping))
  const released = revisions
    .filter(({ content }) => changed.has(content.mapping))
    .map((revision) => releasing(revision.registration, revision))
  const waiting = await waitingInputs(released, parts)
  const mappings = planned.map((one): PlannedMapping => {
    const { mapping, source } = one
    return { ...one, tables: changes.get(source) ?? 'unchanged', waiting: waiting.get(mapping) ?? null }
  })
  const plan = {
    only,
    into: parts.stage ?? null,
    mappings,
    content: canonicalHash([revisions.map(contentToJson), tables.map(tablesToJson)]),
    registry: registryHash(revisions, tables, state),
  }
  return { kind: 'planned', plan, end: state.end, problems }
}

export const isPending = ({ mappings }: Pick<Plan, 'mappings'>): boolean =>
  mappings.some(
    ({ change, tables, topics, migration }) =>
      change !== 'unchanged' || tables !== 'unchanged' || topics.length > 0 || migration !== null,
  )

/** Before the first registration there is no log. Raises the code of a record that cannot be read, and what the log raises. */
export async function registryState({
  names,
  topicAdmin,
  openControlLog,
}: Pick<PlanParts, 'names' | 'topicAdmin' | 'openControlLog'>): Promise<RegistryState> {
  const found = await topicAdmin.describe([names.registry])
  const state = found.has(names.registry) ? await readRegistry(openControlLog) : emptyRegistry
  expectAllRead(state)
  return state
}

async function plannedMapping(
  { content, stage, schemas, topics, migration, registration }: IntendedOne,
  state: RegistryState,
  parts: PlanParts,
): Promise<Omit<PlannedMapping, 'tables' | 'waiting'>> {
  const { topicAdmin, schemaRegistry } = parts
  const found = await topicAdmin.describe(topics.map(({ topic }) => topic))
  expectTopics(topics, found)
  const current = state.mappings.get(content.mapping)?.current ?? null
  const planned: PlannedSchema[] = []
  for (const schema of schemas) planned.push(await plannedSchema(schema, schemaRegistry))
  const withdrawn = withdrawnEvents(current, schemas)
  const changed = schemas.filter((_, index) => planned[index]?.change === 'changed')
  const touched = [...changed, ...withdrawn].map(({ topic }) => topic)
  const isSame = current !== null && planned.every(isUnchanged) && says(current, { content, schemas })
  return {
    mapping: content.mapping,
    source: content.source,
    stage,
    change: current === null ? 'new' : isSame ? 'unchanged' : 'changed',
    from: current?.number ?? null,
    to: current === null ? 1 : current.number + (isSame ? 0 : 1),
    topics: topics.filter(({ topic }) => !found.has(topic)),
    schemas: planned,
    withdrawn,
    ...plannedDifference(registration, { content }, { ...parts, current }),
    cases: registration.cases,
    readers: await plannedReaders(touched, parts),
    migration: migration?.file.path ?? null,
  }
}

const isUnchanged = ({ change }: { readonly change: Change }): boolean => change === 'unchanged'

/** Whether the revision is what would be registered, provided that its schemas have kept their ids. */
function says({ record }: Revision, { content, schemas }: Pick<IntendedRevision, 'content' | 'schemas'>): boolean {
  const named = ({ event, version, topic, subject }: Omit<IntendedSchema, 'schema' | 'compatibility'>) =>
    canonicalJson([event, version, topic, subject])
  const registered = record.content.schemas
  if (registered.map(named).join() !== schemas.map(named).join()) return false
  return revisionHash({ ...content, schemas: registered }) === record.hash
}

function changeOfTables(told: TablesToldOf, { tables }: RegistryState): Change {
  const last = tables.get(told.source)
  if (last === undefined) return 'new'
  return saysTheSame(last, told) ? 'unchanged' : 'changed'
}

const contentToJson = ({ content, stage, schemas, topics, migration }: IntendedOne): unknown => [
  { ...content, catalog: catalogToJson(content.catalog) },
  stage,
  schemas,
  topics,
  migration,
]

const tablesToJson = ({ stored, ...told }: TablesToldOf): unknown => [
  told,
  stored === undefined ? null : [stored.capture, catalogToJson(stored.catalog)],
]

/** Of the last record about each subject of the plan: what is registered beside it leaves the plan as good as it was. */
function registryHash(
  revisions: readonly IntendedOne[],
  tables: readonly TablesToldOf[],
  { accepted }: RegistryState,
): string {
  const subjects = [
    ...revisions.flatMap(({ content, schemas }) => subjectsOfRevision(content.mapping, schemas)),
    ...tables.map(({ source }) => subjectOfTables(source)),
  ]
  return canonicalHash(subjects.map((subject) => [subject, accepted.get(subject)?.offset ?? null]))
}
