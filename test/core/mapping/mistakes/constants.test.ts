import { describe, expect, it } from 'vitest'
import { soundBut } from '../sample.ts'
import { type Mistake, said } from './said.ts'

describe('constants that cannot be meant', () => {
  it.each<Mistake>([
    {
      mistake: 'a value that the CHECK of its column rules out',
      text: soundBut("after.status == 'S'", "after.status == 'Q'"),
      says: [
        "30:52+3 warning FW2218 ruled-out-value: public.orders.status is never 'Q', by its CHECK in the catalog | have N, S, X",
      ],
    },
    {
      mistake: 'a value in another case than the CHECK has it',
      text: soundBut("after.status == 'S'", "trim(after.status) == 's'"),
      says: [
        "30:58+3 warning FW2218 ruled-out-value: public.orders.status is never 's', by its CHECK in the catalog | did you mean 'S'?",
      ],
    },
    {
      mistake: 'such a value behind a let, the other way round',
      text: soundBut(
        `when: "before.status != 'S' && after.status == 'S'"`,
        `let: {now: "after.status"}
    when: "'Q' != now"`,
      ),
      says: [
        "31:12+3 warning FW2218 ruled-out-value: public.orders.status is never 'Q', by its CHECK in the catalog | have N, S, X",
      ],
    },
    {
      mistake: 'such a value in a list',
      text: soundBut("after.status == 'S'", "after.status in ['N', 'Q', 'S']"),
      says: [
        "30:58+3 warning FW2218 ruled-out-value: public.orders.status is never 'Q', by its CHECK in the catalog | have N, S, X",
      ],
    },
    {
      mistake: 'no number for a decimal',
      text: soundBut('total: "scaled(after.total_cents, 2)"', 'total: {const: NaN}'),
      says: ["24:26+3 FW2212 not-assignable: total is decimal(19,2), which 'NaN' is not"],
    },
    {
      mistake: 'no end of a decimal',
      text: soundBut('total: "scaled(after.total_cents, 2)"', 'total: {const: infinity}'),
      says: ["24:26+8 FW2212 not-assignable: total is decimal(19,2), which 'infinity' is not"],
    },
    {
      mistake: 'a day that there is not',
      text: soundBut('ymd(coalesce(after.ship_dt, 0))', "date('2026-02-30')"),
      says: ["33:59+18 FW2217 always-fails: date('2026-02-30') always fails: the text is not a date (badDate)"],
    },
    {
      mistake: 'a division by zero',
      text: soundBut('storeNo: "after.store_no"', 'storeNo: "after.store_no / 0"'),
      says: ['22:21+18 FW2217 always-fails: after.store_no / 0 always fails: division by zero (overflow)'],
    },
    {
      mistake: 'a remainder of nothing, behind a let',
      text: soundBut(
        '      id: "string(after.id)"',
        `      zero: "1 - 1"
      id: "string(after.store_no % zero)"`,
      ),
      says: ['18:19+21 FW2217 always-fails: after.store_no % zero always fails: division by zero (overflow)'],
    },
    {
      mistake: 'a quotient of decimals with nothing',
      text: soundBut('total: "scaled(after.total_cents, 2)"', 'total: "div(after.total_cents, 0, 2)"'),
      says: ['24:42+1 FW2217 always-fails: div(): always fails: division by zero (overflow)'],
    },
    {
      mistake: 'a constant beyond 32 bits',
      text: soundBut('storeNo: "after.store_no"', 'storeNo: "int(3000000000)"'),
      says: ['22:21+15 FW2217 always-fails: int(3000000000) always fails: beyond 32 bits (overflow)'],
    },
    {
      mistake: 'a sum beyond 32 bits',
      text: soundBut('storeNo: "after.store_no"', 'storeNo: "2147483647 + 1"'),
      says: ['22:21+14 FW2217 always-fails: 2147483647 + 1 always fails: beyond 32 bits (overflow)'],
    },
    {
      mistake: 'a text that is no number',
      text: soundBut('storeNo: "after.store_no"', `storeNo: "int('seven')"`),
      says: ["22:21+12 FW2217 always-fails: int('seven') always fails: the text is not a whole number (decode)"],
    },
    {
      mistake: 'a field of 32 bits with a larger literal',
      text: soundBut('storeNo: "after.store_no"', 'storeNo: "3000000000"'),
      says: ['22:21+10 FW2212 not-assignable: storeNo is int, the expression is long'],
    },
  ])('$mistake', ({ text, says }) => {
    expect(said(text)).toEqual(says)
  })
})
