/** What a registration of a mapping is to bring about, as far as the files of the project say it: no server is asked. */
import type { Catalog } from '../../../core/catalog/catalog.ts'
import type { TopicNames } from '../../../core/delivery/topic-names.ts'
import { FalseworkError } from '../../../core/diagnostics/falsework-error.ts'
import { type CompiledMapping, topicsOf } from '../../../core/mapping/compiled-mapping.ts'
import type {
  MigrationRecord,
  RegisteredStage,
  RevisionContent,
  RevisionSchema,
} from '../../../core/registry/control-record.ts'
import { keyFingerprint } from '../../../core/registry/key-fingerprint.ts'
import type { RegistryState } from '../../../core/registry/registry-state.ts'
import { storedCatalog } from '../../../core/rows/stored/stored-catalog.ts'
import { hasShadow, type Staging, stagingOf } from '../../../core/translation/ownership/routes.ts'
import type { TopicDescription, TopicSpec } from '../../../ports/kafka/topic-admin.ts'
import type { Project, TextFile } from '../project-texts.ts'
import type { TablesToldOf } from '../register-tables.ts'
import type { CheckedProject } from '../validate-project.ts'

export interface ChosenMapping {
  readonly file: TextFile
  readonly mapping: CompiledMapping
}

/** One mapping of a project in which everything was checked. */
export interface Registration {
  readonly project: Project
  readonly checked: CheckedProject
  readonly item: ChosenMapping
  /** How many cases of fixtures it has; all have passed. */
  readonly cases: number
}

export interface IntentParts {
  readonly names: TopicNames
  readonly defaultPartitions: number
  /** What new mappings are registered into; absent: live. One that is registered keeps its stage. */
  readonly stage?: RegisteredStage
  /** Pseudonym keys by name. */
  readonly keys: ReadonlyMap<string, string>
}

export interface IntendedRevision {
  /** All of the revision but the ids of its schemas, which the schema registry gives. */
  readonly content: Omit<RevisionContent, 'schemas'>
  /** What it is registered into, or was when it was new. */
  readonly stage: RegisteredStage
  /** Each once. */
  readonly schemas: readonly IntendedSchema[]
  readonly topics: readonly TopicSpec[]
}

export type IntendedSchema = Omit<RevisionSchema, 'id' | 'url'> & {
  readonly schema: string
  readonly compatibility: 'FULL_TRANSITIVE' | 'FORWARD_TRANSITIVE'
}

/** What the registry log is to be told of the migration of the mapping; null: it says so already, or there is none. */
export function changedMigration(
  { checked, item }: Registration,
  { migrations }: RegistryState,
): Pick<MigrationRecord, 'mapping' | 'file'> | null {
  const { name: mapping } = item.mapping
  const file = checked.migrations.get(mapping)
  return file === undefined || migrations.get(mapping)?.file.text === file.text ? null : { mapping, file }
}

function intendedStaging(mapping: string, wanted: RegisteredStage | undefined, state: RegistryState): Staging {
  const [first] = state.mappings.get(mapping)?.revisions ?? []
  if (first === undefined) return { registered: wanted ?? 'live', scopes: new Map(), words: [], topics: new Set() }
  const { stage } = first.record
  if (wanted === undefined || wanted === stage) return stagingOf(state, mapping)
  const message = `mapping ${mapping} was registered into ${stage}, and can be led on from there alone: falsework migrate promote ${mapping}`
  throw new FalseworkError('TRANSITION_REFUSED', message)
}

export const subjectOf = (topic: string, fullName: string): string => `${topic}-${fullName}`

/** Raises `TRANSITION_REFUSED` where a mapping is to be registered into another stage than it was. */
export function intendedRevision(
  { project, checked, item }: Registration,
  parts: IntentParts,
  state: RegistryState,
): IntendedRevision {
  const { mapping, file } = item
  const surroundings = checked.sources.get(mapping.source)
  if (surroundings === undefined) throw new FalseworkError('INTERNAL', `no surroundings of ${mapping.source}`)
  const partitions = mapping.partitions?.value ?? parts.defaultPartitions
  const topics = topicsOf(mapping)
  const contracts = [...new Set(mapping.publications.map(({ event, version }) => `${event}.v${version}`))]
  const content = {
    mapping: mapping.name,
    source: mapping.source,
    files: {
      mapping: file,
      codes: project.texts.codes.filter(({ path }) => mapping.codeFiles.has(path)),
      contracts: contracts.flatMap((name) => checked.contracts.get(name)?.file ?? []),
    },
    catalog: catalogOf(surroundings.catalog, mapping),
    capture: surroundings.settings,
    topics: topics.map((topic) => ({ topic, partitions })),
    keys: Object.fromEntries(
      [...parts.keys]
        .filter(([name]) => mapping.pseudonymKeys.has(name))
        .map(([name, key]) => [name, keyFingerprint(key)]),
    ),
  }
  const staging = intendedStaging(mapping.name, parts.stage, state)
  const { names } = parts
  const named = [names.events, ...(hasShadow(staging) ? [names.shadow] : [])]
  const specs = named.flatMap((nameOf) => topicSpecs(topics, { partitions, states: stateTopics(checked), nameOf }))
  const { registered: stage } = staging
  return { content, stage, schemas: intendedSchemas(mapping, names), topics: specs }
}

/** What the registry log is to be told of the tables of a source. */
export function intendedTables(
  source: string,
  { project, checked }: Pick<Registration, 'project' | 'checked'>,
): TablesToldOf {
  const surroundings = checked.sources.get(source)
  const { unknownTables = 'report', excludedRows = [] } = project.sources.get(source) ?? {}
  const told = {
    source,
    tables: [...(surroundings?.catalog.tables.keys() ?? [])].toSorted(),
    onUnknownTable: unknownTables,
  }
  if (surroundings === undefined) return told
  const { catalog, settings: capture } = surroundings
  return { ...told, stored: storedCatalog({ capture, catalog }, new Set(excludedRows)) }
}

/** Of all mappings of the project: whichever of them is registered first makes the topic. */
const stateTopics = ({ mappings }: CheckedProject): ReadonlySet<string> =>
  new Set(mappings.flatMap(({ mapping }) => mapping?.tombstoneTopics ?? []))

function topicSpecs(
  topics: readonly string[],
  {
    partitions,
    states,
    nameOf,
  }: { readonly partitions: number; readonly states: ReadonlySet<string>; readonly nameOf: TopicNames['events'] },
): readonly TopicSpec[] {
  return topics.map((topic) => {
    const policy = states.has(topic) ? 'compact' : 'delete'
    return { topic: nameOf(topic), partitions, config: { 'cleanup.policy': policy } }
  })
}

/**
 * A topic that is there must have the partitions that the revision pins, since keys would move otherwise; one that
 * tombstones go to holds states, and must be compacted: without that they delete nothing. Raises `INVALID_PROJECT`.
 */
export function expectTopics(specs: readonly TopicSpec[], found: ReadonlyMap<string, TopicDescription>): void {
  for (const { topic, partitions, config } of specs) {
    const description = found.get(topic)
    if (description === undefined) continue
    if (description.partitions !== partitions) {
      throw new FalseworkError(
        'INVALID_PROJECT',
        `topic ${topic} has ${description.partitions} partitions, the mapping says ${partitions}: set defaults.partitions to ${description.partitions}`,
      )
    }
    const policy = description.config.get('cleanup.policy') ?? 'compact'
    if (config['cleanup.policy'] === 'delete' || policy.split(',').includes('compact')) continue
    throw new FalseworkError(
      'INVALID_PROJECT',
      `topic ${topic} has cleanup.policy '${policy}', and a rule publishes tombstones into it: set cleanup.policy=compact on the topic, which nothing here alters, or publish into another topic`,
    )
  }
}

/** Each event's once. */
export function intendedSchemas({ publications }: CompiledMapping, names: TopicNames): readonly IntendedSchema[] {
  const schemas = new Map<string, IntendedSchema>()
  for (const { event, version, topic, contract } of publications) {
    const name = `${event}.v${version}`
    const subject = subjectOf(names.events(topic), contract.fullName)
    const { schema, compatibility } = contract
    if (!schemas.has(name)) schemas.set(name, { event, version, topic, subject, schema, compatibility })
  }
  return [...schemas.values()]
}

/** Its tables, and of these what events depend on: a trigger that comes or goes makes no revision. */
function catalogOf(catalog: Catalog, mapping: CompiledMapping): Catalog {
  const tables = [...catalog.tables].filter(([name]) => mapping.tables.has(name))
  return { ...catalog, tables: new Map(tables.map(([name, table]) => [name, { ...table, triggers: [] }])) }
}
