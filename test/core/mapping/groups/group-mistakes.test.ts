import { describe, expect, it } from 'vitest'
import { checked, lookupText, spelled } from '../lookups/shop.ts'
import { said } from '../mistakes/said.ts'
import { soundWithRules } from '../sample.ts'
import { type GroupedRule, ruleText } from './grouped.ts'

interface GroupMistake extends GroupedRule {
  readonly mistake: string
  readonly says: string
  readonly problems: readonly string[]
}

/** `on` is line 12, the expressions are lines 15 and 16. */
const problemsOf = (rule: GroupedRule): string[] => said(soundWithRules(`rules:\n${ruleText(rule)}`))

const fires = 'the rule fires for a group of rows; use group.order_id, or rows'

describe('a mistake in `per`', () => {
  it.each<Omit<GroupMistake, 'says'>>([
    {
      mistake: 'a word that is none of its own',
      on: '{table: lines, op: insert, per: order_id}',
      problems: [
        "12:41+8 FW2007 bad-value: rules[0].on.per: cannot be 'order_id': it is row, change, or a list of columns | for one firing per value of a column, per: [order_id]",
      ],
    },
    {
      mistake: 'no column',
      on: '{table: lines, op: insert, per: []}',
      problems: ['12:41+2 FW2004 missing-key: rules[0].on.per: expected a list that is not empty, got an empty list'],
    },
    {
      mistake: 'a column twice',
      on: '{table: lines, op: insert, per: [order_id, order_id]}',
      problems: ["12:52+8 FW2313 name-taken: rules[0].on.per[1]: 'order_id' is there twice"],
    },
    {
      mistake: 'a column that there is not',
      on: '{table: lines, op: insert, per: [oder_id]}',
      problems: [
        `12:42+7 FW2103 unknown-column: no column 'oder_id' in public.order_lines | did you mean "order_id"? (have order_id, line_no, sku, qty, shape)`,
      ],
    },
    {
      mistake: 'a column that cannot be read',
      on: '{table: lines, op: insert, per: [shape]}',
      problems: [
        '12:42+5 FW2106 unreadable-column: public.order_lines.shape has type polygon, which this version cannot read',
      ],
    },
    {
      mistake: 'a truncate',
      on: '{table: lines, op: truncate, per: [order_id]}',
      problems: [
        '12:43+10 FW2007 bad-value: a truncate has no rows that could be grouped | a rule of its own on truncate, without per',
      ],
    },
  ])('$mistake', ({ problems, ...rule }) => {
    expect(problemsOf({ says: "'x'", ...rule }).slice(0, problems.length)).toEqual(problems)
  })
})

describe('a group that cannot be', () => {
  const problems = (on: string): string[] => {
    const text = lookupText({ lookups: '  none: {table: zones, key: [id], missing: null}', fields: '{}' })
    const { problems: found } = checked(text.replace('{table: orders, op: insert}', on))
    return found.filter(({ place }) => place.line === 11).map(spelled)
  }

  it('is one of values that the database alone compares', () => {
    expect(problems('{table: customers, op: insert, per: [legal_name]}')).toEqual([
      '11:46+10 FW2303 match-types: public.customers.legal_name is string of a collation that is not deterministic: values of this type are not matched | match by another column, such as a numeric key: only the database can compare this one',
    ])
  })

  it('is one of rows that no key tells apart', () => {
    expect(problems('{table: audit, op: insert, per: [order_id]}')).toEqual([
      '11:41+10 FW2316 rows-not-told-apart: per: no key of public.audit tells its rows apart, so one that changes twice is two | per: change fires for every single change',
    ])
  })
})

describe('a mistake in what a grouped rule names', () => {
  it.each<GroupMistake>([
    {
      mistake: 'one row, where there are several',
      says: 'string(after.qty)',
      problems: [`16:35+5 FW2107 not-in-scope: after is not here: ${fires}`],
    },
    {
      mistake: 'whether a column has changed',
      says: "string(changed('qty'))",
      problems: [`16:35+14 FW2107 not-in-scope: changed() is not here: ${fires}`],
    },
    {
      mistake: 'a column that the group does not have in common',
      says: 'string(group.qty)',
      problems: ["16:41+3 FW2103 unknown-column: group does not have 'qty' among its columns | per: [order_id, qty]"],
    },
    {
      mistake: 'a column without its group',
      says: 'string(order_id)',
      problems: [`16:35+8 FW2102 unknown-name: nothing here is called 'order_id' | did you mean "group.order_id"?`],
    },
    {
      mistake: 'the operation of all rows',
      says: 'meta.op',
      problems: ['16:33+2 FW2107 not-in-scope: op is not here: each of the rows of a group has its own: r.op'],
    },
    {
      mistake: 'a member that a change does not have',
      says: 'string(rows.exists(r, r.befor == null))',
      problems: [`16:52+5 FW2102 unknown-name: r has no 'befor' | did you mean "before"? (have op, before, after)`],
    },
    {
      mistake: 'a row that an insert does not have',
      on: '{table: lines, op: insert, per: [order_id]}',
      says: 'string(rows.exists(r, r.before.qty > 1))',
      problems: ['16:52+6 FW2107 not-in-scope: before is not here: a rule on insert has no row before; use after'],
    },
    {
      mistake: 'a row that some operations do not have',
      says: 'string(rows.exists(r, r.before.qty > 1))',
      problems: [
        "16:50+12 FW2210 nullable-operand: '>' on int?: r.before.qty may be null: r.before is null on insert; use coalesce(r.before.qty, 0)",
      ],
    },
    {
      mistake: 'personal data of its rows',
      on: '{table: orders, op: insert, per: [store_no]}',
      key: 'string(group.store_no)',
      says: "coalesce(at(rows.map(r, r.after.email), 0), '')",
      problems: [
        '16:28+47 FW2220 personal-data: public.orders.email is personal data, and would leave in field orderId | use pseudonym() or mask(x, 4), or {expr, allowPii: "reason"} for a field',
      ],
    },
    {
      mistake: 'an operation that the rule is not about',
      says: "string(rows.exists(r, r.op == 'rekey'))",
      problems: [`16:58+7 FW2214 impossible-value: r.op is never 'rekey' | have insert, update, delete`],
    },
  ])('$mistake', ({ problems, ...rule }) => {
    expect(problemsOf(rule)).toEqual(problems)
  })

  it('is none where a condition proves that the row is there', () => {
    const says = 'string(rows.exists(r, r.before != null && r.before.qty > 1))'
    expect(problemsOf({ says })).toEqual([])
  })

  it('are the names of a group in a rule that has none', () => {
    const on = '{table: lines, op: insert}'
    expect(problemsOf({ on, key: 'string(row.order_id)', says: 'string(size(rows))' })).toEqual([
      '16:40+4 FW2107 not-in-scope: rows is not here: the rule has no `per: [columns]`',
    ])
  })
})
