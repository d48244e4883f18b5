/** What a retry of dead letters would come to: done by what the source does it with, on what waits now; nothing is written. */
import type { TopicNames } from '../../core/delivery/topic-names.ts'
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'
import { transactionStamp } from '../../core/event/record-factory.ts'
import type { Outcome } from '../../core/mapping/run/translate.ts'
import type { RegistryState } from '../../core/registry/registry-state.ts'
import type { ActivationContext } from '../../core/translation/revisions/active-mapping.ts'
import { type ActiveRevisions, activateRevisions } from '../../core/translation/revisions/active-revisions.ts'
import { HeldInputs } from '../../core/translation/held/held-inputs.ts'
import { type HeldTranslation, outcomesOfKept } from '../../core/translation/held/held-translation.ts'
import { LetterDecisions, type RetriedLetter } from '../../core/translation/held/letter-decisions.ts'
import { RowsElsewhere } from '../../core/translation/held/rows-elsewhere.ts'
import { SliceCounts } from '../../core/translation/slice/slice-counts.ts'
import type { Log } from '../../ports/clock-log-metrics.ts'
import type { ControlLog } from '../../ports/kafka/control-log.ts'
import type { TopicAdmin } from '../../ports/kafka/topic-admin.ts'
import type { TopicReader } from '../../ports/kafka/topic-reader.ts'
import type { DeadLetter } from '../observe/dead-letters.ts'
import { readRegistry } from '../observe/registered.ts'
import { latestCheckpoint } from '../observe/source-status.ts'
import { judgeLetters, type WantedLetters } from './decide-letters.ts'
import { askEventTopicLimits } from '../translate/session/event-topic-limits.ts'

export interface TriedLetter extends Pick<DeadLetter, 'id' | 'source' | 'mapping' | 'at' | 'class'> {
  /**
   * `nothing`: it is decided, and nothing comes of it. `waits`: behind others of one of its keys. `left`: nothing is done,
   * for what `reason` says. `unknown`: it looks up rows that it does not carry, and that the source alone has.
   */
  readonly result: 'published' | 'nothing' | 'skipped' | 'fails' | 'waits' | 'left' | 'unknown'
  /** Of its mapping, in force; null: there is none. */
  readonly revision: number | null
  /** What is published of it, at once or when it has waited, in order. */
  readonly records: readonly TriedRecord[]
  /** Null: it does not fail. */
  readonly failure: TriedFailure | null
  readonly reason: string | null
}

type Tried = Pick<TriedLetter, 'result' | 'records' | 'failure'>

export interface TriedRecord {
  /** As `OrderPlaced.v1`; null: a tombstone. */
  readonly event: string | null
  readonly topic: string
  readonly key: string
}

export interface TriedFailure {
  readonly class: string
  readonly at: string
  /** In the mapping file. */
  readonly place: string
  readonly policy: string
}

export interface TrialParts {
  readonly names: TopicNames
  readonly topicReader: TopicReader
  readonly topicAdmin: TopicAdmin
  readonly openControlLog: () => Promise<ControlLog>
  readonly log: Log
  /** Pseudonym keys; raises `REFERENCE_UNRESOLVED`. Without them pseudonyms come out as others than are published. */
  readonly keys: () => ReadonlyMap<string, string>
}

/**
 * One after the other, as a word about all of them would be carried out. Raises as `decideLetters`, and
 * `REVISION_UNREADABLE` and `SCOPES_TORN` where the source would halt.
 */
export async function tryLetters(wanted: WantedLetters, parts: TrialParts): Promise<readonly TriedLetter[]> {
  const judged = await judgeLetters({ action: 'retry', wanted }, parts)
  const able = judged.flatMap(({ letter, reason }) => (reason === null ? [letter] : []))
  const registry = await readRegistry(parts.openControlLog)
  const tried = new Map<string, Tried>()
  for (const [source, own] of Map.groupBy(able, (letter) => letter.source)) {
    const retry = await trialOf(source, registry, parts)
    for (const letter of own) tried.set(letter.id, retry(letter))
  }
  return judged.map(({ letter, reason }) => {
    const { id, source, mapping, at } = letter
    const found = tried.get(id) ?? left
    const revision = registry.mappings.get(mapping)?.current.number ?? null
    const why = reason ?? (found.result === 'left' ? `no revision of ${mapping} is in force` : null)
    return { id, source, mapping, at, class: letter.class, revision, ...found, reason: why }
  })
}

const left: Tried = { result: 'left', records: [], failure: null }

type Trial = (letter: DeadLetter) => Tried

/** How much may wait is for the source to judge. */
const unbounded = { inputs: Infinity, bytes: Infinity }

async function trialOf(source: string, registry: RegistryState, parts: TrialParts): Promise<Trial> {
  const { names, topicReader } = parts
  const checkpoint = await latestCheckpoint(topicReader, names.checkpoint(source))
  const batchBytesMaxOf = await askEventTopicLimits({ ...parts, source }, registry)
  const incarnation = registry.sources.get(source)?.incarnation ?? 0
  const activated = activate(registry, { source, incarnation, names, batchBytesMaxOf }, parts.keys)
  const owners = checkpoint?.owners ?? []
  const active = { ...activated, ...activated.recordsUnder(owners) }
  const rows = new RowsElsewhere()
  const translation: HeldTranslation = {
    source,
    held: new HeldInputs(checkpoint?.held, unbounded),
    active,
    owners,
    plans: { ...active, awaited: new Map() },
    rows,
    counts: () => new SliceCounts(),
    add: () => undefined,
  }
  const decisions = new LetterDecisions({ ...translation, registryOffset: registry.end })
  const retried = (letter: DeadLetter): RetriedLetter => {
    if (!translation.held.holds.say(letter.id, 'retry')) return decisions.retry(letter.id, letter)
    // Others wait behind it: it is translated when it is its turn.
    const made = letter.input === null ? null : outcomesOfKept(letter.input, translation)
    return { outcome: made === null ? 'left' : 'turn', made: made ?? [] }
  }
  return (letter) => {
    const { outcome, made } = retried(letter)
    if (outcome === 'left') return left
    if (rows.wereAsked) return { result: 'unknown', records: [], failure: null }
    return { result: resultOf(outcome, made), records: recordsOf(letter, made, active), failure: failureOf(made) }
  }
}

/** With keys that are not there, or are others, all but pseudonyms is the same. */
function activate(
  registry: RegistryState,
  context: Omit<ActivationContext, 'keys'>,
  keys: TrialParts['keys'],
): ActiveRevisions {
  try {
    return activateRevisions(registry, { ...context, keys: keys() })
  } catch (error) {
    const isOfKeys = error instanceof FalseworkError && keyCodes.has(error.code)
    if (!isOfKeys) throw error
    return activateRevisions(registry, { ...context, keys: 'standIns' })
  }
}

const keyCodes: ReadonlySet<string> = new Set(['REFERENCE_UNRESOLVED', 'PSEUDONYM_KEY_MISMATCH'])

function resultOf(outcome: RetriedLetter['outcome'], made: readonly Outcome[]): Tried['result'] {
  if (outcome === 'held') return 'waits'
  const failed = made.find((one) => one.kind === 'failed')
  if (failed !== undefined) return failed.policy === 'skip' ? 'skipped' : 'fails'
  return made.length === 0 ? 'nothing' : 'published'
}

function recordsOf(
  { source, incarnation, input }: DeadLetter,
  made: readonly Outcome[],
  active: ActiveRevisions,
): readonly TriedRecord[] {
  if (input === null) return []
  const { transaction, eventsBefore } = input
  const stamp = transactionStamp({ source, incarnation, transaction })
  return made.flatMap((outcome): readonly TriedRecord[] => {
    if (outcome.kind === 'failed') return []
    const topics = active.recordsOf(outcome, stamp, eventsBefore).map(({ topic }) => topic)
    if (outcome.kind === 'tombstone') return topics.map((topic) => ({ event: null, topic, key: outcome.tombstone.key }))
    const { publication, key } = outcome.event
    return topics.map((topic) => ({ event: `${publication.event}.v${publication.version}`, topic, key }))
  })
}

function failureOf(made: readonly Outcome[]): TriedFailure | null {
  const failed = made.find((one) => one.kind === 'failed')
  if (failed === undefined) return null
  const { errorClass, place, failure } = failed.input
  const { file, line, column } = place
  return { class: errorClass, at: failure.at, place: `${file}:${line}:${column}`, policy: failed.policy }
}
