import { describe, expect, it } from 'vitest'
import { emptyTally, otherCauses, tallied, type Samples } from '../../../src/core/parity/causes.ts'
import { parityGates, type GateQuestion } from '../../../src/core/parity/gate.ts'
import type { Verdict } from '../../../src/core/parity/verdict.ts'
import { comparison } from './streams.ts'

const dayMs = 86_400_000
const startMs = Date.parse('2026-11-01T00:00:00Z')

const verdict = (change: Partial<Verdict> = {}): Verdict => ({
  outcome: 'match',
  type: 'OrderPlaced',
  aggregate: 'order-1',
  atMs: startMs,
  causes: [],
  ...change,
})

const total = { path: 'total', what: 'another number', bridge: 'secret', native: 12n }
const mismatch = verdict({ outcome: 'field-mismatch', causes: [total] })
const totalCause = 'OrderPlaced field-mismatch total: another number'

const missing = verdict({
  outcome: 'missing-in-native',
  causes: [{ path: '', what: 'no counterpart', bridge: '{}', native: undefined }],
})
const late = verdict({
  outcome: 'late',
  causes: [{ path: '', what: 'native came behind its window', bridge: undefined, native: undefined }],
  replaces: { outcome: 'missing-in-native', what: 'no counterpart' },
})

const sampleOf = (samples?: Samples): unknown => tallied(emptyTally, [mismatch], samples).causes[totalCause]?.sample

describe('a tally', () => {
  it('counts a cause with its first and last time', () => {
    const again = { ...mismatch, atMs: startMs + 5 }
    const { causes } = tallied(tallied(emptyTally, [again]), [mismatch, again])
    expect(causes[totalCause]).toMatchObject({ count: 3, firstMs: startMs, lastMs: startMs + 5 })
  })

  it('shows no value of a sample unless asked', () => {
    expect(sampleOf()).toEqual({ aggregate: 'text of 7', bridge: 'text of 6', native: 'number' })
    expect(sampleOf('shown')).toEqual({ aggregate: '"order-1"', bridge: '"secret"', native: '12' })
  })

  it('takes back that an event was missing when it comes late', () => {
    const { types, causes } = tallied(emptyTally, [missing, late])
    expect(types['OrderPlaced']?.outcomes).toEqual({ 'missing-in-native': 0, late: 1 })
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
})

const compared = tallied(emptyTally, [
  verdict(),
  verdict({ atMs: startMs + 7 * dayMs }),
  verdict({ type: 'OrderChanged' }),
  verdict({ type: 'OrderChanged', atMs: startMs + 8 * dayMs }),
])

const question: GateQuestion = {
  comparison: comparison(),
  tally: compared,
  needs: { days: 7, events: 2, rare: {}, pendingMsMax: 120_000 },
  accepted: new Set(),
  now: { nowMs: startMs + 8 * dayMs, pendingSinceMs: null, stalled: null },
}

const unmet = (change: Partial<GateQuestion>): readonly string[] =>
  parityGates({ ...question, ...change })
    .filter(({ isMet }) => !isMet)
    .map(({ name, found }) => `${name}: ${found}`)

describe('the gates of parity', () => {
  it('are met by enough events over enough days without a difference', () => {
    expect(unmet({})).toEqual([])
  })

  it('ask for days and events of each type, and of rare ones for as many as declared', () => {
    expect(unmet({ needs: { ...question.needs, events: 3, days: 7.5, rare: { OrderChanged: 2 } } })).toEqual([
      'OrderPlaced compared 3 times: 2 times',
      'OrderPlaced compared over 7.5 days: 7.0 days',
    ])
    expect(unmet({ tally: emptyTally })).toHaveLength(4)
  })

  it('are shut by a cause that nobody has accepted by its name', () => {
    const tally = tallied(compared, [mismatch])
    expect(unmet({ tally })).toEqual([`cause ${totalCause}: 1 times, not accepted`])
    expect(unmet({ tally, accepted: new Set([totalCause]) })).toEqual([])
  })

  it('are shut by an ignored field behind its last day', () => {
    const now = { ...question.now, nowMs: Date.parse('2027-01-01T00:00:00Z') }
    expect(unmet({ now: { ...now, nowMs: now.nowMs - 1 } })).toEqual([])
    expect(unmet({ now })).toEqual(['ignored field publishedBy: ignored until 2026-12-31'])
  })

  it('are shut while an event waits for too long, or a stream has stalled', () => {
    const now = { nowMs: startMs, pendingSinceMs: startMs - 120_001, stalled: 'native' as const }
    expect(unmet({ now })).toEqual([
      'no event waits for more than 120 s: 120.0 s',
      'no stream has stalled: native has stalled',
    ])
  })
})
