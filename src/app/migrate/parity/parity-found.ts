/** What the comparison of a mapping has found, as its latest report says. */
import type { TopicNames } from '../../../core/delivery/topic-names.ts'
import { acceptedOutcomes, type FoundInParity, type GateLimits } from '../../../core/migration/gates.ts'
import { decodeParityReport, type ParityReport } from '../../../core/parity/parity-report.ts'
import { parityValuesOf } from '../../../core/parity/parity-values.ts'
import type { ParityStanding } from '../../../core/parity/report/parity-document.ts'
import type { TopicReader } from '../../../ports/kafka/topic-reader.ts'

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

/** Whether it tells of what is compared now: it is not so when that began with another word, or nobody compares. */
export function standingOf(
  report: Pick<ParityReport, 'word' | 'atMs'>,
  { word, nowMs }: { readonly word: number | null; readonly nowMs: number },
): ParityStanding {
  if (report.word !== word) return 'ended'
  return nowMs - report.atMs > freshMs ? 'not renewed' : 'at work'
}

/** As gates ask for it; both null where nobody compares, or a report is of what was compared before. `word`: with which it began. */
export function parityFound(
  report: ParityReport | null,
  { word, limits, nowMs }: { readonly word: number; readonly limits: GateLimits; readonly nowMs: number },
): FoundInParity {
  if (report === null || standingOf(report, { word, nowMs }) !== 'at work') {
    return { parity: null, wrongPartitions: null }
  }
  return parityValuesOf({ report, accepted: acceptedOutcomes(limits), nowMs })
}
