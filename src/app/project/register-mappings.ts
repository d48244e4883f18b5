/** Registers mappings: everything is checked first, then schemas and topics are made, then the registry log says so. */
import { controlTopics, sourceTopics } from '../../core/delivery/own-topics.ts'
import type { Problem } from '../../core/diagnostics/problem.ts'
import { controlFormat, type RevisionContent, type RevisionSchema } from '../../core/registry/control-record.ts'
import { encodeControlRecord } from '../../core/registry/control-record-json.ts'
import { acceptedOffset, foldRead, type RegistryState } from '../../core/registry/registry-state.ts'
import { revisionHash } from '../../core/registry/revision-hash.ts'
import { expectAllRead } from '../../core/registry/unread-record.ts'
import type { WaitingInputs } from '../../core/translation/held/waiting-under.ts'
import type { ControlLog } from '../../ports/kafka/control-log.ts'
import type { TopicAdmin } from '../../ports/kafka/topic-admin.ts'
import {
  expectTopics,
  type IntendedRevision,
  changedMigration,
  intendedRevision,
  intendedTables,
  type IntentParts,
  type Registration,
} from './plan/intended-revision.ts'
import { noCaseWarning } from './plan/no-case-warning.ts'
import { readyProject, type Refused } from './plan/ready-project.ts'
import { releasing, waitingInputs, type WaitingParts } from './plan/waiting-inputs.ts'
import type { RegistryParts } from './contracts/broken-promises.ts'
import type { Project } from './project-texts.ts'
import { registerTables } from './register-tables.ts'

export interface RegisterParts extends RegistryParts, IntentParts, WaitingParts {
  readonly topicAdmin: TopicAdmin
  readonly openControlLog: () => Promise<ControlLog>
  readonly actor: string
  readonly wallMs: () => number
  readonly uuid: () => string
  /** The end of the registry log that was decided on; absent: as it is when each record is appended. */
  readonly basedOn?: number
}

export type Registered =
  | { readonly kind: 'registered'; readonly mappings: readonly RegisteredOne[]; readonly problems: readonly Problem[] }
  | Refused

export interface RegisteredOne {
  readonly mapping: string
  readonly source: string
  readonly revision: number
  readonly hash: string
  readonly outcome: 'registered' | 'unchanged'
  /** Where its record stands; it is in force for a source whose checkpoint has a larger registry offset. */
  readonly registryOffset: number
  /** Inputs that wait, which it lets go; null: none do, or nothing was registered. */
  readonly waiting: WaitingInputs | null
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
  const ready = await readyProject(project, only, parts)
  if (ready.kind === 'refused') return ready
  const { registrations, problems } = ready
  await parts.topicAdmin.ensure(controlTopics(parts.names))
  // The tables first: a mapping may need rows that are kept of them.
  for (const [source, registration] of new Map(registrations.map((one) => [one.item.mapping.source, one]))) {
    await registerTables(intendedTables(source, registration), parts)
  }
  const mappings: RegisteredOne[] = []
  for (const registration of registrations) mappings.push(await registerOne(registration, parts))
  const changed = new Set(mappings.filter(({ outcome }) => outcome === 'registered').map(({ mapping }) => mapping))
  const untested = registrations.filter(({ cases, item }) => cases === 0 && changed.has(item.mapping.name))
  return { kind: 'registered', mappings, problems: [...problems, ...untested.map(noCaseWarning)] }
}

async function registerOne(registration: Registration, parts: RegisterParts): Promise<RegisteredOne> {
  const { mapping } = registration.item
  await parts.topicAdmin.ensure(sourceTopics(parts.names, mapping.source))
  const log = await parts.openControlLog()
  try {
    const state = foldRead(await log.read(0))
    expectAllRead(state)
    const intended = intendedRevision(registration, parts, state)
    const content = await contentOf(intended, parts)
    const hash = revisionHash(content)
    const current = state.mappings.get(mapping.name)?.current
    const one = { mapping: mapping.name, source: mapping.source, hash }
    const migration = changedMigration(registration, state)
    if (current?.record.hash === hash && migration === null) {
      const { number, offset } = current
      return { ...one, revision: number, outcome: 'unchanged', registryOffset: offset, waiting: null }
    }
    // Before the source is told of it, and begins to let them go.
    const waiting = current === undefined ? null : await waitingInputs([releasing(registration, intended)], parts)
    const told = { stage: intended.stage, content, hash }
    const records = [
      ...(current?.record.hash === hash ? [] : [{ kind: 'revision', ...common(state, parts), ...told } as const]),
      ...(migration === null ? [] : [{ kind: 'migration', ...common(state, parts), ...migration } as const]),
    ]
    for (const record of records) await log.append(encodeControlRecord(record))
    const after = foldRead(await log.read(state.end), state)
    const registryOffset = Math.max(...records.map(({ uuid }) => acceptedOffset(after, uuid)))
    const revision = after.mappings.get(mapping.name)?.current.number ?? 1
    return { ...one, revision, outcome: 'registered', registryOffset, waiting: waiting?.get(mapping.name) ?? null }
  } finally {
    await log.close()
  }
}

const common = (state: RegistryState, parts: RegisterParts) =>
  ({
    format: controlFormat,
    uuid: parts.uuid(),
    basedOn: parts.basedOn ?? state.end,
    atMs: parts.wallMs(),
    actor: parts.actor,
  }) as const

/** Makes topics and schemas, and so completes what the files say. */
async function contentOf(
  { content, schemas, topics }: IntendedRevision,
  { topicAdmin, schemaRegistry }: RegisterParts,
): Promise<RevisionContent> {
  await topicAdmin.ensure(topics)
  expectTopics(topics, await topicAdmin.describe(topics.map(({ topic }) => topic)))
  const registered: RevisionSchema[] = []
  for (const { event, version, topic, subject, schema, compatibility } of schemas) {
    const { id, url } = await schemaRegistry.register({ subject, schema, compatibility })
    registered.push({ event, version, topic, subject, id, url })
  }
  return { ...content, schemas: registered }
}
