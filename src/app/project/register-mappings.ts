/** Registers mappings: everything is checked first, then schemas and topics are made, then the registry log says so. */
import type { Catalog } from '../../core/catalog/catalog.ts'
import type { TopicNames } from '../../core/delivery/topic-names.ts'
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'
import type { Problem } from '../../core/diagnostics/problem.ts'
import { compatible } from '../../core/event/compatibility/compatible.ts'
import { compatibilityProblems } from '../../core/event/compatibility/compatibility-problems.ts'
import type { CompiledMapping } from '../../core/mapping/compiled-mapping.ts'
import type { FixtureRun } from '../../core/mapping/fixtures/run-fixtures.ts'
import {
  controlFormat,
  type RevisionContent,
  type RevisionRecord,
  type RevisionSchema,
} from '../../core/registry/control-record.ts'
import { encodeControlRecord } from '../../core/registry/control-record-json.ts'
import { keyFingerprint } from '../../core/registry/key-fingerprint.ts'
import { acceptedOffset, foldRead } from '../../core/registry/registry-state.ts'
import { revisionHash } from '../../core/registry/revision-hash.ts'
import { expectAllRead } from '../../core/registry/unread-record.ts'
import { storedCatalog } from '../../core/rows/stored-catalog.ts'
import type { ControlLog } from '../../ports/control-log.ts'
import type { SchemaRegistry } from '../../ports/schema-registry.ts'
import type { TopicAdmin } from '../../ports/topic-admin.ts'
import { controlTopics, sourceTopics } from '../../core/delivery/own-topics.ts'
import { chooseFiles } from './choose-files.ts'
import type { Project } from './project-texts.ts'
import { registerTables, type TablesToldOf } from './register-tables.ts'
import { allPassed, testProject } from './test-project.ts'
import { type CheckedFile, type CheckedProject, hasErrors, validateProject } from './validate-project.ts'

export interface RegisterParts {
  readonly names: TopicNames
  readonly schemaRegistry: SchemaRegistry
  readonly topicAdmin: TopicAdmin
  readonly openControlLog: () => Promise<ControlLog>
  readonly defaultPartitions: number
  readonly keys: ReadonlyMap<string, string>
  readonly actor: string
  readonly wallMs: () => number
  readonly uuid: () => string
}

export type Registered =
  | { readonly kind: 'registered'; readonly mappings: readonly RegisteredOne[]; readonly problems: readonly Problem[] }
  /** Nothing was changed. */
  | {
      readonly kind: 'refused'
      readonly problems: readonly Problem[]
      readonly fixtures: readonly FixtureRun[]
    }

export interface RegisteredOne {
  readonly mapping: string
  readonly source: string
  readonly revision: number
  readonly hash: string
  readonly outcome: 'registered' | 'unchanged'
  /** Where its record stands; it is in force for a source whose checkpoint has a larger registry offset. */
  readonly registryOffset: number
}

/**
 * Raises `REGISTRATION_CONFLICT` when another registration won, the code of a record of the log that cannot be read, and
 * what the ports raise.
 */
export async function registerMappings(
  project: Project,
  /** Names of mappings and paths of their files; none: all of the project. */
  only: readonly string[],
  parts: RegisterParts,
): Promise<Registered> {
  const checked = validateProject(project, parts.names)
  const chosen = choose(project, checked, only)
  const { problems } = checked
  const fixtures = testProject(project, checked)
  if (hasErrors(problems) || !allPassed(fixtures)) return { kind: 'refused', problems, fixtures }
  const breaks = await incompatibilities(checked, chosen, parts)
  if (breaks.length > 0) return { kind: 'refused', problems: [...problems, ...breaks], fixtures }
  await parts.topicAdmin.ensure(controlTopics(parts.names))
  // The tables first: a mapping may need rows that are kept of them.
  for (const source of new Set(chosen.map(({ mapping }) => mapping.source))) {
    await registerTables(toldOf(source, { project, checked }), parts)
  }
  const mappings: RegisteredOne[] = []
  for (const item of chosen) mappings.push(await registerOne({ project, checked, item }, parts))
  return { kind: 'registered', mappings, problems }
}

function toldOf(source: string, { project, checked }: Omit<Registration, 'item'>): TablesToldOf {
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

interface Chosen {
  readonly file: CheckedFile['file']
  readonly mapping: CompiledMapping
}

const choose = (project: Project, checked: CheckedProject, only: readonly string[]): Chosen[] =>
  chooseFiles(project, checked, only).mappings.flatMap(({ file, mapping }) =>
    mapping === null ? [] : [{ file, mapping }],
  )

const subjectOf = (topic: string, fullName: string): string => `${topic}-${fullName}`

async function incompatibilities(
  { contracts }: CheckedProject,
  chosen: readonly Chosen[],
  { names, schemaRegistry }: RegisterParts,
): Promise<Problem[]> {
  const problems: Problem[] = []
  for (const { event, version, topic, contract } of chosen.flatMap(({ mapping }) => mapping.publications)) {
    const released = await schemaRegistry.versions(subjectOf(names.events(topic), contract.fullName))
    const breaks = compatible(contract.schema, released, contract.compatibility)
    const file = contracts.get(`${event}.v${version}`)?.file
    if (file !== undefined) problems.push(...compatibilityProblems({ text: file.text, file: file.path }, breaks))
  }
  return problems
}

interface Registration {
  readonly project: Project
  readonly checked: CheckedProject
  readonly item: Chosen
}

async function registerOne(registration: Registration, parts: RegisterParts): Promise<RegisteredOne> {
  const { mapping } = registration.item
  await parts.topicAdmin.ensure(sourceTopics(parts.names, mapping.source))
  const log = await parts.openControlLog()
  try {
    const state = foldRead(await log.read(0))
    expectAllRead(state)
    const content = await contentOf(registration, parts)
    const hash = revisionHash(content)
    const current = state.mappings.get(mapping.name)?.current
    if (current?.record.hash === hash) {
      const { number, offset } = current
      return {
        mapping: mapping.name,
        source: mapping.source,
        revision: number,
        hash,
        outcome: 'unchanged',
        registryOffset: offset,
      }
    }
    const record: RevisionRecord = {
      kind: 'revision',
      format: controlFormat,
      uuid: parts.uuid(),
      basedOn: state.end,
      atMs: parts.wallMs(),
      actor: parts.actor,
      content,
      hash,
      stage: 'live',
    }
    await log.append(encodeControlRecord(record))
    const after = foldRead(await log.read(state.end), state)
    const registryOffset = acceptedOffset(after, record.uuid)
    const revision = after.mappings.get(mapping.name)?.current.number ?? 1
    return { mapping: mapping.name, source: mapping.source, revision, hash, outcome: 'registered', registryOffset }
  } finally {
    await log.close()
  }
}

async function contentOf({ project, checked, item }: Registration, parts: RegisterParts): Promise<RevisionContent> {
  const { mapping, file } = item
  const surroundings = checked.sources.get(mapping.source)
  if (surroundings === undefined) throw new FalseworkError('INTERNAL', `no surroundings of ${mapping.source}`)
  const partitions = mapping.partitions?.value ?? parts.defaultPartitions
  const topics = [...new Set([...mapping.publications.map(({ topic }) => topic), ...mapping.tombstoneTopics])]
  await ensureEventTopics(topics, { partitions, states: stateTopics(checked) }, parts)
  const contracts = [...new Set(mapping.publications.map(({ event, version }) => `${event}.v${version}`))]
  return {
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
    schemas: await registerSchemas(mapping, parts),
    keys: Object.fromEntries(
      [...parts.keys]
        .filter(([name]) => mapping.pseudonymKeys.has(name))
        .map(([name, key]) => [name, keyFingerprint(key)]),
    ),
  }
}

/** Of all mappings of the project: whichever of them is registered first makes the topic. */
const stateTopics = ({ mappings }: CheckedProject): ReadonlySet<string> =>
  new Set(mappings.flatMap(({ mapping }) => mapping?.tombstoneTopics ?? []))

/**
 * A topic that is there must have the partitions that the revision pins, since keys would move otherwise; one that
 * tombstones go to holds states, and must be compacted: without that they delete nothing.
 */
async function ensureEventTopics(
  topics: readonly string[],
  { partitions, states }: { readonly partitions: number; readonly states: ReadonlySet<string> },
  { names, topicAdmin }: RegisterParts,
): Promise<void> {
  const specs = topics.map((topic) => {
    const policy = states.has(topic) ? 'compact' : 'delete'
    return { topic: names.events(topic), partitions, config: { 'cleanup.policy': policy } }
  })
  await topicAdmin.ensure(specs)
  const found = await topicAdmin.describe(specs.map(({ topic }) => topic))
  for (const { topic, config } of specs) {
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

async function registerSchemas(mapping: CompiledMapping, parts: RegisterParts): Promise<RevisionSchema[]> {
  const schemas = new Map<string, RevisionSchema>()
  for (const { event, version, topic, contract } of mapping.publications) {
    const name = `${event}.v${version}`
    if (schemas.has(name)) continue
    const subject = subjectOf(parts.names.events(topic), contract.fullName)
    const { schema, compatibility } = contract
    const { id, url } = await parts.schemaRegistry.register({ subject, schema, compatibility })
    schemas.set(name, { event, version, topic, subject, id, url })
  }
  return [...schemas.values()]
}

function catalogOf(catalog: Catalog, mapping: CompiledMapping): Catalog {
  return { ...catalog, tables: new Map([...catalog.tables].filter(([name]) => mapping.tables.has(name))) }
}
