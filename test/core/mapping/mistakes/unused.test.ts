import { expect, it } from 'vitest'
import { checkMapping } from '../../../../src/core/mapping/check/check-mapping.ts'
import { sound, soundBut, sources } from '../sample.ts'
import { sharing, sharingBut } from '../shared/sharing.ts'

const unused = (text: string): string[] =>
  checkMapping({ text, file: 'orders.yaml' }, sources).unused.map(
    ({ severity, code, message, place }) => `${place.line}:${place.column} ${severity} ${code} ${message}`,
  )
const products = "5:97 warning FW2325 no rule or look-up uses the table 'products'"

it('a table that no rule and no look-up uses is warned of', () => {
  expect(unused(sound)).toEqual([products])
  expect(unused(soundBut('rules:', 'lookups:\n  name: {table: products, key: [id], rows: 0..1}\nrules:'))).toEqual([])
})

it('a let that no expression of its rule uses is warned of, though another rule has a name like it', () => {
  const text = soundBut('    when: "before', '    let: {id: "string(after.id)"}\n    when: "before')
  expect(unused(text)).toEqual([products, "30:11 warning FW2325 no expression of the rule uses 'id'"])
})

it('a code table that no expression calls is warned of', () => {
  expect(unused(soundBut('          method: "method(payment.method)"\n', ''))).toEqual([
    products,
    "9:3 warning FW2325 no expression calls the code table 'method'",
  ])
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
