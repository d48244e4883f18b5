import { describe, expect, it } from 'vitest'
import { checked, lookupText, spelled } from '../lookups/shop.ts'

interface Mistake {
  readonly mistake: string
  readonly event: string
  readonly fields?: string
  readonly says: readonly string[]
}

const lookups = `  linesOf: {table: lines, key: [order_id], rows: 0..200}
  byName: {table: customers, key: [login], missing: error}`
const linesOf = 'each: "linesOf(after.id)", as: l, '

/** The entry of `publish` is line 14. */
const said = (event: string, fields = '{}'): string[] =>
  checked(lookupText({ lookups, event, fields })).problems.map(spelled)

describe('a mistake in `each`', () => {
  it.each<Mistake>([
    {
      mistake: 'no name for the element',
      event: 'each: "linesOf(after.id)", ',
      says: [
        "14:9+57 FW2004 missing-key: rules[0].publish[0]: has 'each' and no 'as' | as: x, and the other expressions name its element x",
      ],
    },
    {
      mistake: 'a name of no element',
      event: 'as: l, ',
      says: [
        "14:9+37 FW2004 missing-key: rules[0].publish[0]: has 'as' and no 'each' | each: the list of which every element becomes an event",
      ],
    },
    {
      mistake: 'a name that every rule has',
      event: 'each: "linesOf(after.id)", as: row, ',
      says: ["14:59+3 FW2313 name-taken: rules[0].publish[0].as: 'row' is a name that every rule has"],
    },
    {
      mistake: 'no list',
      event: 'each: "after.id", as: l, key: "l.sku", ',
      says: ['14:35+8 FW2202 argument-type: each needs a list, got long'],
    },
    {
      mistake: 'a column that the element does not have',
      event: `${linesOf}key: "l.skv", `,
      says: [
        `14:70+3 FW2103 unknown-column: no column 'skv' in public.lines | did you mean "sku"? (have order_id, line_no, sku, qty, kind)`,
      ],
    },
    {
      mistake: 'a key that may be null in the list',
      event: 'each: "[after.name]", as: n, key: "n", ',
      says: [
        '14:63+1 FW2211 null-into-required: a key is never null, n may be null in the list | when: "n != null" publishes nothing without it, or use coalesce(n, \'\')',
      ],
    },
    {
      mistake: 'more rows than one firing looks up',
      event: linesOf,
      fields: '{text: "string(size(linesOf(l.order_id)))"}',
      says: [
        '14:90+19 FW2216 too-many-rows: linesOf() is called for each element of another look-up: up to 40000 rows, of at most 10000 | lower the maxima under `rows`',
      ],
    },
    {
      mistake: 'a list that names its own element',
      event: 'each: "l", as: l, ',
      says: [`14:35+1 FW2102 unknown-name: nothing here is called 'l' | have meta, after, row`],
    },
  ])('$mistake', ({ event, fields, says }) => {
    expect(said(event, fields)).toEqual(says)
  })
})

describe('a key in `each`', () => {
  it('may be of the element, though that is looked up: it is what the list is for', () => {
    expect(said(`${linesOf}key: "l.sku", `)).toEqual([])
  })

  it('is warned of where it goes through a further look-up', () => {
    expect(said(`${linesOf}key: "string(byName(l.kind).id)", `)).toEqual([
      '14:68+25 warning FW2319 looked-up-key: the key goes through look-up byName: when the row there changes, later events get another key',
    ])
  })

  it('does not leave with personal data in it', () => {
    const one = 'each: "linesOf(after.id).map(l, byName(l.kind).email)", as: mail, key: "coalesce(mail, \'\')", '
    expect(said(one)).toEqual([
      '14:100+18 FW2220 personal-data: public.customers.email is personal data, and would leave in a key | use pseudonym() or mask(x, 4), or {expr, allowPii: "reason"} for a field',
    ])
  })
})
