import { describe, expect, it } from 'vitest'
import {
  type Gate,
  type GateLimits,
  gates,
  gatesTo,
  judgeGates,
  type LiveValues,
  type ParityValues,
  runGates,
} from '../../../src/core/migration/gates.ts'
import { checkMigration } from '../../../src/core/migration/file/check-migration.ts'
import type { Stage } from '../../../src/core/migration/stage.ts'
import { sound, surroundings } from './sample.ts'

const { migration } = checkMigration({ text: sound, file: 'orders.yaml' }, surroundings)
if (migration === null) throw new Error('the sample has a mistake')

const limits: GateLimits = {
  gates: migration.gates,
  windowSeconds: migration.windowSeconds,
  events: ['OrderPlaced', 'OrderRemoved'],
  today: '2026-11-30',
}

const parity: ParityValues = {
  cleanDays: 7,
  compared: new Map([
    ['OrderPlaced', 1000],
    ['OrderRemoved', 5],
  ]),
  outcomes: new Map([
    ['match', 1000],
    ['late', 3],
    ['field-mismatch', 0],
  ]),
  oldestPendingSeconds: null,
  isStalled: false,
}

const good: LiveValues = {
  lagSeconds: 0.4,
  holds: 0,
  deadLetters: 0,
  parity,
  wrongPartitions: 0,
  unfenced: [],
  rehearsedDaysAgo: 2,
  notNative: [],
  violations: 0,
  readers: [],
}

const told = (to: Exclude<Stage, 'shadow'>, gate: Gate, values: Partial<LiveValues>, more: Partial<GateLimits> = {}) =>
  runGates(to, { ...good, ...values }, { ...limits, ...more })
    .filter((one) => one.gate === gate)
    .map(({ verdict, text }) => `${verdict}: ${text}`)

describe('the gates', () => {
  it.each(['live', 'parity', 'native', 'retired'] as const)('in front of %s are all open where all is well', (to) => {
    const evidence = runGates(to, good, limits)
    expect(evidence.map(({ gate }) => gate)).toEqual(gatesTo[to])
    expect(judgeGates(evidence, [])).toEqual({ kind: 'open' })
  })

  it('each stand in front of some stage', () => {
    expect(new Set(Object.values(gatesTo).flat())).toEqual(new Set(gates))
  })

  it.each<{ gate: Gate; to: 'native' | 'retired'; values: Partial<LiveValues>; says: string }>([
    { gate: 'lag', to: 'native', values: { lagSeconds: 6 }, says: '6 s, at most 5' },
    { gate: 'lag', to: 'native', values: { lagSeconds: null }, says: 'not known' },
    { gate: 'no holds', to: 'native', values: { holds: 2 }, says: '2 held' },
    { gate: 'no dead letters', to: 'retired', values: { deadLetters: 1 }, says: '1 undecided' },
    { gate: 'parity', to: 'native', values: { parity: null }, says: 'nothing was compared' },
    {
      gate: 'parity',
      to: 'native',
      values: {
        parity: {
          ...parity,
          outcomes: new Map([
            ['match', 9],
            ['duplicate', 1],
            ['late', 1],
          ]),
        },
      },
      says: '1 duplicate beside 9 that match',
    },
    { gate: 'days', to: 'native', values: { parity: { ...parity, cleanDays: 6 } }, says: '6 of 7 days' },
    { gate: 'days', to: 'native', values: { parity: null }, says: 'nothing was compared' },
    {
      gate: 'events',
      to: 'native',
      values: { parity: { ...parity, compared: new Map([['OrderPlaced', 999]]) } },
      says: 'OrderPlaced 999 of 1000, OrderRemoved 0 of 5',
    },
    {
      gate: 'pending',
      to: 'native',
      values: { parity: { ...parity, oldestPendingSeconds: 3601 } },
      says: '3601 s, at most 3600',
    },
    {
      gate: 'pending',
      to: 'native',
      values: { parity: { ...parity, isStalled: true } },
      says: 'the native stream is silent, and that of the bridge moves',
    },
    { gate: 'partitions', to: 'native', values: { wrongPartitions: 4 }, says: '4 in another partition, at most 0' },
    { gate: 'partitions', to: 'native', values: { wrongPartitions: null }, says: 'not known' },
    { gate: 'fenceable', to: 'native', values: { unfenced: ['a.1'] }, says: 'never opened: a.1' },
    { gate: 'fenceable', to: 'native', values: { unfenced: null }, says: 'no id declared' },
    { gate: 'rehearsed', to: 'native', values: { rehearsedDaysAgo: 8 }, says: '8 days ago, at most 7' },
    { gate: 'rehearsed', to: 'native', values: { rehearsedDaysAgo: null }, says: 'never' },
    { gate: 'every scope native', to: 'retired', values: { notNative: ['tenant-7'] }, says: 'not native: tenant-7' },
    { gate: 'no violations', to: 'retired', values: { violations: 1 }, says: '1 in 7 days' },
    { gate: 'no readers', to: 'retired', values: { readers: ['billing'] }, says: 'still read: billing' },
  ])('"$gate" fails with "$says"', ({ gate, to, values, says }) => {
    expect(told(to, gate, values)).toEqual([`failed: ${says}`])
  })

  it('count what was accepted up to a day that has passed', () => {
    expect(told('native', 'parity', {}, { today: '2026-12-31' })).toEqual([
      'passed: 0 unexplained beside 1000 that match',
    ])
    expect(told('native', 'parity', {}, { today: '2027-01-01' })).toEqual(['failed: 3 late beside 1000 that match'])
  })

  it('know the first version of a rare event by both of its names', () => {
    const rare = new Map([...limits.gates.rare].map(([name, rule]) => [`${name}.v1`, rule]))
    expect(told('native', 'events', {}, { gates: { ...limits.gates, rare } })).toEqual(['passed: enough of 2 types'])
  })

  it('let an event wait twice the window where the file says nothing else', () => {
    const more = { gates: { ...limits.gates, pendingSecondsMax: null } }
    const waiting = { parity: { ...parity, oldestPendingSeconds: 1200 } }
    expect(told('native', 'pending', waiting, more)).toEqual(['passed: 1200 s, at most 1200'])
  })
})

describe('a waiver', () => {
  const evidence = runGates('native', { ...good, lagSeconds: 9, rehearsedDaysAgo: null }, limits)
  const lag = { gate: 'lag', reason: 'the night of the sale' }

  it('opens its gate and no other', () => {
    expect(judgeGates(evidence, [lag])).toMatchObject({
      kind: 'closed',
      failed: [{ gate: 'rehearsed' }],
      waivable: true,
    })
    expect(judgeGates(evidence, [lag, { gate: 'rehearsed', reason: 'rehearsed by hand' }])).toEqual({ kind: 'open' })
  })

  it('without a reason is none', () => {
    const { kind } = judgeGates(evidence, [lag, { gate: 'rehearsed', reason: ' ' }])
    expect(kind).toBe('closed')
  })

  it('does not open the gates that nobody can answer for', () => {
    const held = runGates('native', { ...good, holds: 1, deadLetters: 1 }, limits)
    const waivers = ['no holds', 'no dead letters'].map((gate) => ({ gate, reason: 'never mind' }))
    expect(judgeGates(held, waivers)).toMatchObject({
      kind: 'closed',
      failed: [{ gate: 'no holds' }, { gate: 'no dead letters' }],
      waivable: false,
    })
    const partly = runGates('retired', { ...good, notNative: ['all (parity)'] }, limits)
    const waiver = { gate: 'every scope native', reason: 'never mind' }
    expect(judgeGates(partly, [waiver])).toMatchObject({ kind: 'closed', waivable: false })
  })
})
