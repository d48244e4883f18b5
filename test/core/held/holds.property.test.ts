import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { HeldState } from '../../../src/core/held/held-state.ts'
import { distinctUnits, type HeldUnit, unitText, wholeTopics } from '../../../src/core/held/held-unit.ts'
import { Holds } from '../../../src/core/held/holds.ts'
import { type HeldPlaceOfInput, Release } from '../../../src/core/held/release.ts'

type Mapping = 'a' | 'b'

/** How often each mapping was revised. */
type Revisions = Readonly<Record<Mapping, number>>

/** An input as a rule sees it: where its events go, and from which revision on it does not fail. */
interface Input {
  readonly at: number
  readonly mapping: Mapping
  /** By the first revision, and each that comes: the last of them stay. */
  readonly keysBy: readonly (readonly HeldUnit[])[]
  /** What it blocks when it fails. */
  readonly policy: 'holdKey' | 'holdMapping'
  readonly sinceRevision: number
}

interface Published {
  readonly input: Input
  /** Under which it was. */
  readonly revisions: Revisions
}

/** Everything that is committed together. */
interface Committed {
  readonly published: readonly Published[]
  readonly held: readonly (HeldPlaceOfInput & { readonly input: Input })[]
  readonly state: HeldState
}

type Step =
  | { readonly does: 'translate'; readonly inputs: readonly Omit<Input, 'at'>[] }
  /** A revision comes into force, and what it frees is released in slices; it is killed behind some of them. */
  | { readonly does: 'revise'; readonly mapping: Mapping; readonly slice: number; readonly killedAfter: number }

const key = fc.record({ topic: fc.constantFrom('orders', 'risk'), key: fc.constantFrom('1', '2', '3') })
const keys = fc.uniqueArray(key, { minLength: 1, maxLength: 3, selector: unitText })
const mapping = fc.constantFrom('a' as const, 'b' as const)
const input = fc.record({
  mapping,
  keysBy: fc.array(keys, { minLength: 1, maxLength: 3 }),
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
    mapping,
    slice: fc.integer({ min: 1, max: 4 }),
    killedAfter: fc.integer({ min: 0, max: 6 }),
  }),
)

const keysOf = ({ keysBy, mapping: name }: Input, revisions: Revisions): readonly HeldUnit[] =>
  keysBy[Math.min(revisions[name], keysBy.length - 1)] ?? []

const fails = ({ sinceRevision, mapping: name }: Input, revisions: Revisions): boolean =>
  sinceRevision > revisions[name]

const blockedBy = (failed: Input, revisions: Revisions): readonly HeldUnit[] => {
  const own = keysOf(failed, revisions)
  return failed.policy === 'holdKey' ? own : wholeTopics(own.map(({ topic }) => topic))
}

const blockerOf = (
  failed: Input,
  { number, units }: Pick<HeldPlaceOfInput, 'number' | 'units'>,
  revisions: Revisions,
) => ({
  number,
  letter: `letter ${failed.at}`,
  mapping: failed.mapping,
  revision: String(revisions[failed.mapping]),
  units,
})

function translate(before: Committed, one: Input, revisions: Revisions): Committed {
  const holds = new Holds(before.state)
  const own = keysOf(one, revisions)
  const waiting = holds.waitingIn(own)
  if (waiting === null && !fails(one, revisions))
    return { ...before, published: [...before.published, { input: one, revisions }] }
  const units = waiting ?? blockedBy(one, revisions)
  const number = holds.nextNumber
  const blocker = waiting === null ? blockerOf(one, { number, units }, revisions) : null
  holds.hold(units, { bytes: 1, sinceUs: '0' }, blocker)
  return { ...before, held: [...before.held, { input: one, number, units, bytes: 1 }], state: holds.state }
}

/** Slice by slice, each of which is what a restart finds; `slices` of them, or all. */
function release(
  before: Committed,
  revisions: Revisions,
  { slice, slices }: { slice: number; slices: number },
): Committed {
  const holds = new Holds(before.state)
  if (!holds.releasing) return before
  const scan = new Release(holds, ({ mapping: name, revision }) => revision !== String(revisions[name as Mapping]))
  const published = [...before.published]
  let done = 0
  for (const [index, held] of before.held.slice(holds.first).entries()) {
    const own = keysOf(held.input, revisions)
    const verdict = scan.judge(held)
    if (verdict === 'waits' || (verdict === 'due' && !scan.mayPass(own))) scan.waits(held, own, '0')
    else if (verdict === 'due' && fails(held.input, revisions)) {
      const units = distinctUnits([...held.units, ...blockedBy(held.input, revisions)])
      scan.stays(held, blockerOf(held.input, { number: held.number, units }, revisions), '0')
    } else if (verdict === 'due') {
      published.push({ input: held.input, revisions })
      scan.went(held)
    }
    if ((index + 1) % slice !== 0) continue
    done += 1
    if (done > slices) return { ...before, published, state: holds.state }
  }
  scan.end()
  return { ...before, published, state: holds.state }
}

/** From now on the revision is in force: whatever waits is looked at. */
function revise(before: Committed): Committed {
  const holds = new Holds(before.state)
  holds.releasing = holds.any
  return { ...before, state: holds.state }
}

const wholeRelease = { slice: 2, slices: Number.POSITIVE_INFINITY }

function play(steps: readonly Step[]): Committed {
  let committed: Committed = { published: [], held: [], state: new Holds().state }
  let revisions: Revisions = { a: 0, b: 0 }
  let at = 0
  for (const one of steps) {
    if (one.does === 'translate') {
      for (const found of one.inputs) committed = translate(committed, { ...found, at: at++ }, revisions)
      continue
    }
    revisions = { ...revisions, [one.mapping]: revisions[one.mapping] + 1 }
    committed = release(revise(committed), revisions, { slice: one.slice, slices: one.killedAfter })
    committed = release(committed, revisions, { ...wholeRelease, slice: one.slice })
  }
  return release(revise(committed), { a: 99, b: 99 }, wholeRelease)
}

/** What has come before it although it is behind it in a key. One that a later revision gives it was nobody's concern then. */
function passedBy({ input: own, revisions }: Published, before: readonly Published[]): readonly Input[] {
  const later = before.filter(({ input: other }) => other.at > own.at)
  const goes = new Set(keysOf(own, revisions).map(unitText))
  const passing = later.filter(({ input: other, revisions: then }) => {
    const meant = new Set(keysOf(own, then).map(unitText))
    return keysOf(other, then).some((unit) => meant.has(unitText(unit)) && goes.has(unitText(unit)))
  })
  return passing.map(({ input: other }) => other)
}

it('publishes every input once, in order by key, however inputs fail, are revised to other keys and are released', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      const inputs = steps.flatMap((one) => (one.does === 'translate' ? one.inputs : []))
      const { published, state } = play(steps)
      expect(published.map(({ input: { at } }) => at).toSorted((a, b) => a - b)).toEqual(inputs.map((_, at) => at))
      for (const [index, one] of published.entries()) expect(passedBy(one, published.slice(0, index))).toEqual([])
      expect(state).toMatchObject({ inputs: 0, bytes: 0, holds: [], blockers: [] })
    }),
    { numRuns: 1_000 },
  )
})
