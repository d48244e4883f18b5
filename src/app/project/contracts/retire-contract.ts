/** Whether anybody depends on a version of an event, and what can be removed when nobody does; asking changes nothing. */
import { FalseworkError } from '../../../core/diagnostics/falsework-error.ts'
import { suggestion } from '../../../core/diagnostics/nearest-name.ts'
import type { Problem } from '../../../core/diagnostics/problem.ts'
import type { ConsumerGroups } from '../../../ports/kafka/consumer-groups.ts'
import { type PlanParts, registryState } from '../plan/plan-mappings.ts'
import type { PlannedReader } from '../plan/planned-readers.ts'
import type { Project } from '../project-texts.ts'
import { type CheckedProject, hasErrors, validateProject } from '../validate-project.ts'
import { type Publisher, type VersionUses, versionUses } from './version-uses.ts'

export interface Retirement {
  /** `OrderPlaced.v1` */
  readonly event: string
  readonly publishers: readonly Publisher[]
  readonly readers: readonly PlannedReader[]
  /** Its last day, in ISO 8601; null: none was told. */
  readonly sunset: string | null
  /** Days, the last one included, that readers have yet; 0: its end has come. Null: no end was told. */
  readonly daysLeft: number | null
  /** Why it cannot be retired, each with what to do. */
  readonly obstacles: readonly string[]
  /** What people must know who retire it all the same. */
  readonly warnings: readonly string[]
  /** Nothing needs these any more; empty as long as there is an obstacle. */
  readonly removable: readonly string[]
}

export interface RetireParts extends Pick<PlanParts, 'names' | 'topicAdmin' | 'openControlLog' | 'schemaRegistry'> {
  readonly consumerGroups: ConsumerGroups
  readonly wallMs: () => number
}

export type Retired =
  | { readonly kind: 'looked'; readonly retirement: Retirement }
  /** What has mistakes may publish it. */
  | { readonly kind: 'mistaken'; readonly problems: readonly Problem[] }

/** Raises `UNKNOWN_NAME` that says what was probably meant, `REVISION_UNREADABLE`, and what the ports raise. */
export async function retireContract(project: Project, event: string, parts: RetireParts): Promise<Retired> {
  const { names, consumerGroups, wallMs } = parts
  const checked = validateProject(project, names)
  if (hasErrors(checked.problems)) return { kind: 'mistaken', problems: checked.problems }
  const registry = await registryState(parts)
  const uses = versionUses(event, { checked, registry, names })
  const file = checked.contracts.get(event)?.file.path ?? null
  if (file === null && uses.topics.length === 0) throw unknownVersion(event, checked)
  const found = await consumerGroups.readersOf(uses.topics)
  const readers = [...found].flatMap(([topic, groups]) => groups.map((group) => ({ topic, ...group })))
  const { publishers, sunset } = uses
  const daysLeft = sunset === null ? null : daysUntilEndOf(sunset, wallMs())
  const known = { event, publishers, readers, sunset, daysLeft }
  const obstacles = obstaclesOf(known, uses)
  const removable = obstacles.length > 0 ? [] : await removableOf(uses, { file, parts })
  return { kind: 'looked', retirement: { ...known, obstacles, warnings: warningsOf(known, uses), removable } }
}

function unknownVersion(event: string, { contracts }: CheckedProject): FalseworkError {
  const meant = suggestion(event, contracts.keys())
  return new FalseworkError(
    'UNKNOWN_NAME',
    `no contract '${event}' is in the project, and none was registered${meant === '' ? '' : `: ${meant}`}`,
  )
}

const dayMs = 86_400_000

/** The last day counts until it is over, in UTC. */
const daysUntilEndOf = (day: string, nowMs: number): number =>
  Math.max(0, Math.ceil((Date.parse(`${day}T00:00:00Z`) + dayMs - nowMs) / dayMs))

type Known = Omit<Retirement, 'obstacles' | 'warnings' | 'removable'>

const isShared = ({ sharedTopics }: VersionUses, { topic }: PlannedReader): boolean => sharedTopics.includes(topic)

function obstaclesOf({ publishers, readers, sunset, daysLeft }: Known, uses: VersionUses): readonly string[] {
  const withoutEnd = publishers.length > 0 && sunset === null
  return [
    ...publishers.map((publisher) =>
      publisher.in === 'file'
        ? `${publisher.mapping} publishes it: take it out of ${publisher.file}`
        : `r${publisher.revision} of ${publisher.mapping} is in force and publishes it: falsework register ${publisher.mapping}`,
    ),
    ...(withoutEnd ? ['its readers were told no end: deprecated: {since, sunset} beside its event'] : []),
    ...(daysLeft !== null && daysLeft > 0 ? [`its readers were promised it until ${sunset ?? ''}: wait`] : []),
    ...readers
      .filter((reader) => !isShared(uses, reader))
      .map(({ group, topic }) => `${group} reads ${topic}: ask whose it is to move on, or to delete the group`),
  ]
}

function warningsOf({ publishers, readers, sunset }: Known, uses: VersionUses): readonly string[] {
  const shared = readers.filter((reader) => isShared(uses, reader))
  return [
    ...(publishers.length === 0 && sunset === null && uses.topics.length > 0
      ? ['it is published no longer, and its readers were never told of an end']
      : []),
    ...shared.map(
      ({ group, topic }) =>
        `${group} reads ${topic}, which has other events, too: whether it needs this one is not known`,
    ),
  ]
}

async function removableOf(
  { subjects, topics, sharedTopics }: VersionUses,
  { file, parts }: { readonly file: string | null; readonly parts: RetireParts },
): Promise<readonly string[]> {
  const released: string[] = []
  for (const subject of subjects) {
    if ((await parts.schemaRegistry.versions(subject)).length > 0) released.push(subject)
  }
  const there = await parts.topicAdmin.describe(topics.filter((topic) => !sharedTopics.includes(topic)))
  return [
    ...released.map((subject) => `subject ${subject} of the schema registry, once no retained record has its schema`),
    ...(file === null ? [] : [`file ${file}`]),
    ...[...there.keys()].map((topic) => `topic ${topic}, once nobody needs its records`),
  ]
}
