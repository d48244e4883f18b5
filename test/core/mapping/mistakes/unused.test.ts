import { expect, it } from 'vitest'
import { checkMapping } from '../../../../src/core/mapping/check/check-mapping.ts'
import { sound, soundBut, sources } from '../sample.ts'
import { sharing, sharingBut } from '../shared/sharing.ts'

/** Whose rows can be looked up. */
const kept = new Map([...sources].map(([name, source]) => [name, { ...source, keepsRows: () => true }]))

const warned = (text: string): string[] =>
  checkMapping({ text, file: 'orders.yaml' }, kept).unused.map(
    ({ severity, code, message, place }) => `${place.line}:${place.column} ${severity} ${code} ${message}`,
  )
const unused = (text: string): string[] => warned(text).filter((warning) => warning.includes('FW2325'))
const products = "5:97 warning FW2325 no rule or look-up uses the table 'products'"

it('a table that no rule and no look-up uses is warned of', () => {
  expect(unused(sound)).toEqual([products])
  const text = soundBut('rules:', 'lookups:\n  product: {table: products, key: [id], missing: null}\nrules:')
  expect(unused(text.replace('"after.note"', '"product(after.id).name"'))).toEqual([])
})

it('a let that no expression of its rule uses is warned of, though another rule has a name like it', () => {
  const text = soundBut('    when: "before', '    let: {id: "string(after.id)"}\n    when: "before')
  expect(unused(text)).toEqual([products, "30:11 warning FW2325 no expression of the rule uses 'id'"])
})

it('a code table that no expression calls is warned of', () => {
  expect(unused(soundBut('          method: "method(payment.method)"\n', ''))).toEqual([
    products,
    "9:3 warning FW2325 no expression calls the code table 'method'",
    "15:7 warning FW2325 no expression of the rule uses 'payment'",
  ])
})

it('a look-up that no expression calls is warned of', () => {
  const text = soundBut('rules:', 'lookups:\n  product: {table: products, key: [id], missing: null}\nrules:')
  expect(unused(text)).toEqual(["11:3 warning FW2325 no expression calls the look-up 'product'"])
})

it('an alias of `with` that no expression of its rule uses is warned of', () => {
  expect(unused(soundBut('"method(payment.method)"', '"method(after.store_no)"'))).toEqual([
    products,
    "15:7 warning FW2325 no expression of the rule uses 'payment'",
  ])
})

it('an alias of `with` whose rows must be there says something without being named', () => {
  const unnamed = soundBut('"method(payment.method)"', '"method(after.store_no)"')
  expect(unused(unnamed.replace('rows: 0..1', 'rows: 1..1'))).toEqual([products])
})

it('an element that no expression over its list uses is warned of, in fields and in events', () => {
  expect(unused(soundBut('{sku: "trim(line.sku)", quantity: "line.qty"}', '{sku: "\'A\'", quantity: "1"}'))).toEqual([
    products,
    "27:36 warning FW2325 no expression uses the element 'line'",
  ])
  const each = (field: string): string =>
    soundBut(
      '      - event: OrderPlaced\n',
      `      - event: OrderPlaced\n        each: items\n        as: item\n${field}`,
    )
  expect(unused(each(''))).toEqual([products, "21:13 warning FW2325 no expression uses the element 'item'"])
  expect(unused(each('        key: "string(item.line_no)"\n'))).toEqual([products])
})

it('nothing is said of it beside a mistake, nor of the tables of a migration', () => {
  expect(unused(soundBut('"after.note"', '"after.nope"'))).toEqual([])
  const via = 'via: {orders: {id: products}, lines: {order_id: orders}, payments: {order_id: orders}}'
  expect(unused(`${sound}migration: {scope: {column: products.id, ${via}}}\n`)).toEqual([])
})

it('a shared let that no rule names is warned of, and fields that no event uses', () => {
  expect(unused(sharing)).toEqual([products])
  const text = sharingBut('    order: {', '    note: {note: "day"}\n    order: {').replace(
    '  let:\n',
    '  let:\n    hour: "row.created_at"\n    day: "hour"\n',
  )
  expect(unused(text)).toEqual([
    products,
    "12:5 warning FW2325 no rule uses 'hour'",
    "13:5 warning FW2325 no rule uses 'day'",
    "18:5 warning FW2325 no event uses the fields 'note'",
  ])
})

it('a change of key or a TRUNCATE that no rule is about is warned of once for each table, until a policy is named', () => {
  const unsaid = (text: string): string[] => warned(text).filter((warning) => warning.includes('FW2338'))
  const holds = 'the first one holds the mapping until a revision says what it means'
  const [first, ...others] = unsaid(sound)
  expect(first).toContain(`FW2338 no rule is about a change of the key or a TRUNCATE of public.orders: ${holds}`)
  expect(others).toEqual([])
  expect(unsaid(soundBut('op: delete', 'op: [delete, rekey]')).join()).toContain('is about a TRUNCATE of public.orders')
  expect(unsaid(`${sound.replace(/^onError:.*\n/m, '')}onError: {unmapped: deadLetter}\n`)).toEqual([])
})
