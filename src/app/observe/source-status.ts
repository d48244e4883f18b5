/** One screen that tells the truth: source by source, from the logs themselves and from the daemon. */
import { rowsOf } from '../../core/audit/audit-outcome.ts'
import { decodeCheckpoint } from '../../core/delivery/checkpoint-codec.ts'
import type { Checkpoint } from '../../core/delivery/checkpoint.ts'
import { checkpointTopicKeys } from '../../core/delivery/checkpoint-topic.ts'
import type { TopicNames } from '../../core/delivery/topic-names.ts'
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'
import type { HeldState, Hold } from '../../core/held/held-state.ts'
import type { AuditedRecord } from '../../core/registry/control-record.ts'
import type { RegistryState } from '../../core/registry/registry-state.ts'
import { isSourceRetired } from '../../core/translation/ownership/retired.ts'
import type { TopicReader, TopicRecord } from '../../ports/kafka/topic-reader.ts'
import type { Protection } from '../capture/protection.ts'
import type { ToldRows } from '../translate/rows/rows-report.ts'
import type { SkippedTotal, SourceReport, ToldState } from '../translate/source-state.ts'
import { noticeLines } from './notice-lines.ts'
import { sourceLines } from './registered.ts'

export interface StatusLine {
  readonly source: string
  /** What the daemon says; `unknown` when none answers, `retired` when none works on it any more. */
  readonly state: ToldState['phase'] | 'retired' | 'unknown'
  /** Whether nothing is for a person to do, as the daemon says. */
  readonly sound: boolean
  readonly code: string | null
  readonly reason: string | null
  readonly remedy: string | null
  /** What a waiting source waits for. */
  readonly waitsFor: ToldState['for']
  /** Until it is tried again by itself, ms. */
  readonly againInMs: number | null
  readonly position: number | null
  /** Offsets between the checkpoint and the end of the raw log. */
  readonly lag: number | null
  readonly incarnation: number | null
  /** As the daemon has them; null where it keeps none, or none answers. */
  readonly rows: ToldRows | null
  readonly snapshot: string | null
  readonly mappings: readonly string[]
  /** Mappings that are registered and not yet in force. */
  readonly waiting: readonly string[]
  readonly events: number | null
  readonly deadLetters: number | null
  /** Inputs that were skipped as `onError` says, since the daemon started; null: none answers. */
  readonly skipped: readonly SkippedTotal[] | null
  /** What the raw log has shown that a person should know, each with what to do. */
  readonly notices: readonly string[]
  /** Whether a restart of the connector can lose rows. */
  readonly protection: Protection
  /** What the last audit has found; null: there was none. */
  readonly audit: AuditLine | null
  /** What waits behind failed inputs; null: nothing does. */
  readonly held: HeldLine | null
}

export interface HeldLine {
  readonly inputs: number
  /** Commit time of the first of them. */
  readonly sinceMs: number
  /** `keys`: how many of them wait, or all. */
  readonly topics: readonly { readonly topic: string; readonly keys: number | 'all'; readonly sinceMs: number }[]
  /** The failed inputs, by the ids of their dead letters. */
  readonly behind: readonly { readonly mapping: string; readonly letter: string }[]
}

export interface AuditLine {
  readonly atMs: number
  readonly actor: string
  readonly tables: number
  readonly rows: number
  readonly differences: readonly { readonly table: string; readonly differences: number }[]
}

export async function sourceStatus(
  registry: RegistryState,
  parts: {
    readonly names: TopicNames
    readonly topicReader: TopicReader
    /** Null: no daemon answers. */
    readonly reports: readonly SourceReport[] | null
    readonly protectionOf: (source: string) => Promise<Protection>
  },
): Promise<StatusLine[]> {
  const lines: StatusLine[] = []
  for (const { source, mappings, rawLog } of sourceLines(registry, parts.names)) {
    const [range] = await parts.topicReader.range(rawLog).catch(() => [])
    const found = await readCheckpoint(parts.topicReader, parts.names.checkpoint(source))
    const line = statusLine({
      source,
      mappings,
      checkpoint: found.checkpoint,
      logEnd: range?.end ?? null,
      report: parts.reports?.find((item) => item.source === source) ?? null,
      waiting: waitingMappings(registry, { mappings, registryOffset: found.checkpoint?.registryOffset ?? 0 }),
      isRetired: isSourceRetired(registry, source),
      protection: await parts.protectionOf(source),
      audited: registry.audits.get(source) ?? null,
    })
    lines.push({ ...line, notices: [...found.problems, ...line.notices] })
  }
  return lines
}

/** One that cannot be read is told, and is no reason to show nothing. */
export async function readCheckpoint(
  reader: TopicReader,
  topic: string,
): Promise<{ readonly checkpoint: Checkpoint | null; readonly problems: readonly string[] }> {
  const record = await reader.latest(topic, checkpointTopicKeys.checkpoint).catch(() => null)
  try {
    return { checkpoint: checkpointIn(record), problems: [] }
  } catch (error) {
    if (!(error instanceof FalseworkError)) throw error
    return { checkpoint: null, problems: [`${error.message} (${error.code})`] }
  }
}

/** Null where there is none. Raises `NEWER_FORMAT`, `CHECKPOINT_CORRUPT`, and what the reader raises. */
export const latestCheckpoint = async (reader: TopicReader, topic: string): Promise<Checkpoint | null> =>
  checkpointIn(await reader.latest(topic, checkpointTopicKeys.checkpoint))

const checkpointIn = (record: TopicRecord | null): Checkpoint | null =>
  record?.value == null ? null : decodeCheckpoint(record.value)

/** What is known of one source, from its logs and from the daemon that works on it. */
export function statusLine(known: {
  readonly source: string
  readonly mappings: readonly string[]
  readonly waiting: readonly string[]
  readonly checkpoint: Checkpoint | null
  /** The offset after the last record of the raw log. */
  readonly logEnd: number | null
  readonly report: SourceReport | null
  /** Whether all of its mappings are retired. */
  readonly isRetired: boolean
  readonly protection: Protection
  readonly audited: AuditedRecord | null
}): StatusLine {
  const { source, mappings, waiting, checkpoint, logEnd, report, isRetired, protection, audited } = known
  const state = report?.state ?? null
  return {
    source,
    state: state?.phase ?? (isRetired ? 'retired' : 'unknown'),
    sound: state?.sound ?? isRetired,
    code: state?.code ?? null,
    reason: state?.message ?? null,
    remedy: state?.remedy ?? null,
    waitsFor: state?.for ?? null,
    againInMs: state?.againInMs ?? null,
    position: checkpoint?.next ?? null,
    lag: checkpoint === null || logEnd === null ? null : Math.max(0, logEnd - checkpoint.next),
    incarnation: checkpoint?.incarnation ?? null,
    rows: report?.rows ?? null,
    snapshot: checkpoint?.snapshot.phase ?? null,
    mappings,
    waiting,
    events: report?.counts.events ?? null,
    deadLetters: report?.counts.deadLetters ?? null,
    skipped: report?.skipped ?? null,
    notices: noticeLines(checkpoint?.noticed),
    protection,
    audit: audited === null ? null : auditLine(audited),
    held: heldLine(checkpoint?.held),
  }
}

const auditLine = ({ atMs, actor, tables }: AuditedRecord): AuditLine => ({
  atMs,
  actor,
  tables: tables.length,
  rows: rowsOf(tables),
  differences: tables
    .filter(({ differences }) => differences > 0)
    .map(({ table, differences }) => ({ table, differences })),
})

function heldLine(held: HeldState | undefined): HeldLine | null {
  if (held === undefined || held.inputs === 0) return null
  const sinceOf = (holds: readonly Hold[]): number =>
    Math.min(...holds.map(({ sinceUs }) => Number(BigInt(sinceUs) / 1000n)))
  const topics = [...Map.groupBy(held.holds, ({ unit }) => unit.topic)].map(([topic, holds]) => ({
    topic,
    keys: holds.some(({ unit }) => unit.key === null) ? ('all' as const) : holds.length,
    sinceMs: sinceOf(holds),
  }))
  const behind = held.blockers.map(({ mapping, letter }) => ({ mapping, letter }))
  return { inputs: held.inputs, sinceMs: sinceOf(held.holds), topics, behind }
}

function waitingMappings(
  { mappings: registered }: RegistryState,
  { mappings, registryOffset }: { readonly mappings: readonly string[]; readonly registryOffset: number },
): string[] {
  return mappings.filter((name) => (registered.get(name)?.current.offset ?? 0) >= registryOffset)
}
