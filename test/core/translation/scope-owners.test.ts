import { describe, expect, it } from 'vitest'
import type { FenceMove } from '../../../src/core/capture/own-tables.ts'
import type { SourcePosition } from '../../../src/core/capture/row-change.ts'
import { type HeldState, nothingHeld } from '../../../src/core/held/held-state.ts'
import type { OpenWish } from '../../../src/core/migration/scope-stages.ts'
import { type Owners, stageNow, type Staging } from '../../../src/core/translation/ownership/routes.ts'
import { ownersBehindFences, ownersByWords } from '../../../src/core/translation/ownership/scope-owners.ts'

const position = '10' as SourcePosition
const wish: OpenWish = { kind: 'handover', epoch: 2, isCancelled: false }
const inParity = (open: OpenWish | null): Staging => ({
  registered: 'live',
  scopes: new Map([[null, { stage: 'parity', epoch: 2, open }]]),
  words: [],
  topics: new Set(['orders.v1']),
})
const move = (mapping: string, epoch = 2): FenceMove => ({ mapping, scope: null, owner: 'native', epoch })
const waitingIn = (topic: string): HeldState => {
  const hold = { unit: { topic, key: 'o-1' }, next: 0, end: 1, sinceUs: '0' }
  return { ...nothingHeld, next: 1, inputs: 1, holds: [hold] }
}
const told = (owners: Owners): string[] => owners.map(({ mapping, owner, epoch }) => `${mapping} ${owner} ${epoch}`)

interface Case {
  readonly name: string
  readonly open: OpenWish | null
  /** In which topic something waits. */
  readonly waitsIn?: string
  readonly epoch?: number
  readonly owner: string
}

describe('behind a fence', () => {
  it.each<Case>([
    { name: 'that is asked for the new service owns', open: wish, owner: 'a native 2' },
    { name: 'that was cancelled falsework goes on', open: { ...wish, isCancelled: true }, owner: 'a legacy 3' },
    { name: 'while something of it waits falsework goes on', open: wish, waitsIn: 'orders.v1', owner: 'a legacy 3' },
    { name: 'the new service owns, whatever of others waits', open: wish, waitsIn: 'bills.v1', owner: 'a native 2' },
    { name: 'that nobody has asked for falsework goes on', open: null, owner: 'a legacy 3' },
  ])('$name', ({ open, waitsIn, owner }) => {
    const stagings = new Map([['a', inParity(open)]])
    const held = waitsIn === undefined ? nothingHeld : waitingIn(waitsIn)
    expect(told(ownersBehindFences([], [move('a')], { stagings, held, position }).told)).toEqual([owner])
  })

  it('of an epoch that has passed nothing is decided again', () => {
    const stagings = new Map([['a', inParity(wish)]])
    const at = { stagings, held: nothingHeld, position }
    const { owners } = ownersBehindFences([], [move('a')], at)
    expect(ownersBehindFences(owners, [move('a')], at)).toEqual({ owners, told: [] })
  })

  it('of two mappings both are handed over, or neither', () => {
    const both = [move('a'), move('b')]
    const decided = (open: OpenWish | null): string[] => {
      const stagings = new Map([
        ['a', inParity(wish)],
        ['b', inParity(open)],
      ])
      return told(ownersBehindFences([], both, { stagings, held: nothingHeld, position }).told)
    }
    expect(decided(wish)).toEqual(['a native 2', 'b native 2'])
    expect(decided(null)).toEqual(['a legacy 3', 'b legacy 3'])
  })

  it('of all a scope that has a stage of its own keeps its owner, and a record of its own says so', () => {
    const { scopes } = inParity(wish)
    const apart: Staging = {
      registered: 'live',
      scopes: new Map([...scopes, ['3', { stage: 'parity', epoch: 1, open: null }]]),
      words: [],
      topics: new Set(),
    }
    const at = { stagings: new Map([['a', apart]]), held: nothingHeld, position }
    const { owners, told: records } = ownersBehindFences([], [move('a')], at)
    expect(told(records)).toEqual(['a legacy 1', 'a native 2'])
    expect(stageNow(owners, 'a', '3', apart)).toBe('parity')
    expect(records.map(({ scope }) => scope)).toEqual(['3', null])
  })

  it('of two mappings neither is handed over while something of one waits', () => {
    const apart: Staging = { ...inParity(wish), topics: new Set(['bills.v1']) }
    const at = {
      stagings: new Map([
        ['a', inParity(wish)],
        ['b', apart],
      ]),
      held: waitingIn('bills.v1'),
      position,
    }
    expect(told(ownersBehindFences([], [move('a'), move('b')], at).told)).toEqual(['a legacy 3', 'b legacy 3'])
  })

  it('of a mapping of another source nothing is decided', () => {
    expect(ownersBehindFences([], [move('a')], { stagings: new Map(), held: nothingHeld, position }).told).toEqual([])
  })
})

describe('where words come into force', () => {
  const staging = (stage: 'shadow' | 'live', open: OpenWish | null = null): Staging => ({
    registered: 'shadow',
    scopes: new Map([['3', { stage, epoch: 1, open }]]),
    words: [],
    topics: new Set(),
  })

  it('a scope that has left shadow is falsework’s, once', () => {
    const stagings = new Map([['a', staging('live')]])
    const { owners, told: first } = ownersByWords([], stagings, position)
    expect(told(first)).toEqual(['a legacy 1'])
    expect(ownersByWords(owners, stagings, position).told).toEqual([])
    expect(ownersByWords([], new Map([['a', staging('shadow')]]), position).told).toEqual([])
  })

  it('a scope that is asked back is nobody’s', () => {
    const owners: Owners = [{ mapping: 'a', scope: null, owner: 'native', epoch: 2, position }]
    const stagings = new Map([['a', inParity({ kind: 'takeBack', epoch: 3, isCancelled: false })]])
    expect(told(ownersByWords(owners, stagings, position).told)).toEqual(['a none 3'])
  })
})
