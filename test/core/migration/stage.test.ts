import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { firstOwnership, type Ownership } from '../../../src/core/migration/ownership.ts'
import {
  decidedStage,
  isUnderWay,
  type MappingStages,
  stageOfScope,
  takeWord,
  wordsOfScope,
} from '../../../src/core/migration/scope-stages.ts'
import {
  allowedTransitions,
  type Scope,
  type Stage,
  stages,
  type Transition,
  transitions,
} from '../../../src/core/migration/stage.ts'
import type { StageWord } from '../../../src/core/migration/stage-word.ts'
import { runs } from '../../runs.ts'

type Seen = Pick<Ownership, 'owner' | 'epoch'>

const word = (transition: Transition, to: Stage, more: Partial<StageWord> = {}): StageWord => ({
  mapping: 'orders',
  scope: null,
  transition,
  to,
  epoch: 1,
  seen: { owner: 'legacy', epoch: 1 },
  reason: null,
  evidence: [],
  waivers: [],
  ...more,
})

/** All words from a stage on, those that are refused left out. */
const folded = (words: readonly StageWord[], registered: Stage = 'live', from: MappingStages = new Map()) =>
  words.reduce<MappingStages>((before, one) => {
    const outcome = takeWord(before, one, registered)
    return outcome.kind === 'taken' ? new Map(before).set(one.scope, outcome.stage) : before
  }, from)

const saidOf = (before: MappingStages, one: StageWord, registered: Stage = 'live'): string => {
  const outcome = takeWord(before, one, registered)
  return outcome.kind === 'taken' ? 'taken' : outcome.message
}

const seenIn = (stage: Stage): Seen =>
  stage === 'native' || stage === 'retired' ? { owner: 'native', epoch: 2 } : firstOwnership(stage)

describe('a transition', () => {
  /** The stage that each leads to, beside the open handover that a cancel needs. */
  const leadsTo: Readonly<Record<Stage, Partial<Record<Transition, Stage>>>> = {
    shadow: { promote: 'live' },
    live: { promote: 'parity' },
    parity: { promote: 'native' },
    native: { rollback: 'live', retire: 'retired' },
    retired: {},
  }
  const pairs = stages.flatMap((stage) => transitions.map((transition) => ({ stage, transition })))

  it.each(pairs)('$transition in stage $stage leads where the table says, or nowhere', ({ stage, transition }) => {
    const before: MappingStages = new Map([[null, { stage, epoch: seenIn(stage).epoch, open: null }]])
    const seen = seenIn(stage)
    const taken = stages.filter((to) => {
      const epochs = allowedTransitions[stage][transition]?.epochs ?? 0
      return saidOf(before, word(transition, to, { seen, epoch: seen.epoch + epochs })) === 'taken'
    })
    expect(taken).toEqual([leadsTo[stage][transition] ?? []].flat())
  })

  it('that is refused says where the scope stands', () => {
    expect(saidOf(new Map(), word('retire', 'retired'))).toBe('orders, scope all: retire does not lead on from live')
    expect(saidOf(new Map(), word('promote', 'native', { scope: 'tenant-7' }))).toBe(
      'orders, scope tenant-7: promote leads from live to parity, not to native',
    )
    expect(saidOf(new Map(), word('promote', 'parity', { epoch: 2 }))).toBe(
      'orders, scope all: promote out of epoch 1 names epoch 1, not 2',
    )
  })
})

describe('a handover', () => {
  const asked = folded([word('promote', 'parity'), word('promote', 'native', { epoch: 2 })])
  const standing = stageOfScope(asked, null, 'live')
  const legacy = { owner: 'legacy', epoch: 1 } as const
  const native = { owner: 'native', epoch: 2 } as const
  const kept = { owner: 'legacy', epoch: 3 } as const

  it('is under way until an ownership of its epoch is there, and leaves the scope in parity', () => {
    expect([decidedStage(standing, legacy), isUnderWay(standing, legacy)]).toEqual(['parity', true])
    expect([decidedStage(standing, native), isUnderWay(standing, native)]).toEqual(['native', false])
    expect([decidedStage(standing, kept), isUnderWay(standing, kept)]).toEqual(['parity', false])
  })

  it('can be cancelled by its epoch, as long as nothing is decided', () => {
    expect(saidOf(asked, word('cancel', 'parity', { epoch: 2 }))).toBe('taken')
    expect(saidOf(asked, word('cancel', 'parity', { epoch: 4, seen: kept }))).toContain('no handover of epoch 4')
    expect(saidOf(asked, word('cancel', 'parity', { epoch: 3, seen: native }))).toContain('not lead on from native')
    expect(saidOf(new Map(), word('cancel', 'parity', { epoch: 2 }))).toContain('not lead on from live')
  })

  it('lets nothing else be asked for while it is under way', () => {
    expect(saidOf(asked, word('promote', 'native', { epoch: 2 }))).toContain('a handover is open')
    expect(saidOf(asked, word('promote', 'native', { scope: 'tenant-7', epoch: 2 }))).toContain('a handover is open')
    expect(saidOf(asked, word('cancel', 'parity', { scope: 'tenant-7', epoch: 2 }))).toContain('handed over with all')
  })

  it('whose cancel came too late is taken back, and one that was cancelled is asked for anew', () => {
    const cancelled = folded([word('cancel', 'parity', { epoch: 2 })], 'live', asked)
    expect(saidOf(cancelled, word('rollback', 'live', { epoch: 3, seen: native }))).toBe('taken')
    expect(saidOf(cancelled, word('promote', 'native', { epoch: 4, seen: kept }))).toBe('taken')
  })

  it('that is taken back is native until legacy owns it again, and live from then on', () => {
    const back = folded([word('rollback', 'live', { epoch: 3, seen: native })], 'live', asked)
    const scope = stageOfScope(back, null, 'live')
    const nobody = { owner: 'none', epoch: 3 } as const
    const again = { owner: 'legacy', epoch: 4 } as const
    expect([native, nobody, again].map((seen) => decidedStage(scope, seen))).toEqual(['native', 'native', 'live'])
    expect(saidOf(back, word('rollback', 'live', { epoch: 4, seen: nobody }))).toContain('being taken back')
    expect(saidOf(back, word('promote', 'parity', { epoch: 4, seen: again }))).toBe('taken')
  })
})

describe('words about stages', () => {
  it('that were decided on an older epoch than the last one are refused', () => {
    const live = folded([word('promote', 'live', { seen: { owner: 'none', epoch: 0 } })], 'shadow')
    const early = word('promote', 'parity', { epoch: 0, seen: { owner: 'none', epoch: 0 } })
    expect(saidOf(live, early, 'shadow')).toContain('decided on epoch 0, and the words are at 1')
  })

  it('about a tenant leave the others with all', () => {
    const moved = folded([word('promote', 'parity', { scope: 'tenant-7' })])
    const stageOf = (scope: Scope): Stage => stageOfScope(moved, scope, 'live').stage
    expect([stageOf('tenant-7'), stageOf('tenant-8'), stageOf(null)]).toEqual(['parity', 'live', 'live'])
  })

  const anyWord = fc
    .record({
      transition: fc.constantFrom(...transitions),
      scope: fc.constantFrom(null, 'tenant-7', 'tenant-8'),
      to: fc.constantFrom(...stages),
      seen: fc.record({ owner: fc.constantFrom('legacy', 'native', 'none'), epoch: fc.nat({ max: 5 }) }),
      more: fc.nat({ max: 1 }),
    })
    .map(({ transition, to, scope, seen, more }) => word(transition, to, { scope, seen, epoch: seen.epoch + more }))

  it('never make an epoch smaller, and say nothing when they are said twice', () => {
    fc.assert(
      fc.property(fc.constantFrom(...stages), fc.array(anyWord, { maxLength: 30 }), (registered, words) => {
        words.reduce<MappingStages>((before, one) => {
          const next = folded([one], registered, before)
          const epoch = (of: MappingStages): number => stageOfScope(of, one.scope, registered).epoch
          expect(epoch(next)).toBeGreaterThanOrEqual(epoch(before))
          expect(stageOfScope(folded([one], registered, next), one.scope, registered)).toEqual(
            stageOfScope(next, one.scope, registered),
          )
          return next
        }, new Map())
      }),
    )
  })

  it('about unrelated scopes give the same stages in any order', () => {
    const of = (scope: string) =>
      fc.array(
        anyWord.map((one) => ({ ...one, scope })),
        { maxLength: 12 },
      )
    fc.assert(
      fc.property(of('tenant-7'), of('tenant-8'), fc.array(fc.boolean()), (left, right, turns) => {
        const mixed: StageWord[] = []
        const [a, b] = [[...left], [...right]]
        for (const isLeft of turns) mixed.push(...(isLeft ? a : b).splice(0, 1))
        expect(new Map([...folded([...mixed, ...a, ...b])].toSorted())).toEqual(
          new Map([...folded([...left, ...right])].toSorted()),
        )
      }),
    )
  })
})

describe('the words that have moved a scope', () => {
  const said = (...scopes: readonly Scope[]) =>
    scopes.map((scope, offset) => ({ offset, record: word('promote', 'live', { scope }) }))

  it.each([
    { name: 'those of all, where it has none of its own', words: said(null, 'b', null), offsets: [0, 2] },
    {
      name: 'those of all before its first one, and its own',
      words: said(null, 'b', 'a', null, 'a'),
      offsets: [0, 2, 4],
    },
    { name: 'its own alone, where it was set apart first', words: said('a', null), offsets: [0] },
    { name: 'none, where others alone were told', words: said('b', 'c'), offsets: [] },
  ])('are $name', ({ words, offsets }) => {
    expect(wordsOfScope(words, 'a').map(({ offset }) => offset)).toEqual(offsets)
  })

  it('fold to where the scope stands, as all words do', () => {
    const steps = fc.record({ transition: fc.constantFrom(...transitions), scope: fc.constantFrom(null, 'a', 'b') })
    const property = fc.property(fc.array(steps, { maxLength: 12 }), (chosen) => {
      let state: MappingStages = new Map()
      const taken: { readonly record: StageWord }[] = []
      for (const { transition, scope } of chosen) {
        const { stage, epoch } = stageOfScope(state, scope, 'live')
        const rule = allowedTransitions[stage][transition]
        if (rule?.decidedBy !== 'registry') continue
        const one = word(transition, rule.to, { scope, epoch: epoch + rule.epochs, seen: { ...seenIn(stage), epoch } })
        state = folded([one], 'live', state)
        taken.push({ record: one })
      }
      const alone = folded(wordsOfScope(taken, 'a').map(({ record }) => record))
      expect(stageOfScope(alone, 'a', 'live')).toEqual(stageOfScope(state, 'a', 'live'))
    })
    fc.assert(property, { numRuns: runs(200) })
  })
})
