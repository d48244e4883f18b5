import { describe, expect, it } from 'vitest'
import { emptyTally, otherCauses, otherTypes, tallied } from '../../../src/core/parity/causes.ts'
import { type FoundSoFar, parityValuesOf } from '../../../src/core/parity/parity-values.ts'
import type { Verdict } from '../../../src/core/parity/verdict.ts'

const dayMs = 86_400_000
const startMs = Date.parse('2026-11-01T00:00:00Z')

const verdict = (change: Partial<Verdict> = {}): Verdict => ({
  outcome: 'match',
  type: 'OrderPlaced',
  aggregate: 'order-1',
  atMs: startMs,
  firstMs: startMs,
  places: { bridge: { partition: 1, offset: 7 }, native: { partition: 1, offset: 9 } },
  causes: [],
  ...change,
})

const total = { path: 'total', what: 'another number' }
const mismatch = verdict({ outcome: 'field-mismatch', causes: [total] })
const totalCause = 'OrderPlaced field-mismatch total: another number'

const missing = verdict({
  outcome: 'missing-in-native',
  causes: [{ path: '', what: 'no counterpart' }],
})
const late = verdict({
  outcome: 'late',
  causes: [{ path: '', what: 'native came behind its window' }],
  replaces: { outcome: 'missing-in-native', what: 'no counterpart' },
})

describe('a tally', () => {
  it('counts a cause with its first and last time', () => {
    const again = { ...mismatch, atMs: startMs + 5 }
    const { causes } = tallied(tallied(emptyTally, [again]), [mismatch, again])
    expect(causes[totalCause]).toMatchObject({ count: 3, firstMs: startMs, lastMs: startMs + 5 })
  })

  it('keeps of a cause where its first pair stands', () => {
    const later = verdict({ ...mismatch, places: { bridge: null, native: null } })
    const { sample } = tallied(emptyTally, [mismatch, later]).causes[totalCause] ?? {}
    expect(sample).toEqual({ bridge: { partition: 1, offset: 7 }, native: { partition: 1, offset: 9 } })
  })

  it('takes back that an event was missing when it comes late', () => {
    const { types, causes } = tallied(emptyTally, [missing, late])
    expect(types['OrderPlaced']?.outcomes).toMatchObject({ 'missing-in-native': { count: 0 }, late: { count: 1 } })
    expect(Object.keys(causes)).toEqual(['OrderPlaced late native came behind its window'])
    expect(tallied(emptyTally, [missing, missing, late]).causes).toMatchObject({
      'OrderPlaced missing-in-native no counterpart': { count: 1 },
    })
  })

  it('tells a bounded number of causes apart', () => {
    const many = Array.from({ length: 1_200 }, (_, at) => ({ ...mismatch, causes: [{ ...total, path: `f${at}` }] }))
    const { causes } = tallied(emptyTally, many)
    expect(causes[otherCauses]?.count).toBe(200)
  })

  it('keeps the rate of matches over time', () => {
    const { rate } = tallied(tallied(emptyTally, [verdict(), mismatch]), [verdict()])
    expect(rate.buckets).toEqual([{ fromMs: startMs, matches: 2, others: 1 }])
  })

  it('tells a bounded number of types apart, whatever their names', () => {
    const many = Array.from({ length: 300 }, (_, at) => verdict({ outcome: 'extra', type: `Seen${at}` }))
    const { types } = tallied(emptyTally, [verdict({ type: 'constructor' }), ...many])
    expect(types[otherTypes]?.outcomes.extra?.count).toBe(101)
    expect(types['constructor']?.outcomes.match?.count).toBe(1)
  })
})

const quiet = { sinceMs: startMs, stalled: null, pendingSinceMs: null, wrongPartitions: 0 }

const found = (
  verdicts: readonly Verdict[],
  { report, ...change }: Partial<Omit<FoundSoFar, 'report'>> & { readonly report?: Partial<FoundSoFar['report']> } = {},
) =>
  parityValuesOf({
    report: { tally: tallied(emptyTally, verdicts), ...quiet, ...report },
    accepted: new Set(),
    nowMs: startMs + 8.26 * dayMs,
    ...change,
  })

describe('the values of parity', () => {
  it('are not known before anything was taken', () => {
    expect(found([], { report: { sinceMs: null } })).toEqual({ parity: null, wrongPartitions: null })
  })

  it('have pairs by event, and outcomes of all events together', () => {
    const lone = verdict({ outcome: 'duplicate' })
    const { parity } = found([verdict(), verdict({ type: 'OrderChanged' }), mismatch, lone, missing, late])
    expect(parity?.compared).toEqual(
      new Map([
        ['OrderPlaced', 3],
        ['OrderChanged', 1],
      ]),
    )
    const outcomes = { match: 2, 'field-mismatch': 1, duplicate: 1, 'missing-in-native': 0, late: 1 }
    expect(parity?.outcomes).toEqual(new Map(Object.entries(outcomes)))
  })

  it('have days since the latest difference that is not accepted, or since the first event', () => {
    expect(found([verdict({ atMs: startMs + 8 * dayMs })]).parity?.cleanDays).toBe(8.2)
    const later = [{ ...mismatch, atMs: startMs + 3 * dayMs }, mismatch, { ...late, atMs: startMs + 5 * dayMs }]
    expect(found(later).parity?.cleanDays).toBe(3.2)
    expect(found(later, { accepted: new Set(['late']) }).parity?.cleanDays).toBe(5.2)
  })

  it('do not have an event for missing that has come late', () => {
    const { parity } = found([missing, late], { accepted: new Set(['late']) })
    expect(parity?.cleanDays).toBe(8.2)
  })

  it('have what waits, what has stalled and what is in the wrong partition', () => {
    const report = { stalled: 'native', pendingSinceMs: startMs - 120_001, wrongPartitions: 3 } as const
    expect(found([], { report, nowMs: startMs })).toMatchObject({
      parity: { oldestPendingSeconds: 121, isStalled: true },
      wrongPartitions: 3,
    })
  })
})
