import { describe, expect, it } from 'vitest'
import { checkMapping } from '../../../../src/core/mapping/check/check-mapping.ts'
import { catalog, soundBut, sources } from '../sample.ts'
import { type Mistake, said } from './said.ts'

describe('rules and policies', () => {
  it.each<Mistake>([
    {
      mistake: 'an update that does not say what it is about',
      text: soundBut(', changed: [status]', ''),
      says: [
        '29:9+27 FW2308 changed-missing: a rule on update must say which columns it is about | changed: [columns], or changed: any',
      ],
    },
    {
      mistake: 'changed on something that is no update',
      text: soundBut('op: delete}', 'op: delete, changed: [status]}'),
      says: ["35:9+46 FW2007 bad-value: 'changed' is about updates, and the rule is on delete"],
    },
    {
      mistake: 'nothing in changed',
      text: soundBut('changed: [status]', 'changed: []'),
      says: ['29:46+2 FW2004 missing-key: rules[1].on.changed: expected a list that is not empty, got an empty list'],
    },
    {
      mistake: 'an operation that does not exist',
      text: soundBut('op: delete}', 'op: remove}'),
      says: [
        '35:29+6 FW2007 bad-value: rules[2].on.op: expected one of insert, update, delete, rekey, truncate, got "remove"',
      ],
    },
    {
      mistake: 'no operation',
      text: soundBut('op: delete}', 'op: []}'),
      says: ['35:29+2 FW2004 missing-key: rules[2].on.op: expected a list that is not empty, got an empty list'],
    },
    {
      mistake: 'bounds that are none',
      text: soundBut('rows: 0..1}', 'rows: 1..0}'),
      says: ['15:79+4 FW2007 bad-value: rules[0].with.payment.rows: must be min..max | rows: 1..1, 0..1 or 0..500'],
    },
    {
      mistake: 'no bounds',
      text: soundBut(', rows: 0..1}', '}'),
      says: ['15:16+56 FW2004 missing-key: rules[0].with.payment.rows is missing | rows: 1..1, 0..1 or 0..500'],
    },
    {
      mistake: 'no match',
      text: soundBut(', match: {order_id: row.id}, rows: 0..1}', ', rows: 0..1}'),
      says: ['15:16+41 FW2004 missing-key: rules[0].with.payment.match is missing'],
    },
    {
      mistake: 'a row before that the log does not hold',
      text: soundBut('on: {table: orders, op: delete}', 'on: {table: products, op: delete}'),
      says: [
        '35:9+29 FW2312 before-image: a rule on delete of public.products reads the row before, but its replica identity is default, and its rows are excluded from the row store | take public.products out of rows.exclude in falsework.yaml',
      ],
    },
    {
      mistake: 'rows of a snapshot that no rule on inserts asks for, of a table whose rows are not kept',
      text: soundBut(
        '    when: "before',
        `    snapshot: as-insert
    when: "before`,
      ),
      says: [
        '30:15+9 FW2007 bad-value: rows of a snapshot come as inserts, and the rule is on update | on: {op: [insert, ...]}',
        '30:15+9 FW2007 bad-value: rows of a snapshot are kept of no table without a key, nor of an excluded one',
      ],
    },
    {
      mistake: 'rows of a snapshot for groups',
      text: soundBut('op: delete}', 'op: [insert, delete], per: [store_no]}\n    snapshot: as-insert'),
      says: [
        '6:71+3 FW2107 not-in-scope: row is not here: the rule fires for a group of rows; use group.store_no, or rows',
        '36:15+9 FW2007 bad-value: rows of a snapshot come one by one, and the rule fires for groups | leave `per` out, or `snapshot`',
        '36:15+9 FW2007 bad-value: rows of a snapshot are kept of no table without a key, nor of an excluded one',
        '39:35+6 FW2107 not-in-scope: before is not here: the rule fires for a group of rows; use group.store_no, or rows',
      ],
    },
    {
      mistake: 'rows of with of which the log holds a part',
      text: soundBut(
        '      payment: {table: payments, op: insert, match: {order_id: row.id}, rows: 0..1}',
        '      payment: {table: payments, op: insert, match: {order_id: row.id}, rows: 0..1}\n      gone: {table: products, op: delete, match: {id: row.id}, rows: 0..1}\n      renamed: {table: products, op: update, changed: [name], match: {id: row.id}, rows: 0..1}\n      touched: {table: products, op: update, changed: any, match: {id: row.id}, rows: 0..1}',
      ),
      says: [
        '16:13+62 FW2312 before-image: with gone on delete of public.products reads the row before, but its replica identity is default, and its rows are excluded from the row store | take public.products out of rows.exclude in falsework.yaml',
        '17:16+79 FW2312 before-image: with renamed and changed of public.products reads the row before, but its replica identity is default, and its rows are excluded from the row store | take public.products out of rows.exclude in falsework.yaml',
      ],
    },
    {
      mistake: 'codes that a column may hold and the table has not',
      text: soundBut('{N: NEW, S: SHIPPED, X: CANCELLED}', '{N: NEW, S: SHIPPED}'),
      says: ["23:20+6 warning FW2309 codes-incomplete: status has no 'X', which public.orders.status may hold"],
    },
    {
      mistake: 'a code table without a word on the unknown',
      text: soundBut(', unknown: error', ''),
      says: ['8:11+44 FW2004 missing-key: codes.status.unknown is missing | unknown: error, null or {value: WORD}'],
    },
    {
      mistake: 'an unknown class of error',
      text: soundBut('{default: deadLetter}', '{badDates: deadLetter}'),
      says: [
        `39:11+8 FW2003 unknown-key: onError: unknown key badDates | did you mean "badDate"? (have default, decode, nullValue, badDate, unknownCode, missingRow, rowCount, overflow, unavailable, unmapped, schemaDrift, contract, …)`,
      ],
    },
    {
      mistake: 'an unknown policy',
      text: soundBut('{default: deadLetter}', '{default: retry}'),
      says: [
        '39:20+5 FW2007 bad-value: onError.default: expected one of deadLetter, holdKey, holdMapping, haltSource, skip, nullField, got "retry"',
      ],
    },
  ])('$mistake', ({ text, says }) => {
    expect(said(text)).toEqual(says)
  })

  it('rows of with that no key tells apart', () => {
    const tables = new Map([...catalog.tables].map(([name, table]) => [name, { ...table, deferrablePrimaryKey: true }]))
    const keyless = new Map([...sources].map(([name, found]) => [name, { ...found, catalog: { ...catalog, tables } }]))
    const { problems } = checkMapping({ text: soundBut('rows: 0..1}', 'rows: 0..1}'), file: 'm.yaml' }, keyless)
    expect(problems.map(({ code, message }) => `${code} ${message}`)).toContain(
      'FW2316 with payment: no key of public.payments tells its rows apart, so one that changes twice is two',
    )
  })
})
