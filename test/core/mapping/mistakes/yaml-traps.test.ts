import { describe, expect, it } from 'vitest'
import { soundBut } from '../sample.ts'
import { type Mistake, said } from './said.ts'

describe('a trap of YAML', () => {
  it.each<Mistake>([
    {
      mistake: 'an anchor and its alias',
      text: soundBut('tables: {orders: public.orders', 'tables: {orders: &o public.orders, again: *o'),
      says: [
        '5:18+2 FW2002 yaml-feature: an anchor (&) is not read',
        '5:43+2 FW2002 yaml-feature: an alias (*) is not read',
      ],
    },
    {
      mistake: 'a merge key',
      text: soundBut('defaults: {', 'defaults: {<<: {partitions: 3}, '),
      says: ['6:12+2 FW2002 yaml-feature: a merge key (<<) is not read'],
    },
    {
      mistake: 'a tag of YAML',
      text: soundBut('source: shop', 'source: !!str shop'),
      says: ['4:9+5 FW2002 yaml-feature: a tag (!) is not read'],
    },
    {
      mistake: 'a negation without quotes, which is a tag',
      text: soundBut(`when: "before.status != 'S' && after.status == 'S'"`, "when: !changed('note')"),
      says: [`30:11+16 FW2006 unquoted-expression: YAML reads !changed('note') as a tag | write "!changed('note')"`],
    },
    {
      mistake: 'a longer negation without quotes',
      text: soundBut(`when: "before.status != 'S' && after.status == 'S'"`, "when: !changed('note') || true"),
      says: [
        `30:29+1 FW2001 yaml-syntax: Block scalar header includes extra characters: || | an expression stands in quotes: "!changed('note') || true"`,
      ],
    },
    {
      mistake: 'a second document',
      text: soundBut(
        'onError: {default: deadLetter}',
        `onError: {default: deadLetter}
---
mapping: more`,
      ),
      says: ['40:1+3 FW2002 yaml-feature: a second document in one file is not read'],
    },
    {
      mistake: 'an expression that YAML cuts at #',
      text: soundBut(`when: "before.status != 'S' && after.status == 'S'"`, 'when: after.note == "a # b"'),
      says: [
        '30:11+16 FW2006 unquoted-expression: rules[1].when: is an expression without quotes | write "after.note == \\"a # b\\""',
      ],
    },
    {
      mistake: 'an expression without quotes',
      text: soundBut('storeNo: "after.store_no"', 'storeNo: int(after.store_no)'),
      says: [
        '22:20+19 FW2006 unquoted-expression: rules[0].publish[0].fields.storeNo: is an expression without quotes | write "int(after.store_no)"',
      ],
    },
    {
      mistake: 'a number without quotes',
      text: soundBut('storeNo: "after.store_no"', 'storeNo: 7'),
      says: [
        '22:20+1 FW2006 unquoted-expression: rules[0].publish[0].fields.storeNo: is an expression without quotes | write "7", or {const: 7}',
      ],
    },
    {
      mistake: 'a map where an expression is expected',
      text: soundBut('storeNo: "after.store_no"', 'storeNo: {after: store_no}'),
      says: [
        '22:20+17 FW2006 unquoted-expression: rules[0].publish[0].fields.storeNo: is an expression, YAML reads it as a map | write "{after: store_no}", or a map with expr, const, fields or each',
      ],
    },
    {
      mistake: 'a list where an expression is expected',
      text: soundBut(`when: "before.status != 'S' && after.status == 'S'"`, 'when: [true]'),
      says: [
        '30:11+6 FW2006 unquoted-expression: rules[1].when: is an expression, YAML reads it as a list | write "[true]"',
      ],
    },
    {
      mistake: 'a field of two forms',
      text: soundBut('storeNo: "after.store_no"', 'storeNo: {const: 7, expr: "after.store_no"}'),
      says: ['22:21+5 FW2003 unknown-key: rules[0].publish[0].fields.storeNo: unknown key const | have expr, allowPii'],
    },
  ])('$mistake', ({ text, says }) => {
    expect(said(text)).toEqual(says)
  })
})
