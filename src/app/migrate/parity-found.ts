/** What the comparison of a mapping has found, as its latest report says. */
import type { TopicNames } from '../../core/delivery/topic-names.ts'
import { acceptedOutcomes, type GateLimits, type LiveValues } from '../../core/migration/gates.ts'
import { decodeParityReport, type ParityReport } from '../../core/parity/parity-report.ts'
import { parityValuesOf } from '../../core/parity/parity-values.ts'
import type { TopicReader } from '../../ports/topic-reader.ts'

/** Null: nothing was ever told of it. Raises `PARITY_UNREADABLE`, `NEWER_FORMAT` and what the reader raises. */
export async function latestParityReport(
  mapping: string,
  { names, topicReader }: { readonly names: TopicNames; readonly topicReader: TopicReader },
): Promise<ParityReport | null> {
  const record = await topicReader.latest(names.parity, mapping)
  return record?.value == null ? null : decodeParityReport(record.value)
}

/** Reports come every second: an older one says that nobody compares now. */
const freshMs = 60_000

/** As gates ask for it; both null where nobody compares, or a report is of what was compared before. `word`: with which it began. */
export function parityFound(
  report: ParityReport | null,
  { word, limits, nowMs }: { readonly word: number; readonly limits: GateLimits; readonly nowMs: number },
): Pick<LiveValues, 'parity' | 'wrongPartitions'> {
  if (report === null || report.word !== word || nowMs - report.atMs > freshMs) {
    return { parity: null, wrongPartitions: null }
  }
  const { tally, sinceMs, stalled, pendingSinceMs, wrongPartitions } = report
  return parityValuesOf({
    tally,
    comparator: {
      since: () => sinceMs,
      stalled: () => stalled,
      pendingSinceMs: () => pendingSinceMs,
      wrongPartitions: () => wrongPartitions,
    },
    accepted: acceptedOutcomes(limits),
    nowMs,
  })
}
