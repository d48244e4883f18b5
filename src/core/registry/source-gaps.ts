/** Gaps of captures: which of them are known, which an operator has passed, and which one keeps its source halted. */
import { FalseworkError } from '../diagnostics/falsework-error.ts'
import type { GapRecord } from './control-record.ts'

export interface KnownGap {
  /** Of the record, which a void names. */
  readonly offset: number
  readonly record: GapRecord
  /** `void`: an operator knows that nothing was written meanwhile. */
  readonly verdict: 'stands' | 'void'
}

/** By source, oldest first. */
export type SourceGaps = ReadonlyMap<string, readonly KnownGap[]>

interface Histories {
  readonly gaps: SourceGaps
  readonly sources: ReadonlyMap<string, { readonly incarnation: number }>
  readonly incarnations: ReadonlyMap<string, { readonly incarnation: number }>
}

/** The one that an operator wants, else the one that was started; the first where nobody has said anything. */
export function presentIncarnation({ sources, incarnations }: Omit<Histories, 'gaps'>, source: string): number {
  return Math.max(1, sources.get(source)?.incarnation ?? 1, incarnations.get(source)?.incarnation ?? 1)
}

/** Whether one that was told of, void or not, covers it: it begins at the same place and is no longer. */
export function isKnownGap(
  gaps: SourceGaps,
  { source, incarnation, from, bytes }: Pick<GapRecord, 'source' | 'incarnation' | 'from' | 'bytes'>,
): boolean {
  return (gaps.get(source) ?? []).some(
    ({ record }) => record.incarnation === incarnation && record.from === from && record.bytes >= bytes,
  )
}

/** One that is known changes nothing: two daemons may tell of it, the second one behind its void. */
export function withGap(gaps: SourceGaps, offset: number, record: GapRecord): SourceGaps {
  if (isKnownGap(gaps, record)) return gaps
  const known = gaps.get(record.source) ?? []
  return new Map(gaps).set(record.source, [...known, { offset, record, verdict: 'stands' }])
}

/** A void of any other record changes no gap. */
export function withVoid(gaps: SourceGaps, offset: number): SourceGaps {
  const judged = (known: readonly KnownGap[]): readonly KnownGap[] =>
    known.map((gap) => (gap.offset === offset ? { ...gap, verdict: 'void' } : gap))
  return new Map([...gaps].map(([source, known]) => [source, judged(known)]))
}

/** The gap told of by the record at `offset`; null: there is none, or another record had told of it. */
export const gapAt = (gaps: SourceGaps, offset: number): KnownGap | null =>
  [...gaps.values()].flat().find((gap) => gap.offset === offset) ?? null

type ToldGap = Pick<GapRecord, 'source' | 'incarnation' | 'bytes' | 'from' | 'to'>

export const tellGap = ({ source, incarnation, bytes, from, to }: ToldGap): string =>
  `the replication slot of ${source} has confirmed ${bytes} bytes (${from} to ${to}) that its connector had not sent, in incarnation ${incarnation}`

/** Raises `SOURCE_GAP` while a gap of the present incarnation stands. */
export function expectNoGap(histories: Histories, source: string): void {
  const present = presentIncarnation(histories, source)
  const standing = (histories.gaps.get(source) ?? []).find(
    ({ record, verdict }) => verdict === 'stands' && record.incarnation === present,
  )
  if (standing === undefined) return
  const { offset, record } = standing
  throw new FalseworkError('SOURCE_GAP', `${tellGap(record)} (record ${offset} of the registry log)`)
}
