import { describe, expect, it } from 'vitest'
import { tableName } from '../../../../src/core/catalog/catalog.ts'
import type { CompiledMapping } from '../../../../src/core/mapping/compiled-mapping.ts'
import { LargeTranslation } from '../../../../src/core/mapping/run/large-translation.ts'
import { planTranslation, translate } from '../../../../src/core/mapping/run/translate.ts'
import { noRows } from '../../rows/no-rows.ts'
import type { RowIndex, RowsAtHand } from '../../../../src/core/rows/rows-at-hand.ts'
import { RowsInMemory } from '../../../../src/core/rows/rows-in-memory.ts'
import { KeyTally } from '../../../../src/core/transaction/large/key-tally.ts'
import { usualBudget } from '../../../../src/core/transaction/large/transaction-budget.ts'
import { imageOf } from '../../images.ts'
import { type Change, failureOf, transactionOf } from '../rows.ts'
import { compiledLookups } from './shop.ts'

const order = (id: number): Change => ({
  table: tableName('public', 'orders'),
  op: 'c',
  before: null,
  after: imageOf({ id, customer_id: null, buyer_id: 7, sku: 'A-1   ', name: null }),
  key: imageOf({ id }),
  rekey: null,
})

const customer = { id: 7, email: null, login: 'Ann', country_id: 49, legal_name: 'Ann' }
const lines = (count: number): ReturnType<typeof imageOf>[] =>
  Array.from({ length: count }, (_, at) => imageOf({ order_id: 1, line_no: at + 1, sku: 'S1', qty: 1, kind: 'item' }))

const shop = (lineCount = 2): RowsAtHand =>
  new RowsInMemory(
    new Map([
      [tableName('public', 'customers'), [imageOf(customer)]],
      [tableName('public', 'lines'), lines(lineCount)],
    ]),
  )

/** Rows, and what was asked for. */
function counted(rows: RowsAtHand): { readonly rows: RowsAtHand; readonly asked: string[] } {
  const asked: string[] = []
  const find = (index: RowIndex, key: string) => {
    asked.push(`${index.table} ${key}`)
    return rows.find(index, key)
  }
  return { rows: { find, deleted: () => [], knowsAll: () => true }, asked }
}

const customerOf = '  customer: {table: customers, key: [id], columns: [login, country_id], missing: error}'
const linesOf = '  linesOf: {table: lines, key: [order_id], rows: 0..9000}'
const run = (mapping: CompiledMapping, rows: RowsAtHand, ids = [1]) =>
  translate(transactionOf(ids.map(order)), planTranslation([mapping]), rows)

describe('the look-ups of a firing', () => {
  it('ask for a key once, however many expressions do', () => {
    const mapping = compiledLookups({
      lookups: `${customerOf}\n${linesOf}`,
      fields:
        '{text: "customer(after.buyer_id).login", number: "customer(after.buyer_id).country_id", yes: "linesOf(1).all(l, customer(7) != null)"}',
    })
    const { rows, asked } = counted(shop())
    run(mapping, rows, [1, 2])
    expect(asked).toEqual([1, 2].flatMap(() => ['public.customers 1:7', 'public.lines 1:1']))
  })

  it('ask for nothing where the key is null', () => {
    const mapping = compiledLookups({ lookups: customerOf, fields: '{text: "customer(after.customer_id).login"}' })
    const { rows, asked } = counted(shop())
    run(mapping, rows)
    expect(asked).toEqual([])
  })

  it('get the rows of a transaction that is read twice, too', () => {
    const mapping = compiledLookups({ lookups: customerOf, fields: '{text: "customer(after.buyer_id).login"}' })
    const { changes, ...facts } = transactionOf([order(1)])
    const large = { ...facts, id: '1', rows: 1, bytes: 0, tables: new Set<never>(), keys: new KeyTally() }
    const parts = { plan: planTranslation([mapping]), budget: usualBudget, rows: shop() }
    const translation = new LargeTranslation(large, parts)
    const outcomes: ReturnType<typeof run>[number][] = []
    for (const change of changes) translation.translate(change, outcomes)
    expect(outcomes).toMatchObject([{ kind: 'event', event: { fields: { text: 'Ann' } } }])
  })

  it('fail with class unavailable where no rows are held', () => {
    const mapping = compiledLookups({ lookups: customerOf, fields: '{text: "customer(after.buyer_id).login"}' })
    const { errorClass, failure } = failureOf(run(mapping, noRows)[0])
    expect({ errorClass, message: failure.message }).toEqual({
      errorClass: 'unavailable',
      message: 'rows of public.customers are not kept',
    })
  })
})

describe('where no snapshot has shown which rows there are, a look-up', () => {
  const all = shop()
  const some: RowsAtHand = {
    find: (index, key) => all.find(index, key),
    deleted: (index, key) => all.deleted(index, key),
    knowsAll: () => false,
  }
  const fields = (text: string): string => `{text: "${text}"}`

  it.each([
    ['of one row that is there finds it', customerOf, 'customer(after.buyer_id).login', 'event'],
    ['of one row that is not fails with class unavailable', customerOf, 'customer(99).login', 'unavailable'],
    ['of a list fails with class unavailable', linesOf, "size(linesOf(1)) > 0 ? 'yes' : 'no'", 'unavailable'],
  ])('%s', (_, lookups, text, expected) => {
    const [outcome] = run(compiledLookups({ lookups, fields: fields(text) }), some)
    expect(outcome?.kind === 'failed' ? outcome.input.errorClass : outcome?.kind).toBe(expected)
  })
})

describe('the failure of a firing', () => {
  const failing =
    '{text: "customer(after.buyer_id).login", number: "linesOf(after.id).exists(l, l.kind == \'item\') ? 1 / (size(string(after.id)) - 1) : 0"}'

  it('has the rows that were looked up, by the names of the look-ups', () => {
    const mapping = compiledLookups({ lookups: `${customerOf}\n${linesOf}`, fields: failing })
    const { failure } = failureOf(run(mapping, shop(1))[0])
    expect(failure).toMatchObject({ class: 'overflow', at: 'told.number', with: {} })
    expect(failure.lookups).toEqual({
      customer: [customer],
      linesOf: [{ order_id: 1, line_no: 1, sku: 'S1', qty: 1, kind: 'item' }],
    })
  })

  it('has no more than 1,000 of them', () => {
    const mapping = compiledLookups({ lookups: `${customerOf}\n${linesOf}`, fields: failing })
    const { customer: one, linesOf: many } = failureOf(run(mapping, shop(1_200))[0]).failure.lookups
    expect([one?.length, many?.length]).toEqual([1, 999])
  })

  it('never has a value in its message', () => {
    const mapping = compiledLookups({ lookups: customerOf, fields: '{text: "customer(after.id).login"}' })
    expect(failureOf(run(mapping, shop(), [4711])[0]).failure.message).toBe('customer found no row of public.customers')
  })
})

describe('the indexes of a mapping', () => {
  const indexes = (lookups: string, fields: string): readonly string[] =>
    compiledLookups({ lookups, fields }).indexes.map(({ id }) => id)

  it('are one for all look-ups by the same columns', () => {
    const two =
      '  one: {table: lines, key: [order_id, line_no], missing: null}\n  two: {table: lines, key: [line_no, order_id], rows: 0..9}'
    expect(indexes(two, '{text: "one(after.id, 1).sku", number: "size(two(2, after.id))"}')).toEqual([
      '["public.lines",["line_no","int"],["order_id","long"]]',
    ])
  })

  it('tell how columns are compared: by the type of what is looked for, too', () => {
    const both =
      '  bySku: {table: lines, key: [sku], rows: 0..9}\n  byLogin: {table: customers, key: [login], missing: null}'
    const calls = `{number: "size(bySku(after.sku)) + size(bySku(after.name))", yes: "byLogin(after.name) == null || byLogin('a') == null"}`
    expect(indexes(both, calls).toSorted()).toEqual([
      '["public.customers",["login","text caseless"]]',
      '["public.customers",["login","text"]]',
      '["public.lines",["sku","text padded"]]',
      '["public.lines",["sku","text"]]',
    ])
  })

  it('do not find a row of which a column is null', () => {
    const [index] = compiledLookups({
      lookups: '  ofCountry: {table: customers, key: [country_id], rows: 0..9}',
      fields: '{number: "size(ofCountry(49))"}',
    }).indexes
    expect([49, null].map((country) => index?.keyOf(imageOf({ ...customer, country_id: country })))).toEqual([
      '2:49',
      null,
    ])
  })
})

describe('what a mapping reads by a look-up', () => {
  const mapping = compiledLookups({
    lookups:
      '  linesOf: {table: lines, key: [order_id], columns: [sku, qty], where: {kind: item}, orderBy: line_no, rows: 0..9}\n  metaOf: {table: meta, key: [order_id], rows: 0..9, pivot: {name: meta_key, value: meta_value, take: {note: note}}}',
    fields:
      '{number: "size(linesOf(after.id).filter(l, l.qty != 1))", text: {expr: "metaOf(after.id).note", allowPii: tests}}',
  })

  it('are its key, its conditions, its order and the columns that it declares', () => {
    expect([...mapping.reads].toSorted()).toEqual([
      'public.lines.kind',
      'public.lines.line_no',
      'public.lines.order_id',
      'public.lines.qty',
      'public.lines.sku',
      'public.meta.meta_key',
      'public.meta.meta_value',
      'public.meta.order_id',
      'public.orders.id',
    ])
  })

  it('are in the lineage of the field', () => {
    const [item] = mapping.rules[0]?.publish ?? []
    const lineage = item?.kind === 'event' ? item.lineage : new Map<string, ReadonlySet<string>>()
    expect([...(lineage.get('text') ?? [])].toSorted()).toEqual([
      'public.meta.meta_key',
      'public.meta.meta_value',
      'public.meta.order_id',
      'public.orders.id',
    ])
  })
})
