/** What a guard says of null holds for what is evaluated behind it; a record is null where its guard is not true. */
import { describe, expect, it } from 'vitest'
import type { MappingSurroundings } from '../../../src/core/mapping/check/check-context.ts'
import { checkMapping } from '../../../src/core/mapping/check/check-mapping.ts'
import { contractOf } from '../event/contracts.ts'
import { failureOf, inserted, order, payment, translated } from './rows.ts'
import { sources, soundWithRules, surroundings } from './sample.ts'

const doc = 'what it means'
const paymentRecord = {
  type: 'record',
  name: 'Payment',
  fields: [
    { name: 'method', type: 'int', doc },
    { name: 'gift', type: ['null', 'boolean'], default: null, doc },
  ],
}
const orderPlaced = (fields: readonly object[]) =>
  contractOf({ type: 'record', name: 'OrderPlaced', namespace: 'com.acme.orders', owner: 'sales-team', doc, fields })
const contract = orderPlaced([
  { name: 'day', type: ['null', { type: 'int', logicalType: 'date' }], default: null, doc },
  { name: 'note', type: ['null', 'string'], default: null, doc },
  { name: 'payment', type: ['null', paymentRecord], default: null, doc },
  { name: 'last', type: ['null', 'int'], default: null, doc },
])
const own: MappingSurroundings = { ...surroundings, contracts: new Map([['OrderPlaced.v1', contract]]) }

interface Rule {
  readonly when?: string
  readonly let?: string
  readonly entry?: string
  readonly fields: string
}

const mapping = ({ when, let: lets, entry, fields }: Rule): string =>
  soundWithRules(`rules:
  - name: placed
    on: {table: orders, op: insert}
    with: {payment: {table: payments, op: insert, match: {order_id: row.id}, rows: 0..1}}
${when === undefined ? '' : `    when: "${when}"\n`}${lets === undefined ? '' : `    let: ${lets}\n`}    publish:
      - event: OrderPlaced
${entry === undefined ? '' : `        ${entry}\n`}        fields: ${fields}`)

const checked = (text: string) => checkMapping({ text, file: 'orders.yaml' }, new Map([...sources, ['shop', own]]))

/** What is said of the rule, by code and message. */
const said = (rule: Rule): readonly string[] =>
  checked(mapping(rule)).problems.flatMap(({ severity, code, message }) =>
    severity === 'error' ? [`${code} ${message}`] : [],
  )

function outcomesOf(rule: Rule, rows: Parameters<typeof translated>[1]) {
  const { mapping: compiled, problems } = checked(mapping(rule))
  if (compiled === null) throw new Error(problems.map(({ message }) => message).join('\n'))
  return translated([compiled], rows)
}

const fieldsOf = (rule: Rule, rows: Parameters<typeof translated>[1]): readonly unknown[] =>
  outcomesOf(rule, rows).map((outcome) => (outcome.kind === 'event' ? outcome.event.fields : outcome))

const nullableOperand = "FW2210 '+' on int?: after.ship_dt is nullable; use coalesce(after.ship_dt, 0)"
const sum = '{last: "after.ship_dt + 1"}'

describe('a guard that says that something is not null', () => {
  it.each<[string, Rule]>([
    ['of a rule, for fields', { when: 'after.ship_dt != null', fields: sum }],
    ['of a rule, as one of several facts', { when: "after.status == 'N' && after.ship_dt != null", fields: sum }],
    ['of a rule, by a value that it equals', { when: 'after.ship_dt == 20260131', fields: sum }],
    [
      'of a rule, for a named expression',
      { when: 'after.ship_dt != null', let: `{n: "after.ship_dt + 1"}`, fields: '{last: n}' },
    ],
    [
      'of a rule, for a key',
      { when: 'after.note != null', entry: 'key: "after.note"', fields: '{note: "after.note"}' },
    ],
    ['of an entry, for fields', { entry: 'when: "after.ship_dt != null"', fields: sum }],
    [
      'of an entry, for a key',
      {
        entry: 'when: "after.note != null"\n        key: "after.note"',
        fields: '{note: "after.note"}',
      },
    ],
    [
      'of a record, for its fields',
      { fields: '{payment: {when: "payment != null", fields: {method: "payment.method"}}}' },
    ],
    [
      'of a record, by a column of a row that may be absent',
      { fields: '{payment: {when: "payment.gift", fields: {method: "payment.method"}}}' },
    ],
  ])('%s', (_, rule) => {
    expect(said(rule)).toEqual([])
  })

  it.each<[string, Rule]>([
    ['one of two may hold', { when: "after.status == 'N' || after.ship_dt != null", fields: sum }],
    ['the contrary holds', { when: '!(after.ship_dt != null)', fields: sum }],
    [
      'a record says it',
      {
        fields: '{payment: {when: "after.ship_dt != null", fields: {method: {const: 1}}}, last: "after.ship_dt + 1"}',
      },
    ],
    [
      'the named expression is read by the guard itself',
      { when: 'after.ship_dt != null && n > 1', let: `{n: "after.ship_dt + 1"}`, fields: '{last: n}' },
    ],
    [
      'it is read by the guard through another one',
      { when: 'm > 1 && after.ship_dt != null', let: `{n: "after.ship_dt + 1", m: "n * 2"}`, fields: '{last: m}' },
    ],
  ])('says nothing where %s', (_, rule) => {
    expect(said(rule)[0]).toBe(nullableOperand)
  })

  it('lets only those inputs through', () => {
    const rule = { when: 'after.ship_dt != null', let: '{n: "after.ship_dt + 1"}', fields: '{last: n}' }
    const rows = [inserted('orders', order(1)), inserted('orders', order(2, { ship_dt: 8 }))]
    expect(fieldsOf(rule, rows)).toEqual([{ last: 9 }])
  })
})

describe('a record with a guard', () => {
  const rule: Rule = {
    fields: '{payment: {when: "payment.method != 9", fields: {method: "coalesce(payment.method, 0)"}}}',
  }
  const rows = (...payments: readonly ReturnType<typeof payment>[]) => [
    inserted('orders', order(7)),
    ...payments.map((row) => inserted('payments', row)),
  ]

  it('is there where the guard is true, and null where it is false', () => {
    expect(fieldsOf(rule, rows(payment(1, 7)))).toEqual([{ payment: { method: 1 } }])
    expect(fieldsOf(rule, rows(payment(1, 7, { method: 9 })))).toEqual([{ payment: null }])
  })

  it('is null where the row is absent of which the guard is null', () => {
    const gift = {
      fields: '{payment: {when: "payment.gift", fields: {method: "payment.method", gift: "payment.gift"}}}',
    }
    expect(fieldsOf(gift, rows())).toEqual([{ payment: null }])
    expect(fieldsOf(gift, rows(payment(1, 7)))).toEqual([{ payment: null }])
    expect(fieldsOf(gift, rows(payment(1, 7, { gift: true })))).toEqual([{ payment: { method: 1, gift: true } }])
  })

  it('names the guard where it fails', () => {
    const failing = {
      fields: '{payment: {when: "100 / after.store_no > 1", fields: {method: {const: 1}}}}',
    }
    const [outcome] = outcomesOf(failing, [inserted('orders', order(7, { store_no: 0 }))])
    expect(failureOf(outcome).failure.at).toBe('placed.payment.when')
  })

  it.each<[string, string, string]>([
    [
      'is optional in the contract',
      '{payment: {fields: {method: {when: "true", fields: {x: "1"}}}}}',
      'FW2007 method is int, not a record',
    ],
    [
      'has a condition',
      '{payment: {when: "payment.method", fields: {method: {const: 1}}}}',
      'FW2205 a condition is bool, this is int?',
    ],
    [
      'stands with fields',
      '{payment: {when: "true"}}',
      'FW2004 rules[0].publish[0].fields.payment: has none of expr, const, fields and each',
    ],
    [
      'is no list',
      '{payment: {when: "true", each: rows, as: r, fields: {method: {const: 1}}}}',
      'FW2003 rules[0].publish[0].fields.payment: unknown key when',
    ],
  ])('%s', (_, fields, message) => {
    expect(said({ fields })).toContain(message)
  })

  it('is refused where the contract requires the record', () => {
    const required = orderPlaced([{ name: 'payment', type: paymentRecord, doc }])
    const sourcesOf = new Map([['shop', { ...own, contracts: new Map([['OrderPlaced.v1', required]]) }]])
    const text = mapping({ fields: '{payment: {when: "payment != null", fields: {method: "payment.method"}}}' })
    const { problems } = checkMapping({ text, file: 'orders.yaml' }, sourcesOf)
    expect(problems.map(({ code, message, place }) => `${place.line}:${place.column} ${code} ${message}`)).toEqual([
      '16:35 FW2211 payment is required, and null where its condition is not true',
    ])
  })
})
