import { describe, expect, it } from 'vitest'
import { checked, lookupText, spelled } from './shop.ts'

const one = 'table: customers, key: [id], columns: [login], missing: null'

interface Mistake {
  readonly mistake: string
  readonly lookup: string
  readonly fields?: string
  readonly rule?: string
  readonly event?: string
  readonly says: readonly string[]
}

const said = ({ lookup, fields = '{}', ...rest }: Omit<Mistake, 'says' | 'mistake'>): string[] =>
  checked(lookupText({ lookups: `  ${lookup}`, fields, ...rest })).problems.map(spelled)

describe('a mistake in the form of a look-up', () => {
  it.each<Mistake>([
    {
      mistake: 'an unknown key',
      lookup: `customer: {${one}, colums: [id]}`,
      says: [
        `7:76+6 FW2003 unknown-key: lookups.customer: unknown key colums | did you mean "columns"? (have table, key, columns, where, missing, rows, orderBy, pivot)`,
      ],
    },
    {
      mistake: 'no table',
      lookup: 'customer: {key: [id], missing: null}',
      says: [`7:13+26 FW2004 missing-key: lookups.customer.table is missing`],
    },
    {
      mistake: 'no key',
      lookup: 'customer: {table: customers, missing: null}',
      says: [`7:13+33 FW2004 missing-key: lookups.customer.key is missing`],
    },
    {
      mistake: 'an empty key',
      lookup: 'customer: {table: customers, key: [], missing: null}',
      says: ['7:37+2 FW2004 missing-key: lookups.customer.key: expected a list that is not empty, got an empty list'],
    },
    {
      mistake: 'a column twice',
      lookup: 'customer: {table: customers, key: [id, id], missing: null}',
      says: [`7:42+2 FW2313 name-taken: lookups.customer.key[1]: 'id' is there twice`],
    },
    {
      mistake: 'neither one row nor a list',
      lookup: 'customer: {table: customers, key: [id]}',
      says: [
        `7:13+29 FW2004 missing-key: lookups.customer: has neither 'missing' nor 'rows' | missing: error or missing: null for one row, rows: 0..500 for a list`,
      ],
    },
    {
      mistake: 'one row and a list',
      lookup: `customer: {${one}, rows: 0..5}`,
      says: [
        `7:70+4 FW2007 bad-value: lookups.customer.missing: there is 'rows' as well: it is one of them | missing: error or missing: null for one row, rows: 0..500 for a list`,
      ],
    },
    {
      mistake: 'a word for missing',
      lookup: 'customer: {table: customers, key: [id], missing: skip}',
      says: ["7:52+4 FW2007 bad-value: lookups.customer.missing: expected error or null, got 'skip'"],
    },
    {
      mistake: 'an order of one row',
      lookup: `customer: {${one}, orderBy: id}`,
      says: [
        `7:85+2 FW2007 bad-value: lookups.customer.orderBy: is about several rows, and the look-up gives one | rows: 0..500`,
      ],
    },
    {
      mistake: 'bounds that are none',
      lookup: 'linesOf: {table: lines, key: [order_id], rows: many}',
      says: ['7:50+4 FW2007 bad-value: lookups.linesOf.rows: must be min..max | rows: 1..1, 0..1 or 0..500'],
    },
    {
      mistake: 'more rows than a list has',
      lookup: 'linesOf: {table: lines, key: [order_id], rows: 0..10001}',
      says: ['7:12+47 FW2007 bad-value: look-up linesOf gives at most 10000 rows | rows: 0..500'],
    },
    {
      mistake: 'a pivot with columns',
      lookup:
        'metaOf: {table: meta, key: [order_id], rows: 0..9, columns: [id], pivot: {name: meta_key, value: meta_value, take: {a: b}}}',
      says: [`7:63+4 FW2007 bad-value: lookups.metaOf.columns: what a look-up with 'pivot' reads is said under pivot`],
    },
    {
      mistake: 'a pivot without a part, and with a strange one',
      lookup:
        'metaOf: {table: meta, key: [order_id], rows: 0..9, pivot: {name: meta_key, take: {a: b}, duplicate: lst}}',
      says: [
        `7:61+46 FW2004 missing-key: lookups.metaOf.pivot.value is missing`,
        `7:103+3 FW2007 bad-value: lookups.metaOf.pivot.duplicate: expected one of last, first, error, got "lst" | did you mean "last"?`,
      ],
    },
    {
      mistake: 'a name that every rule has',
      lookup: `rows: {${one}}`,
      says: [`7:3+4 FW2313 name-taken: lookups.rows: 'rows' is a name that every rule has`],
    },
  ])('$mistake', ({ says, ...text }) => {
    expect(said(text)).toEqual(says)
  })
})

describe('a mistake in what a look-up refers to', () => {
  it.each<Mistake>([
    {
      mistake: 'an unknown table',
      lookup: 'customer: {table: customer, key: [id], missing: null}',
      says: [
        `7:21+8 FW2302 unknown-alias: no table 'customer' under tables | did you mean "customers"? (have orders, customers, countries, zones, products, lines, meta, audit, notes)`,
      ],
    },
    {
      mistake: 'unknown columns',
      lookup: 'linesOf: {table: lines, key: [order], columns: [sk], where: {kin: a}, orderBy: line, rows: 0..5}',
      says: [
        `7:33+5 FW2103 unknown-column: no column 'order' in public.lines | did you mean "order_id"? (have order_id, line_no, sku, qty, kind)`,
        `7:51+2 FW2103 unknown-column: no column 'sk' in public.lines | did you mean "sku"? (have order_id, line_no, sku, qty, kind)`,
        `7:64+3 FW2103 unknown-column: no column 'kin' in public.lines | did you mean "kind"? (have order_id, line_no, sku, qty, kind)`,
        `7:82+4 FW2103 unknown-column: no column 'line' in public.lines | did you mean "line_no"? (have order_id, line_no, sku, qty, kind)`,
      ],
    },
    {
      mistake: 'a key that is not unique',
      lookup: 'customer: {table: customers, key: [country_id], missing: null}',
      says: [
        '7:38+10 FW2318 several-rows: look-up customer gives one row, and public.customers may have several with one country_id | unique are [id], [login]; for a list, rows: 0..500',
      ],
    },
    {
      mistake: 'a table whose rows are not told apart',
      lookup: 'audit: {table: audit, key: [order_id], rows: 0..5}',
      says: [
        '7:18+5 FW2316 rows-not-told-apart: look-up audit: no key of public.audit tells its rows apart, so that they cannot be held | an immediate primary key for public.audit, or a unique key of columns that are NOT NULL and REPLICA IDENTITY FULL, then falsework catalog pull',
      ],
    },
    {
      mistake: 'a table of whose rows the log does not say which they are',
      lookup: 'note: {table: notes, key: [id], missing: null}',
      says: [
        '7:17+5 FW2316 rows-not-told-apart: look-up note: no key of public.notes tells its rows apart, so that they cannot be held | ALTER TABLE public.notes REPLICA IDENTITY FULL, then falsework catalog pull',
      ],
    },
    {
      mistake: 'a key that only the database can compare',
      lookup: 'named: {table: customers, key: [legal_name], rows: 0..5}',
      says: [
        '7:35+10 FW2303 match-types: public.customers.legal_name is string of a collation that is not deterministic: values of this type are not matched | match by another column, such as a numeric key: only the database can compare this one',
      ],
    },
    {
      mistake: 'a constant that the column cannot have',
      lookup: 'linesOf: {table: lines, key: [order_id], where: {qty: many}, rows: 0..5}',
      says: [`7:57+4 FW2007 bad-value: 'many' is no int, which column qty is`],
    },
    {
      mistake: 'a pivot of unknown columns',
      lookup:
        'linesOf: {table: lines, key: [order_id], rows: 0..5, pivot: {name: qty, value: skuu, take: {a: many}, duplicate: first}}',
      says: [
        `7:82+4 FW2103 unknown-column: no column 'skuu' in public.lines | did you mean "sku"? (have order_id, line_no, sku, qty, kind)`,
      ],
    },
    {
      mistake: 'a name that the pivot column cannot have',
      lookup:
        'linesOf: {table: lines, key: [order_id], rows: 0..5, pivot: {name: qty, value: sku, take: {a: many}, duplicate: first}}',
      says: [`7:97+4 FW2007 bad-value: 'many' is no int, which column qty is`],
    },
    {
      mistake: 'the name of a function',
      lookup: `trim: {${one}}`,
      says: [`7:3+4 FW2313 name-taken: 'trim' is a function of the language: a look-up of that name would hide it`],
    },
    {
      mistake: 'the name of a code table',
      lookup: `kind: {${one}}\ncodes: {kind: {values: {a: B}, unknown: null}}`,
      says: [`7:3+4 FW2313 name-taken: 'kind' is taken: with aliases, lets, codes and look-ups share their names`],
    },
    {
      mistake: 'the name of a let',
      lookup: `customer: {${one}}`,
      rule: '    let: {customer: "after.id"}\n',
      says: [
        `12:11+8 FW2313 name-taken: 'customer' is taken: with aliases, lets, codes and look-ups share their names`,
      ],
    },
  ])('$mistake', ({ says, ...text }) => {
    expect(said(text)).toEqual(says)
  })
})

describe('a look-up of a table that is excluded from the row store', () => {
  it('is refused, and says what keeps its rows', () => {
    const text = lookupText({ lookups: `  customer: {${one}}`, fields: '{}' })
    expect(checked(text, ['public.customers']).problems.map(spelled)).toEqual([
      '7:21+9 FW2330 rows-not-kept: look-up customer: the rows of public.customers are excluded from the row store | take public.customers out of rows.exclude in falsework.yaml',
    ])
    expect(checked(text, ['public.countries']).problems).toEqual([])
  })
})

describe('a mistake in the call of a look-up', () => {
  const list =
    'linesOf: {table: lines, key: [order_id], rows: 0..200}\n  productsOf: {table: products, key: [sku], rows: 0..51}'

  it.each<Mistake>([
    {
      mistake: 'too few arguments',
      lookup: `customer: {${one}}`,
      fields: '{text: "customer().login"}',
      says: ['13:44+10 FW2203 argument-count: customer(id) was given 0 arguments'],
    },
    {
      mistake: 'an argument of another type',
      lookup: `customer: {${one}}`,
      fields: '{text: "customer(after.sku).login"}',
      says: ['13:53+9 FW2202 argument-type: customer(): id is long, got string | use long(after.sku)'],
    },
    {
      mistake: 'an argument that is an int where the column is a long',
      lookup: 'country: {table: countries, key: [id], missing: null}',
      fields: '{text: "country(after.id).code"}',
      says: ['13:52+8 FW2202 argument-type: country(): id is int, got long | use int(after.id)'],
    },
    {
      mistake: 'an unknown look-up',
      lookup: `customer: {${one}}`,
      fields: '{text: "custmer(after.id).login"}',
      says: [
        `13:44+7 FW2104 unknown-function: there is no function 'custmer' | did you mean "customer"? (have customer, string, upper, lower, trim, digits, first, last, replace, split, matches, startsWith, …)`,
      ],
    },
    {
      mistake: 'a look-up without its argument',
      lookup: `customer: {${one}}`,
      fields: '{text: "customer.login"}',
      says: [`13:44+8 FW2102 unknown-name: nothing here is called 'customer' | did you mean "customer(…)"?`],
    },
    {
      mistake: 'a column that is not declared',
      lookup: `customer: {${one}}`,
      fields: '{number: "customer(after.id).country_id"}',
      says: [
        `13:65+10 FW2103 unknown-column: look-up customer does not have 'country_id' among its columns | columns: [login, country_id]`,
      ],
    },
    {
      mistake: 'a column that there is not',
      lookup: `customer: {${one}}`,
      fields: '{number: "customer(after.id).country"}',
      says: [
        `13:65+7 FW2103 unknown-column: no column 'country' in public.customers | did you mean "country_id"? (have id, email, login, country_id, legal_name)`,
      ],
    },
    {
      mistake: 'a row that may be missing where it is needed',
      lookup: `customer: {${one}}`,
      rule: `    when: "customer(after.id).login == 'a' && size(customer(after.id).login) > 1"\n`,
      says: [
        `12:47+30 FW2210 nullable-operand: '>' on int?: size(customer(after.id).login) is null where customer(after.id) is null where there is no row; use coalesce(size(customer(after.id).login), 0)`,
      ],
    },
    {
      mistake: 'a member that the pivot does not take',
      lookup:
        'metaOf: {table: meta, key: [order_id], rows: 0..9, pivot: {name: meta_key, value: meta_value, take: {product: a}}}',
      fields: '{text: "metaOf(after.id).prodct"}',
      says: [`13:61+6 FW2102 unknown-name: metaOf has no 'prodct' | did you mean "product"? (have product)`],
    },
    {
      mistake: 'personal data of the row',
      lookup: 'customer: {table: customers, key: [id], missing: null}',
      fields: '{text: "customer(after.id).email"}',
      says: [
        '13:44+24 FW2220 personal-data: public.customers.email is personal data, and would leave in field text | use pseudonym() or mask(x, 4), or {expr, allowPii: "reason"} for a field',
      ],
    },
    {
      mistake: 'lists within a list that are too many rows together',
      lookup: list,
      fields: '{yes: "linesOf(after.id).exists(l, productsOf(l.sku).exists(p, p.name == l.sku))"}',
      says: [
        '14:71+17 FW2216 too-many-rows: productsOf() is called for each element of another look-up: up to 10200 rows, of at most 10000 | lower the maxima under `rows`',
      ],
    },
    {
      mistake: 'the same by a let and each',
      lookup: list,
      rule: '    let: {own: "linesOf(after.id).filter(l, l.line_no > 1)"}\n',
      fields: '{lines: {each: own, as: l, fields: {sku: "string(size(productsOf(l.sku)))"}}}',
      says: [
        '15:90+17 FW2216 too-many-rows: productsOf() is called for each element of another look-up: up to 10200 rows, of at most 10000 | lower the maxima under `rows`',
      ],
    },
    {
      mistake: 'a look-up in the key of an event',
      lookup: `customer: {${one}}`,
      rule: '    let: {login: "customer(after.id).login"}\n',
      event: `key: "coalesce(login, '')", `,
      says: [
        '14:34+19 warning FW2319 looked-up-key: the key goes through look-up customer: when the row there changes, later events get another key',
      ],
    },
    {
      mistake: 'a look-up in the key of a tombstone',
      lookup: `customer: {${one}}`,
      event: `fields: {}}\n      - {tombstone: orders.v2, key: "coalesce(customer(after.id).login, '')"}\n      - {event: OrderTold, `,
      says: [
        '14:38+38 FW2320 looked-up-tombstone: the key of a tombstone goes through look-up customer: it must be that of the events that it deletes | take columns of the row itself',
      ],
    },
  ])('$mistake', ({ says, ...text }) => {
    expect(said(text)).toEqual(says)
  })
})

it('lists within a list may be as many rows as may be read', () => {
  const lookup =
    'linesOf: {table: lines, key: [order_id], rows: 0..100}\n  productsOf: {table: products, key: [sku], rows: 0..100}'
  expect(said({ lookup, fields: '{yes: "linesOf(after.id).all(l, size(productsOf(l.sku)) > 0)"}' })).toEqual([])
})
