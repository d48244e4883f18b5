/** What is wrong with a migration, in words for people: who writes behind the fence, and whether two publish for one scope. */
import type { TopicNames } from '../../core/delivery/topic-names.ts'
import { remedyOf } from '../../core/diagnostics/error-codes.ts'
import { decodeEpochReport, type EpochReport, epochReportKey } from '../../core/migration/epochs/epoch-report.ts'
import { decreaseText } from '../../core/migration/epochs/epoch-watch.ts'
import type { Scope } from '../../core/migration/stage.ts'
import type { TopicReader } from '../../ports/kafka/topic-reader.ts'
import { type DeadLetter, readDeadLetters } from '../observe/dead-letters.ts'

/** Reports come every ten seconds: an older one says that nobody watches now. */
const freshMs = 60_000

export interface AlarmParts {
  readonly names: TopicNames
  readonly topicReader: TopicReader
  /** Since the epoch. */
  readonly nowMs: number
}

/**
 * Of a mapping, or of one of its scopes, with what cannot be told to be another one's: the watch over epochs knows keys, and
 * no scopes. Raises `PARITY_UNREADABLE`, `NEWER_FORMAT` and what the reader raises.
 */
export async function migrationAlarms(
  mapping: string,
  scope: Scope,
  { names, topicReader, nowMs }: AlarmParts,
): Promise<readonly string[]> {
  const { letters } = await readDeadLetters(topicReader, names.deadLetters)
  const violations = letters.filter((letter) => letter.mapping === mapping && letter.class === 'violation')
  const own = violations.filter(({ scopes }) => mayConcern(scopes ?? [null], scope))
  const record = await topicReader.latest(names.parity, epochReportKey(mapping))
  const report = record?.value == null ? null : decodeEpochReport(record.value)
  return [...violationsAlarm(own), ...(report === null ? [] : epochAlarms(report, nowMs))]
}

/** Null, wherever it stands, is all. */
const mayConcern = (scopes: readonly Scope[], scope: Scope): boolean =>
  scope === null || scopes.includes(scope) || scopes.includes(null)

/** Of those that nobody has decided. */
function violationsAlarm(violations: readonly DeadLetter[]): readonly string[] {
  const last = violations.at(-1)
  if (last === undefined) return []
  const lastAt = new Date(last.writtenAtMs).toISOString()
  const changes =
    violations.length === 1 ? '1 change behind the fence is' : `${violations.length} changes behind the fence are`
  return [
    `${changes} set aside, the last at ${lastAt}: find out who still writes the legacy tables ` +
      '(`falsework dead-letters list`)',
  ]
}

function epochAlarms({ decreases, forgotten, atMs }: EpochReport, nowMs: number): readonly string[] {
  const found = decreases.map((decrease) => {
    const more = decrease.records > 1 ? `, and ${decrease.records - 1} more in that partition` : ''
    return `EPOCH_DECREASED: ${decreaseText(decrease)}${more}`
  })
  return [
    ...found,
    ...(found.length > 0 ? [remedyOf('EPOCH_DECREASED')] : []),
    ...(forgotten > 0 ? [`${forgotten} keys were silent for long, and their epochs are watched no more`] : []),
    ...(nowMs - atMs > freshMs ? [`no daemon has watched the epochs since ${new Date(atMs).toISOString()}`] : []),
  ]
}
