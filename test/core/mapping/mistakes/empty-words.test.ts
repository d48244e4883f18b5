import { describe, expect, it } from 'vitest'
import { soundBut } from '../sample.ts'
import { type Mistake, said } from './said.ts'

describe('words that say nothing', () => {
  it.each<Mistake>([
    {
      mistake: 'a match of nothing',
      text: soundBut('match: {order_id: row.id}, rows: 0..1', 'match: {}, rows: 0..1'),
      says: [
        '15:53+2 FW2004 missing-key: rules[0].with.payment.match: is empty: all rows of the transaction would be joined to each row | match: {their_column: row.column}',
      ],
    },
    {
      mistake: 'an empty owner',
      text: soundBut('owner: sales-team', 'owner: ""'),
      says: ['3:8+2 FW2007 bad-value: owner: is empty'],
    },
    {
      mistake: 'an owner of blanks',
      text: soundBut('owner: sales-team', "owner: '  '"),
      says: ['3:8+4 FW2007 bad-value: owner: is empty'],
    },
    {
      mistake: 'an empty reason to let personal data out',
      text: soundBut('note: "after.note"', 'note: {expr: "after.email", allowPii: ""}'),
      says: [
        '26:49+2 FW2007 bad-value: rules[0].publish[0].fields.note.allowPii: it is the reason why personal data may leave | allowPii: "age checks, agreed with the data protection officer"',
      ],
    },
    {
      mistake: 'a reason to let personal data out that is none',
      text: soundBut('note: "after.note"', 'note: {expr: "after.email", allowPii: true}'),
      says: [
        '26:49+4 FW2007 bad-value: rules[0].publish[0].fields.note.allowPii: it is the reason why personal data may leave | allowPii: "age checks, agreed with the data protection officer"',
      ],
    },
    {
      mistake: 'the first no characters',
      text: soundBut('note: "after.note"', 'note: "first(after.note, 0)"'),
      says: ['26:36+1 FW2207 bad-constant: first(): a number of characters is 1 or more'],
    },
    {
      mistake: 'the last no characters',
      text: soundBut('note: "after.note"', 'note: "last(after.note, 0)"'),
      says: ['26:35+1 FW2207 bad-constant: last(): a number of characters is 1 or more'],
    },
    {
      mistake: 'all characters that a column holds',
      text: soundBut('note: "after.note"', 'note: "first(trim(after.email), 80)"'),
      says: [
        '26:43+2 FW2207 bad-constant: first(): public.orders.email has at most 80 characters, and all of them would be left',
      ],
    },
    {
      mistake: 'a mask that hides nothing',
      text: soundBut('note: "after.note"', 'note: "mask(after.email, 80)"'),
      says: [
        '26:36+2 FW2207 bad-constant: mask(): public.orders.email has at most 80 characters, and all of them would be left',
      ],
    },
    {
      mistake: 'a mask that hides less than half, of a let',
      text: soundBut('      id: "string(after.id)"', '      id: "mask(after.email, 41)"'),
      says: [
        '21:21+2 FW2220 personal-data: public.orders.email is personal data, and would leave in field orderId | use pseudonym() or mask(x, 4), or {expr, allowPii: "reason"} for a field',
        '21:21+2 FW2211 null-into-required: orderId is required, id is null where mask(after.email, 41) is null where after.email is nullable | use coalesce(id, \'\'), or when: "id != null" to publish nothing without it',
      ],
    },
    {
      mistake: 'five characters of personal data',
      text: soundBut('note: "after.note"', 'note: "last(lower(after.email), 5)"'),
      says: [
        '26:18+27 FW2220 personal-data: public.orders.email is personal data, and would leave in field note | use pseudonym() or mask(x, 4), or {expr, allowPii: "reason"} for a field',
      ],
    },
  ])('$mistake', ({ text, says }) => {
    expect(said(text)).toEqual(says)
  })
})
