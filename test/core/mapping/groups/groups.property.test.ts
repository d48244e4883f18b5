import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CompiledRule } from '../../../../src/core/mapping/compiled-mapping.ts'
import { Groups } from '../../../../src/core/mapping/run/groups.ts'
import { LargeTranslation } from '../../../../src/core/mapping/run/large-translation.ts'
import { type Outcome, planTranslation, translate } from '../../../../src/core/mapping/run/translate.ts'
import { noRows } from '../../rows/no-rows.ts'
import { KeyTally } from '../../../../src/core/transaction/large/key-tally.ts'
import { usualBudget } from '../../../../src/core/transaction/large/transaction-budget.ts'
import { netChanges } from '../../../../src/core/transaction/net-changes.ts'
import { type Change, deleted, inserted, order, transactionOf, updated } from '../rows.ts'
import { grouped } from './grouped.ts'

const all = 'op: [insert, update, delete], changed: any'
const mapping = grouped(
  {
    on: `{table: orders, ${all}, per: [store_no]}`,
    key: 'string(group.store_no)',
    says: "string(size(rows)) + ' ' + string(rows.exists(r, r.op == 'delete'))",
  },
  { name: 'rows', on: `{table: orders, ${all}}`, key: 'string(row.id)', says: 'row.status' },
  { name: 'changes', on: `{table: orders, ${all}, per: change}`, key: 'string(row.id)', says: 'meta.op' },
)

interface Step {
  readonly id: number
  readonly store: number
  readonly does: 'write' | 'delete'
}

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.record({
    id: fc.integer({ min: 1, max: 6 }),
    store: fc.integer({ min: 1, max: 3 }),
    does: fc.constantFrom('write', 'write', 'delete'),
  }),
  { maxLength: 14 },
)

/** Rows 1 to 3 exist before. */
function changesOf(story: readonly Step[]): readonly Change[] {
  const rows = new Map([1, 2, 3].map((id) => [id, order(id)]))
  return story.flatMap(({ id, store, does }) => {
    const before = rows.get(id)
    const after = order(id, { store_no: store })
    if (does === 'delete') rows.delete(id)
    else rows.set(id, after)
    if (before === undefined) return does === 'delete' ? [] : [inserted('orders', after)]
    return [does === 'delete' ? deleted('orders', before) : updated('orders', before, after)]
  })
}

const plan = planTranslation([mapping])
const [groupedRule] = mapping.rules

function groupsIn(changes: readonly Change[], rule: CompiledRule | undefined) {
  if (rule?.per.kind !== 'group') throw new Error('a grouped rule')
  const { per } = rule
  const net = netChanges(transactionOf(changes))
  const groups = new Groups(net)
  const found = net.flatMap((change) => groups.beginningAt(rule, per, change))
  return { net, groups: found.flatMap((cause) => (cause.kind === 'group' ? [cause.group] : [])) }
}

/** The same transaction as if it were read twice. */
function translatedTwice(changes: readonly Change[], bytes = usualBudget.bytes): readonly Outcome[] {
  const { changes: rows, ...facts } = transactionOf(changes)
  const keys = new KeyTally()
  for (const change of rows) keys.add(change)
  const large = { ...facts, id: '1', rows: rows.length, bytes: 0, tables: new Set<never>(), keys }
  const translation = new LargeTranslation(large, { plan, budget: { ...usualBudget, bytes }, rows: noRows })
  const outcomes: Outcome[] = []
  if (!translation.standsAlone) for (const change of rows) translation.gather(change, 1)
  for (const change of rows) translation.translate(change, outcomes)
  return outcomes
}

const told = (outcomes: readonly Outcome[]): unknown[] =>
  outcomes.map((outcome) => {
    if (outcome.kind === 'failed') return [outcome.input.identity, outcome.input.errorClass]
    return outcome.kind === 'event'
      ? [outcome.event.anchor, outcome.event.index, outcome.event.key, outcome.event.fields]
      : []
  })

describe('the groups of any transaction', () => {
  it('have every row that changes, once; one that changes its group twice', () => {
    fc.assert(
      fc.property(steps, (story) => {
        const { net, groups } = groupsIn(changesOf(story), groupedRule)
        for (const change of net) {
          const { before, after } = change
          const values = new Set([before, after].flatMap((row) => (row === null ? [] : [row.get('store_no')])))
          const own = groups.filter(({ rows }) => rows.includes(change)).map(({ image }) => image.get('store_no'))
          if (before !== null && after !== null && own.length === 0) expect(before).toEqual(after)
          else expect(own.toSorted()).toEqual([...values].toSorted())
        }
      }),
    )
  })

  it('are told apart by their values, and have ids that are', () => {
    fc.assert(
      fc.property(steps, (story) => {
        const { groups } = groupsIn(changesOf(story), groupedRule)
        const distinct = (texts: readonly string[]): number => new Set(texts).size
        expect(distinct(groups.map(({ text }) => text))).toBe(groups.length)
        expect(distinct(groups.map(({ anchor }) => JSON.stringify(anchor)))).toBe(groups.length)
      }),
    )
  })

  it('are the same when the transaction is too large to be held, and so are single changes', () => {
    fc.assert(
      fc.property(steps, (story) => {
        const changes = changesOf(story)
        expect(told(translatedTwice(changes))).toEqual(told(translate(transactionOf(changes), plan, noRows)))
      }),
    )
  })
})

describe('a transaction with more rows to group than may be held', () => {
  const changes = [1, 2, 3].map((id) => inserted('orders', order(id)))

  it('fails each grouped rule once, and no other', () => {
    const outcomes = translatedTwice(changes, 2).map((outcome) => {
      if (outcome.kind === 'failed') return `${outcome.input.errorClass} ${outcome.input.failure.at}`
      return outcome.kind === 'event' ? outcome.event.key : ''
    })
    expect(outcomes).toEqual(['tooLarge grouped', '1', '1', '2', '2', '3', '3'])
  })

  it('says with which row the rule began', () => {
    const [outcome] = translatedTwice(changes, 2)
    if (outcome?.kind !== 'failed') throw new Error('a failure')
    const { identity, failure } = outcome.input
    expect(identity).toMatchObject({ rule: 'grouped', anchor: { ordinal: 0 }, group: '' })
    expect(failure.message).toBe('the source transaction has more rows to group than may be held')
    expect(failure.rows).toHaveLength(1)
  })
})

describe('the plan', () => {
  it('names tables that are grouped, those of single changes, and those whose earlier rows are read', () => {
    const orders = new Set(['public.orders'])
    expect(plan).toMatchObject({ grouped: orders, singly: orders, joined: new Set(), readsBefore: orders })
  })
})
