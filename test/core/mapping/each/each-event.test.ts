import { describe, expect, it } from 'vitest'
import { eventOf, line, transactionOf, updated, inserted } from '../rows.ts'
import { planTranslation, translate } from '../../../../src/core/mapping/run/translate.ts'
import { noRows } from '../../rows/no-rows.ts'
import { type Case, differences, type LookupMapping } from '../lookups/shop.ts'
import { compiled, soundWithRules } from '../sample.ts'

const lookups = `  linesOf: {table: lines, key: [order_id], rows: 0..3, orderBy: line_no}
  product: {table: products, key: [sku], columns: [name], missing: error}`
const each = 'each: "linesOf(after.id)", as: l, key: "string(l.line_no)", '
const lines = (...kinds: readonly string[]): string =>
  `{lines: [${kinds.map((kind, at) => `{order_id: 1, line_no: ${at + 1}, sku: S${at + 1}, kind: ${kind}}`).join(', ')}], products: [{sku: S1, name: Lamp}]}`
const told = (key: number, text: string): string => `{event: OrderTold, key: "${key}", fields: {text: ${text}}}`

describe('an event for each element of a list', () => {
  it.each<LookupMapping & Case & { readonly what: string }>([
    {
      what: 'is one for each row that a look-up finds, in its order',
      lookups,
      event: each,
      fields: '{text: "l.kind"}',
      rows: lines('item', 'gift', 'item'),
      expect: [told(1, 'item'), told(2, 'gift'), told(3, 'item')].join(', '),
    },
    {
      what: 'is none where the list is empty',
      lookups,
      event: each,
      fields: '{text: "l.kind"}',
      rows: lines(),
      expect: '',
    },
    {
      what: 'is left out where its condition says so',
      lookups,
      event: `${each}when: "l.kind == 'gift'", `,
      fields: '{text: "l.kind"}',
      rows: lines('item', 'gift', 'item'),
      expect: told(2, 'gift'),
    },
    {
      what: 'sees what its row sees, and looks up further',
      lookups,
      event: each,
      fields: `{text: "string(after.buyer_id) + product(l.sku).name"}`,
      rows: lines('item'),
      expect: told(1, '7Lamp'),
    },
    {
      what: 'is none at all where that of one element fails',
      lookups,
      event: each,
      fields: '{text: "product(l.sku).name"}',
      rows: lines('item', 'item'),
      expect: '{error: missingRow, at: told.text}',
    },
    {
      what: 'is none at all where the list is longer than its bounds',
      lookups,
      event: each,
      fields: '{text: "l.kind"}',
      rows: lines('a', 'b', 'c', 'd'),
      expect: '{error: rowCount, at: told.each}',
    },
    {
      what: 'is one for each row of the transaction that a `with` finds',
      lookups,
      rule: '    with: {added: {table: lines, op: insert, match: {order_id: row.id}, rows: 0..5, orderBy: line_no}}\n',
      event: 'each: added, as: l, key: "string(l.line_no)", ',
      fields: '{text: "l.kind"}',
      rows: lines('old'),
      changes: [2, 3].map(
        (no) => `{table: lines, op: insert, after: {order_id: 1, line_no: ${no}, sku: S, kind: new}}`,
      ),
      expect: [told(2, 'new'), told(3, 'new')].join(', '),
    },
    {
      what: 'is one for each value of a list',
      lookups,
      event: `each: "[3, 1, 2]", as: number, key: "string(number)", `,
      fields: '{text: "string(number + 1)"}',
      rows: '{}',
      expect: [told(3, '"4"'), told(1, '"2"'), told(2, '"3"')].join(', '),
    },
  ])('$what', ({ rows, changes = [], expect: expected, ...mapping }) => {
    expect(differences(mapping, { rows, changes, expect: expected })).toEqual([])
  })
})

describe('the events of a list', () => {
  const text = (publish: string): string =>
    soundWithRules(
      `rules:\n  - name: told\n    on: {table: lines, op: [insert, update], changed: any, per: [order_id]}\n    publish:\n${publish}`,
    )
  const entry = (key: string): string =>
    `      - {event: OrderRemoved, each: rows, as: r, key: "${key}", fields: {orderId: "r.op"}}`
  const eventsOf = (publish: string) =>
    translate(
      transactionOf([
        inserted('order_lines', line(1, 1)),
        updated('order_lines', line(1, 2), line(1, 2, { qty: 2 })),
        inserted('order_lines', line(1, 3)),
      ]),
      planTranslation([compiled(text(publish))]),
      noRows,
    ).map((outcome) => eventOf(outcome))

  it('are told apart by their index, also those of a second list', () => {
    const events = eventsOf(`${entry('string(r.after.line_no)')}\n${entry("'again ' + string(r.after.line_no)")}`)
    expect(events.map(({ key, index, fields }) => `${index} ${key} ${fields['orderId'] as string}`)).toEqual([
      '0 1 insert',
      '1 2 update',
      '2 3 insert',
      '3 again 1 insert',
      '4 again 2 update',
      '5 again 3 insert',
    ])
    expect(new Set(events.map(({ anchor }) => anchor.ordinal))).toEqual(new Set([0]))
  })
})
