import { describe, expect, it } from 'vitest'
import { type Case, differences, type LookupMapping, fixtureRun } from './shop.ts'

const customer =
  '  customer: {table: customers, key: [id], columns: [login, country_id], missing: error}\n  country: {table: countries, key: [id], missing: null}\n  zone: {table: zones, key: [id], missing: null}'
const product = '  product: {table: products, key: [sku], columns: [name], missing: null}'
const linesOf = '  linesOf: {table: lines, key: [order_id], columns: [sku, qty], rows: 0..3, orderBy: qty}'
const metaOf = (duplicate: string): string =>
  `  metaOf: {table: meta, key: [order_id], rows: 0..9, pivot: {name: meta_key, value: meta_value, take: {product: _product, note: note}, duplicate: ${duplicate}}}`

const people =
  '{customers: [{id: 7, login: Ann, country_id: 49, legal_name: Ann}, {id: 8, login: Bob, legal_name: Bob}], countries: [{id: 49, code: DE, zone: 3}, {id: 50, code: FR}], zones: [{id: 3, name: Europe}]}'
const lines = (...numbers: readonly number[]): string =>
  `{lines: [${numbers.map((number) => `{order_id: 1, line_no: ${number}, sku: S${number}, qty: ${9 - number}, kind: ${number === 2 ? 'gift' : 'item'}}`).join(', ')}, {order_id: 2, line_no: 1, sku: S9, kind: item}]}`
const metas = (...pairs: readonly (readonly [string, string])[]): string =>
  `{meta: [${pairs.map(([name, value], at) => `{id: ${at + 1}, order_id: 1, meta_key: ${name}, meta_value: ${value}}`).join(', ')}]}`

const event = (fields: string): string => `{event: OrderTold, fields: ${fields}}`

describe('a look-up', () => {
  it.each<LookupMapping & Case & { readonly what: string }>([
    {
      what: 'gives the row with the key',
      lookups: customer,
      fields: '{text: "customer(after.buyer_id).login"}',
      rows: people,
      expect: event('{text: Ann}'),
    },
    {
      what: 'goes through look-ups, three deep',
      lookups: customer,
      fields: '{text: "zone(country(customer(after.buyer_id).country_id).zone).name"}',
      rows: people,
      expect: event('{text: Europe}'),
    },
    {
      what: 'gives null on the way where a key is null',
      lookups: customer,
      fields: '{text: "zone(country(customer(8).country_id).zone).name"}',
      rows: people,
      expect: event('{text: null}'),
    },
    {
      what: 'of a key that is null gives null, even where a row must not be missing',
      lookups: customer,
      fields: '{text: "customer(after.customer_id).login"}',
      rows: people,
      expect: event('{text: null}'),
    },
    {
      what: 'gives null for a row that may be missing',
      lookups: customer,
      fields: '{text: "country(51).code", yes: "country(51) == null"}',
      rows: people,
      expect: event('{text: null, yes: true}'),
    },
    {
      what: 'fails with class missingRow for one that may not',
      lookups: customer,
      fields: '{text: "customer(after.buyer_id).login"}',
      rows: '{}',
      expect: '{error: missingRow, at: told.text}',
    },
    {
      what: 'is not asked where its value is not used',
      lookups: customer,
      fields: '{number: "1"}',
      rule: '    let: {cust: "customer(after.buyer_id)"}\n',
      rows: '{}',
      expect: event('{number: 1}'),
    },
    {
      what: 'can be named by a let, which a condition proves to be there',
      lookups: customer,
      fields: `{text: "found == null ? 'none' : found.code"}`,
      rule: '    let: {found: "country(customer(after.buyer_id).country_id)"}\n',
      rows: people,
      expect: event('{text: DE}'),
    },
    {
      what: 'can be part of a guard',
      lookups: customer,
      fields: '{}',
      rule: `    when: "customer(after.buyer_id).login == 'Bob'"\n`,
      rows: people,
      expect: '',
    },
    {
      what: 'compares padded text without its padding',
      lookups: product,
      fields: '{text: "product(after.sku).name"}',
      rows: '{products: [{sku: "A-1   ", name: Lamp}]}',
      expect: event('{text: Lamp}'),
    },
    {
      what: 'takes a constant',
      lookups: product,
      fields: `{text: "product('A-1').name"}`,
      rows: '{products: [{sku: A-1, name: Lamp}]}',
      expect: event('{text: Lamp}'),
    },
    {
      what: 'compares citext with a constant without case, and with a text as it is',
      lookups: '  byLogin: {table: customers, key: [login], columns: [id], missing: null}',
      fields: `{text: "string(byLogin('ANN').id)", yes: "byLogin(after.name) == null"}`,
      rows: people,
      order: 'name: ANN',
      expect: event('{text: "7", yes: true}'),
    },
    {
      what: 'with rows gives a list in its order',
      lookups: linesOf,
      fields: '{texts: "linesOf(after.id).map(l, l.sku)", number: "size(linesOf(after.id))"}',
      rows: lines(1, 2, 3),
      expect: event('{texts: [S3, S2, S1], number: 3}'),
    },
    {
      what: 'without an order gives the rows in the order of their key',
      lookups: '  linesOf: {table: lines, key: [order_id], rows: 0..3}',
      fields: '{texts: "linesOf(after.id).map(l, l.sku)"}',
      rows: lines(3, 1, 2),
      expect: event('{texts: [S1, S2, S3]}'),
    },
    {
      what: 'gives the rows that have a constant, and counts no others',
      lookups: '  linesOf: {table: lines, key: [order_id], where: {kind: item}, rows: 0..2}',
      fields: '{texts: "linesOf(after.id).map(l, l.sku)"}',
      rows: lines(1, 2, 3),
      expect: event('{texts: [S1, S3]}'),
    },
    {
      what: 'of too many rows fails with class rowCount',
      lookups: linesOf,
      fields: '{number: "size(linesOf(after.id))"}',
      rows: lines(1, 2, 3, 4),
      expect: '{error: rowCount, at: told.number}',
    },
    {
      what: 'of too few rows fails with class rowCount',
      lookups: '  linesOf: {table: lines, key: [order_id], rows: 1..3}',
      fields: '{number: "size(linesOf(after.id))"}',
      rows: '{}',
      expect: '{error: rowCount}',
    },
    {
      what: 'of a key that is null gives no rows, whatever the bounds',
      lookups: '  linesOf: {table: lines, key: [order_id], rows: 1..3}',
      fields: '{number: "size(linesOf(after.customer_id))", yes: "linesOf(after.customer_id).exists(l, l.qty == 1)"}',
      rows: lines(1),
      expect: event('{number: 0, yes: false}'),
    },
    {
      what: 'is what each goes over, with look-ups for its elements',
      lookups: `${linesOf}\n${product}`,
      fields:
        '{lines: {each: "linesOf(after.id)", as: l, fields: {sku: "l.sku", name: "product(l.sku).name"}}, yes: "linesOf(after.id).all(l, product(l.sku) != null)"}',
      rows: `${lines(1, 2).slice(0, -1)}, products: [{sku: S2, name: Lamp}]}`,
      expect: event('{lines: [{sku: S2, name: Lamp}, {sku: S1, name: null}], yes: false}'),
    },
    {
      what: 'by several columns takes them in their order',
      lookups: '  lineOf: {table: lines, key: [line_no, order_id], columns: [sku], missing: error}',
      fields: '{text: "lineOf(2, after.id).sku"}',
      rows: lines(1, 2),
      expect: event('{text: S2}'),
    },
  ])('$what', (found) => {
    expect(differences(found, found)).toEqual([])
  })
})

describe('a pivot', () => {
  const fields =
    '{text: {expr: "metaOf(after.id).product", allowPii: tests}, yes: {expr: "metaOf(after.id).note == null", allowPii: tests}}'

  it.each([
    { duplicate: 'first', expected: event('{text: a, yes: true}') },
    { duplicate: 'last', expected: event('{text: b, yes: true}') },
    { duplicate: 'error', expected: '{error: rowCount, at: told.text}' },
  ])('takes the $duplicate of two rows with one name', ({ duplicate, expected }) => {
    const rows = metas(['_product', 'a'], ['other', 'c'], ['_product', 'b'])
    expect(differences({ lookups: metaOf(duplicate), fields }, { rows, expect: expected })).toEqual([])
  })

  it('has null for what no row names, and of a key that is null for everything', () => {
    const mapping = {
      lookups: metaOf('error'),
      fields: fields.replace('"metaOf(after.id).p', '"metaOf(after.customer_id).p'),
    }
    const rows = metas(['_product', 'a'], ['note', 'b'])
    expect(differences(mapping, { rows, expect: event('{text: null, yes: false}') })).toEqual([])
  })
})

describe('rows that the transaction changes', () => {
  const mapping = { lookups: linesOf, fields: '{texts: "linesOf(after.id).map(l, l.sku)"}' }
  const line = (rest: string): string => `{order_id: 1, line_no: 1, sku: S1, qty: 1, kind: item${rest}}`

  it.each([
    {
      what: 'inserted: they are seen',
      change: `{table: lines, op: insert, after: ${line('').replace('line_no: 1', 'line_no: 2').replace('S1', 'S2')}}`,
      texts: '[S1, S2]',
    },
    {
      what: 'updated: they are seen as they are after',
      change: `{table: lines, op: update, before: ${line('')}, set: {sku: S7}}`,
      texts: '[S7]',
    },
    {
      what: 'moved to another key: they are seen there',
      change: `{table: lines, op: rekey, before: ${line('')}, set: {order_id: 2}}`,
      texts: '[]',
    },
    {
      what: 'deleted: they are not in a list',
      change: `{table: lines, op: delete, before: ${line('')}}`,
      texts: '[]',
    },
  ])('$what', ({ change, texts }) => {
    const rows = `{lines: [${line('')}]}`
    expect(differences(mapping, { rows, changes: [change], expect: event(`{texts: ${texts}}`) })).toEqual([])
  })
})

it('a varied fixture has the rows of its base, or its own', () => {
  const mapping = { lookups: customer, fields: '{text: "customer(after.buyer_id).login"}' }
  const more = `
  - name: two
    given: {base: one, set: {orders.name: x}}
    expect: [${event('{text: Ann}')}]
  - name: three
    given: {base: one, rows: {public.customers: [{id: 7, login: Eve, legal_name: Eve}]}}
    expect: [${event('{text: Eve}')}]
`
  expect(differences(mapping, { rows: people, expect: event('{text: Ann}'), more })).toEqual([])
})

describe('the coverage of fixtures', () => {
  const mapping = { lookups: product, fields: '{text: "product(after.sku).name"}' }
  const uncovered = (rows: string, expected: string, more = ''): readonly string[] =>
    (fixtureRun(mapping, { rows, expect: event(expected), more }).coverage?.uncovered ?? []).map(({ what }) => what)

  it('asks of each look-up for a test in which it finds a row, and one in which it finds none', () => {
    const [lamp, none] = ['{products: [{sku: A-1, name: Lamp}]}', '{products: []}']
    expect(uncovered(lamp, '{text: Lamp}')).toEqual(['look-up product not found'])
    expect(uncovered(none, '{text: null}')).toEqual(['look-up product found'])
    const other = `
  - name: two
    given: {base: one, rows: ${none}}
    expect: [${event('{text: null}')}]
`
    expect(uncovered(lamp, '{text: Lamp}', other)).toEqual([])
  })
})
