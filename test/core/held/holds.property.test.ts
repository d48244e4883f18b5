import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { HeldState } from '../../../src/core/held/held-state.ts'
import { type HeldUnit, unitText, wholeTopics } from '../../../src/core/held/held-unit.ts'
import { Holds } from '../../../src/core/held/holds.ts'
import { type HeldPlaceOfInput, Release } from '../../../src/core/held/release.ts'

/** An input as a rule sees it: where its events go, and from which revision on it does not fail. */
interface Input {
  readonly at: number
  readonly keys: readonly HeldUnit[]
  /** What it blocks when it fails. */
  readonly policy: 'holdKey' | 'holdMapping'
  readonly sinceRevision: number
}

/** Everything that is committed together. */
interface Committed {
  readonly published: readonly Input[]
  readonly held: readonly (HeldPlaceOfInput & { readonly input: Input })[]
  readonly state: HeldState
}

type Step =
  | { readonly does: 'translate'; readonly inputs: readonly Omit<Input, 'at'>[] }
  /** A revision comes into force, and what it frees is released in slices; it is killed behind some of them. */
  | { readonly does: 'revise'; readonly slice: number; readonly killedAfter: number }

const key = fc.record({ topic: fc.constantFrom('orders', 'risk'), key: fc.constantFrom('1', '2', '3') })
const input = fc.record({
  keys: fc.uniqueArray(key, { minLength: 1, maxLength: 3, selector: unitText }),
  policy: fc.constantFrom('holdKey' as const, 'holdMapping' as const),
  sinceRevision: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 4 })),
})
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ does: fc.constant('translate' as const), inputs: fc.array(input, { maxLength: 5 }) }),
  },
  fc.record({
    does: fc.constant('revise' as const),
    slice: fc.integer({ min: 1, max: 4 }),
    killedAfter: fc.integer({ min: 0, max: 6 }),
  }),
)

const blockedBy = ({ keys, policy }: Input): readonly HeldUnit[] =>
  policy === 'holdKey' ? keys : wholeTopics(keys.map(({ topic }) => topic))

const blockerOf = (failed: Input, number: number, revision: number) => ({
  number,
  letter: `letter ${failed.at}`,
  mapping: 'orders',
  revision: String(revision),
  units: blockedBy(failed),
})

function translate(before: Committed, failing: Input, revision: number): Committed {
  const holds = new Holds(before.state)
  const waiting = holds.waitingIn(failing.keys)
  const fails = failing.sinceRevision > revision
  if (waiting === null && !fails) return { ...before, published: [...before.published, failing] }
  const units = waiting ?? blockedBy(failing)
  const number = holds.hold(units, { bytes: 1, sinceUs: '0' })
  if (waiting === null) holds.block(blockerOf(failing, number, revision), '0')
  return { ...before, held: [...before.held, { input: failing, number, units, bytes: 1 }], state: holds.state }
}

/** Slice by slice, each of which is what a restart finds; `slices` of them, or all. */
function release(before: Committed, revision: number, { slice, slices }: { slice: number; slices: number }): Committed {
  const holds = new Holds(before.state)
  if (!holds.releasing && !holds.someBlocker((blocker) => blocker.revision !== String(revision))) return before
  const scan = new Release(holds, (blocker) => blocker.revision !== String(revision))
  const published = [...before.published]
  let done = 0
  for (const [index, held] of before.held.slice(holds.first).entries()) {
    if (scan.judge(held) === 'due') {
      if (held.input.sinceRevision > revision) scan.stays(held, blockerOf(held.input, held.number, revision), '0')
      else {
        published.push(held.input)
        scan.went(held)
      }
    }
    if ((index + 1) % slice !== 0) continue
    done += 1
    if (done > slices) return { ...before, published, state: holds.state }
  }
  scan.end()
  return { ...before, published, state: holds.state }
}

function play(steps: readonly Step[]): Committed {
  let committed: Committed = { published: [], held: [], state: new Holds().state }
  let revision = 0
  let at = 0
  for (const one of steps) {
    if (one.does === 'translate') {
      for (const found of one.inputs) committed = translate(committed, { ...found, at: at++ }, revision)
      continue
    }
    revision += 1
    committed = release(committed, revision, { slice: one.slice, slices: one.killedAfter })
    committed = release(committed, revision, { slice: one.slice, slices: Number.POSITIVE_INFINITY })
  }
  return release(committed, 99, { slice: 2, slices: Number.POSITIVE_INFINITY })
}

it('publishes every input once, in order by key, however inputs fail and are released', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      const inputs = steps.flatMap((one) => (one.does === 'translate' ? one.inputs : []))
      const { published, state } = play(steps)
      expect(published.map(({ at }) => at).toSorted((a, b) => a - b)).toEqual(inputs.map((_, at) => at))
      for (const unit of new Set(published.flatMap(({ keys }) => keys.map(unitText)))) {
        const ofKey = published.filter(({ keys }) => keys.map(unitText).includes(unit)).map(({ at }) => at)
        expect(ofKey).toEqual(ofKey.toSorted((a, b) => a - b))
      }
      expect(state).toMatchObject({ inputs: 0, bytes: 0, holds: [], blockers: [] })
    }),
    { numRuns: 500 },
  )
})
