import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CompiledMapping } from '../../../src/core/mapping/compiled-mapping.ts'
import { LargeTranslation } from '../../../src/core/mapping/run/large-translation.ts'
import { type Outcome, planTranslation } from '../../../src/core/mapping/run/translate.ts'
import { noRows } from '../rows/no-rows.ts'
import { KeyTally } from '../../../src/core/transaction/large/key-tally.ts'
import { type TransactionBudget, usualBudget } from '../../../src/core/transaction/large/transaction-budget.ts'
import {
  type Change,
  deleted,
  inserted,
  line,
  order,
  rekeyed,
  transactionOf,
  translated,
  truncated,
  updated,
} from './rows.ts'
import { compiled, sound } from './sample.ts'
import type { Values } from '../images.ts'

/** Three mappings of one topic and key: whoever publishes, the order of a row's events is that of its changes. */
const mapping = compiled(sound)
const shipping = compiled(
  sound
    .replace('mapping: orders', 'mapping: a-state')
    .slice(0, sound.indexOf('  - name: placed') + 1)
    .concat(
      '  - name: state\n    on: {table: orders, op: [insert, update, delete], changed: any}\n',
      '    publish:\n      - {tombstone: orders.v1, key: "string(row.id)"}\n',
    ),
)

/** What an old application might do in one transaction: each step is possible after those before it. */
type Step = {
  readonly id: number
  readonly does: 'write' | 'delete' | 'again'
  readonly status: string
  readonly bad: boolean
}

const step: fc.Arbitrary<Step> = fc.record({
  id: fc.integer({ min: 1, max: 4 }),
  does: fc.constantFrom('write', 'delete', 'again'),
  status: fc.constantFrom('N', 'S', 'X'),
  bad: fc.boolean(),
})

interface Story {
  readonly changes: readonly Change[]
  readonly first: ReadonlyMap<number, Values | null>
  readonly last: ReadonlyMap<number, Values | null>
}

/** Rows 1 and 2 exist before. */
function play(steps: readonly Step[]): Story {
  const rows = new Map<number, Values | null>([1, 2, 3, 4].map((id) => [id, id < 3 ? order(id) : null]))
  const first = new Map(rows)
  const changes: Change[] = []
  for (const { id, does, status, bad } of steps) {
    const before = rows.get(id) ?? null
    const after = does === 'delete' ? null : order(id, { status, ship_dt: bad ? 20260231 : 20260131 })
    if (before === null && after === null) continue
    if (before === null && after !== null)
      changes.push(inserted('orders', after), inserted('order_lines', line(id, changes.length)))
    else if (before !== null && after === null) changes.push(deleted('orders', before))
    else if (before !== null && after !== null) changes.push(updated('orders', before, after))
    rows.set(id, after)
  }
  return { changes, first, last: rows }
}

const idOf = (outcome: Outcome): number => {
  if (outcome.kind === 'event') return Number(outcome.event.key)
  if (outcome.kind === 'tombstone') return Number(outcome.tombstone.key)
  const { before, after } = outcome.input.failure
  return Number((after ?? before)?.get('id'))
}

describe('any source transaction', () => {
  it('publishes of each row what its first and last image say, and nothing of what was between', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const { changes, first, last } = play(steps)
        const outcomes = translated([mapping], changes)
        for (const id of [1, 2, 3, 4]) {
          const [before, after] = [first.get(id) ?? null, last.get(id) ?? null]
          const told = outcomes.filter((outcome) => idOf(outcome) === id).map(nameOf)
          expect(told, `row ${id}`).toEqual(expectedOf(before, after))
        }
      }),
    )
  })

  it('publishes in the order in which its rows were first changed, mappings by name within a row', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const { changes } = play(steps)
        const offsets = translated([mapping, shipping], changes).map((outcome) => {
          if (outcome.kind === 'failed')
            return { at: outcome.input.identity.anchor.offset, mapping: outcome.mapping.name }
          const { anchor } = outcome.kind === 'event' ? outcome.event : outcome.tombstone
          return { at: anchor.offset, mapping: outcome.mapping.name }
        })
        const sorted = offsets.toSorted(
          (a, b) => a.at - b.at || (a.mapping < b.mapping ? -1 : a.mapping > b.mapping ? 1 : 0),
        )
        expect(offsets).toEqual(sorted)
      }),
    )
  })

  it('gives the same bytes when it is translated again', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const { changes } = play(steps)
        const bytes = () =>
          translated([mapping], changes).map((outcome) =>
            outcome.kind === 'event' ? outcome.event.value.toString('hex') : '',
          )
        expect(bytes()).toEqual(bytes())
      }),
    )
  })

  it('gives the same when it is too large to be held, and is read twice', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), fc.constantFrom('none', 'key', 'table'), (steps, more) => {
        const others = { none: [], key: rekeyed(order(8), order(9, { status: 'S' })), table: [truncated('orders')] }
        const changes = [...play(steps).changes, ...others[more], inserted('order_lines', line(50, 1))]
        const mappings = [mapping, shipping]
        expect(readTwice(mappings, changes).map(withoutInput)).toEqual(translated(mappings, changes).map(withoutInput))
      }),
    )
  })

  it('fails the rules that need more rows than may be held, and no others, when it is read twice', () => {
    const changes = [...play([{ id: 3, does: 'write', status: 'N', bad: false }]).changes, deleted('orders', order(1))]
    const outcomes = readTwice([mapping], changes, { rows: 0, bytes: 0 })
    expect(outcomes.map(nameOf)).toEqual(['tooLarge', 'OrderRemoved'])
  })

  it('translates rows that change more than once where those of a `with` are too many, whichever come first', () => {
    const twice = [
      updated('orders', order(1), order(1, { qty: 2 })),
      updated('orders', order(1, { qty: 2 }), order(1, { status: 'S', ship_dt: 20260131 })),
    ]
    const lines = [1, 2, 3].map((number) => inserted('order_lines', line(50, number)))
    for (const changes of [
      [...lines, ...twice],
      [...twice, ...lines],
    ]) {
      const outcomes = readTwice([mapping], changes, { rows: 0, bytes: 2_500 })
      expect(outcomes.map(nameOf)).toEqual(['OrderShipped'])
    }
  })

  it('halts when rows that change more than once are more than may be held', () => {
    const changes = [
      updated('orders', order(1), order(1, { qty: 2 })),
      updated('orders', order(1, { qty: 2 }), order(1)),
    ]
    expect(() => readTwice([mapping], changes, { rows: 1, bytes: 1_500 })).toThrow('more than once')
  })
})

function readTwice(
  mappings: readonly CompiledMapping[],
  given: readonly Change[],
  budget: TransactionBudget = usualBudget,
): Outcome[] {
  const { changes, ...facts } = transactionOf(given)
  const keys = new KeyTally()
  for (const change of changes) keys.add(change)
  const large = { ...facts, id: '1', rows: changes.length, bytes: 0, tables: new Set<never>(), keys }
  const translation = new LargeTranslation(large, { plan: planTranslation(mappings), budget, rows: noRows })
  if (!translation.standsAlone) for (const change of changes) translation.gather(change, 1_000)
  const outcomes: Outcome[] = []
  for (const change of changes) translation.translate(change, outcomes)
  return outcomes
}

/** Beside what it has read, which says where it was found. */
const withoutInput = ({ fired, ...outcome }: Outcome) => ({ ...outcome, identity: fired.identity })

function nameOf(outcome: Outcome): string {
  if (outcome.kind === 'event') return outcome.event.publication.event
  return outcome.kind === 'failed' ? outcome.input.errorClass : 'tombstone'
}

/** Said without a look at how the rules are run. */
function expectedOf(before: Values | null, after: Values | null): string[] {
  if (before === null && after !== null) return ['OrderPlaced']
  if (before !== null && after === null) return ['OrderRemoved']
  if (before?.['status'] === 'S' || after?.['status'] !== 'S') return []
  return after['ship_dt'] === 20260231 ? ['badDate'] : ['OrderShipped']
}
