import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PartialImage } from '../../../src/core/capture/image/value-image.ts'
import type { RowChange } from '../../../src/core/capture/row-change.ts'
import { tableName } from '../../../src/core/catalog/catalog.ts'
import { FalseworkError } from '../../../src/core/diagnostics/falsework-error.ts'
import type { NetChange } from '../../../src/core/transaction/net-change.ts'
import { isChange, netChanges } from '../../../src/core/transaction/net-changes.ts'
import { UNAVAILABLE } from '../../../src/core/values/value.ts'
import { imageOf, shown, type Values } from '../images.ts'
import { change, moved, transactionOf, truncated } from './changes.ts'

const table = tableName('shop', 'orders')

const net = (...changes: readonly RowChange[]): readonly NetChange[] =>
  netChanges(transactionOf(changes)).filter(isChange)

const brief = (found: readonly NetChange[]): unknown[] =>
  found.map(({ op, before, after }) => [op, shown(before), shown(after)])

function haltCode(act: () => unknown): string {
  try {
    act()
  } catch (error) {
    if (error instanceof FalseworkError) return error.code
  }
  return 'none'
}

const a1: Values = { id: 1, state: 'a' }
const b1: Values = { id: 1, state: 'b' }
const c1: Values = { id: 1, state: 'c' }
const a2: Values = { id: 2, state: 'a' }
const b2: Values = { id: 2, state: 'b' }

describe('net changes', () => {
  it('are the changes themselves when each row occurs once', () => {
    expect(brief(net(change(null, a1), change(a2, b2)))).toStrictEqual([
      ['insert', null, a1],
      ['update', a2, b2],
    ])
  })

  const folded: readonly (readonly [string, readonly RowChange[], readonly unknown[]])[] = [
    ['an insert that is updated is an insert', [change(null, a1), change(a1, b1)], [['insert', null, b1]]],
    ['an insert that is deleted is nothing', [change(null, a1), change(a1, null)], []],
    ['two updates are one', [change(a1, b1), change(b1, c1)], [['update', a1, c1]]],
    ['an update that leaves the row as it was is nothing', [change(a1, a1)], []],
    ['updates that end where they began are nothing', [change(a1, b1), change(b1, a1)], []],
    [
      'an update that is deleted is a delete of the first image',
      [change(a1, b1), change(b1, null)],
      [['delete', a1, null]],
    ],
    ['a delete and an insert under one key are an update', [change(a1, null), change(null, b1)], [['update', a1, b1]]],
    ['a delete and the same insert are nothing', [change(a1, null), change(null, a1)], []],
    [
      'insert, delete and insert are an insert',
      [change(null, a1), change(a1, null), change(null, b1)],
      [['insert', null, b1]],
    ],
    ['a changed key is a rekey', moved(a1, a2), [['rekey', a1, a2]]],
    ['a row is followed to its new key', [change(a1, b1), ...moved(b1, b2), change(b2, a2)], [['rekey', a1, a2]]],
    ['a key changed back is an update', [...moved(a1, a2), ...moved(a2, b1)], [['update', a1, b1]]],
    ['an insert that changes its key is an insert', [change(null, a1), ...moved(a1, a2)], [['insert', null, a2]]],
    ['a row that changes its key and goes is a delete', [...moved(a1, a2), change(a2, null)], [['delete', a1, null]]],
    [
      'a row takes the key of a deleted one',
      [change(a1, null), ...moved(b2, b1)],
      [
        ['delete', a1, null],
        ['rekey', b2, b1],
      ],
    ],
    [
      'a new row takes the key that another left',
      [...moved(a1, a2), change(null, b1)],
      [
        ['rekey', a1, a2],
        ['insert', null, b1],
      ],
    ],
    [
      'a truncate ends the rows before it',
      [change(null, a1), truncated(table), change(null, b1)],
      [
        ['insert', null, a1],
        ['truncate', null, null],
        ['insert', null, b1],
      ],
    ],
    [
      'order is that of the first changes',
      [change(a1, b1), change(a2, b2), change(b1, c1)],
      [
        ['update', a1, c1],
        ['update', a2, b2],
      ],
    ],
  ]
  it.each(folded)('fold: %s', (_, changes, expected) => {
    expect(brief(net(...changes))).toStrictEqual(expected)
  })

  it('let each change of a table without key stand alone', () => {
    const keyless = [change(a1, b1), change(a1, b1), change(null, a1)].map((found) => ({ ...found, key: null }))
    expect(net(...keyless).map(({ op }) => op)).toStrictEqual(['update', 'update', 'insert'])
  })

  it('keep an update whose before-image the connector did not send', () => {
    const unknown = { ...change(a1, b1), before: null }
    expect(brief(net(unknown, { ...change(b1, c1), before: null }))).toStrictEqual([['update', null, c1]])
  })

  it('take the key columns of a delete when no earlier change said what was', () => {
    const partial = { id: 1, state: UNAVAILABLE }
    const found = net({ ...change(a1, b1), before: null }, { ...change(b1, null), before: imageOf(partial) })
    expect(brief(found)).toStrictEqual([['delete', partial, null]])
  })

  it('count ordinals over all changes of the table, both halves of a changed key included', () => {
    const other = tableName('shop', 'payments')
    const elsewhere = { ...change(null, a1), table: other }
    const found = net(
      change(a1, b1),
      elsewhere,
      change(b1, c1),
      ...moved(a2, { id: 3, state: 'a' }),
      change(null, { id: 4 }),
    )
    expect(found.map((one) => [one.table, one.ordinal])).toStrictEqual([
      [table, 0],
      [other, 0],
      [table, 2],
      [table, 4],
    ])
  })

  it('compare values deeply, bigints included, and take an added column for a change', () => {
    expect(net(change({ id: 1, tags: [1n, ['x']] }, { id: 1, tags: [1n, ['x']] }))).toHaveLength(0)
    expect(net(change({ id: 1, tags: [1n] }, { id: 1, tags: [2n] }))).toHaveLength(1)
    expect(net(change(a1, { ...a1, added: null }))).toHaveLength(1)
  })

  it('treat columns with hostile names as data', () => {
    const parse = (text: string): Values => JSON.parse(text) as Values
    const one = '{"id":1,"__proto__":{"x":1},"constructor":"a"}'
    expect(net(change(parse(one), parse(one)))).toHaveLength(0)
    expect(net(change(parse(one), parse(one.replace('"x":1', '"x":2'))))).toHaveLength(1)
    expect(net(change(parse('{"id":1}'), parse('{"id":1,"constructor":null}')))).toHaveLength(1)
  })

  it('stop at half of a changed key', () => {
    const [old, fresh] = moved(a1, a2)
    const alone = [[old], [fresh], [fresh, old], [old, change(null, b1)], [old, moved(a1, { id: 3 })[1]]]
    for (const changes of alone) expect(haltCode(() => net(...changes))).toBe('REKEY_HALF_MISSING')
  })

  it('stop when two rows hold one key in mid-transaction', () => {
    const swap = [...moved(a1, a2), ...moved(b2, b1)]
    expect(haltCode(() => net(...swap))).toBe('ROW_CONTRADICTS')
    expect(haltCode(() => net(change(null, a1), change(null, b1)))).toBe('ROW_CONTRADICTS')
    expect(haltCode(() => net(change(a1, null), change(a1, b1)))).toBe('ROW_CONTRADICTS')
    expect(haltCode(() => net(change(null, a1), ...moved(a2, a1)))).toBe('ROW_CONTRADICTS')
  })

  it('have no contradiction in a column that was added in mid-transaction', () => {
    expect(brief(net(change(a1, b1), change({ ...b1, added: null }, { ...c1, added: 1 })))).toStrictEqual([
      ['update', a1, { ...c1, added: 1 }],
    ])
  })

  it('follow under REPLICA IDENTITY DEFAULT what is proven of rows that move, and stop at the rest', () => {
    expect(haltCode(() => net(...[...moved(a1, a2), ...moved(b2, b1)].map(known)))).toBe('ROW_CONTRADICTS')
    expect(haltCode(() => net(...[...moved(a1, a2), change(a2, null)].map(known)))).toBe('ROW_CONTRADICTS')
    const updated = [...moved(a1, a2), change(a2, b2)].map(known)
    expect(brief(net(...updated))).toMatchObject([['rekey', { id: 1 }, b2]])
    expect(haltCode(() => net(...updated, ...moved(b2, b1).map(known)))).toBe('ROW_CONTRADICTS')
    const thirdKey = { id: 99, state: 'a' }
    const swapped = [...moved(a1, thirdKey), ...moved(b2, b1), ...moved(thirdKey, a2)]
    expect(haltCode(() => net(...swapped.map(known)))).toBe('ROW_CONTRADICTS')
    expect(brief(net(...[change(thirdKey, null), ...swapped].map(known)))).toMatchObject([
      ['delete', { id: 99 }, null],
      ['rekey', { id: 1 }, a2],
      ['rekey', { id: 2 }, b1],
    ])
  })

  it('keep halves of a key that proves nothing together, and join them to no other change', () => {
    const alone = (changes: readonly RowChange[]): RowChange[] => changes.map((found) => ({ ...found, key: null }))
    expect(brief(net(...alone([...moved(a1, a2), change(a2, b2), ...moved(b2, b1)])))).toStrictEqual([
      ['rekey', a1, a2],
      ['update', a2, b2],
      ['rekey', b2, b1],
    ])
    expect(haltCode(() => net(...alone(moved(a1, a2)).slice(1)))).toBe('REKEY_HALF_MISSING')
  })

  const deferred = fc.array(
    fc.record({
      act: fc.constantFrom('put', 'drop', 'move', 'move', 'update'),
      nth: fc.nat(3),
      to: fc.nat(4),
      v: fc.nat(2),
    }),
    { minLength: 1, maxLength: 8 },
  )

  it.each([
    ['FULL', (found: RowChange) => found],
    ['DEFAULT', known],
  ])('give the tables after it or stop when keys may be held twice meanwhile, under %s', (_, image) => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(3), { minLength: 1 }), deferred, (ids, plan) => {
        const rows = ids.map((id) => ({ id, v: id % 2 }))
        const before = new Map(rows.map((row) => [row.id, row]))
        const changes = plan.flatMap((step) => performDeferred(rows, step))
        fc.pre(changes.length > 0 && new Set(rows.map(({ id }) => id)).size === rows.length)
        let found: readonly NetChange[]
        try {
          found = net(...changes.map(image))
        } catch (error) {
          expect(error).toMatchObject({ code: 'ROW_CONTRADICTS' })
          return
        }
        expect(applied(before, found)).toStrictEqual(new Map(rows.map((row) => [row.id, row])))
      }),
      { numRuns: 5000 },
    )
  })

  it('turn the tables before the transaction into the tables after it, whatever happened in between', () => {
    const steps = fc.array(
      fc.record({ act: fc.constantFrom('put', 'drop', 'move'), id: fc.nat(3), to: fc.nat(3), v: fc.nat(2) }),
      {
        minLength: 1,
        maxLength: 12,
      },
    )
    const start = fc.uniqueArray(fc.nat(3)).map((ids) => new Map(ids.map((id) => [id, { id, v: 0 }])))
    fc.assert(
      fc.property(start, steps, (before, plan) => {
        const after = new Map(before)
        const changes = plan.flatMap((step) => perform(after, step))
        if (changes.length === 0) return
        expect(applied(before, net(...changes))).toStrictEqual(after)
      }),
      { numRuns: 500 },
    )
  })
})

interface Row extends Values {
  readonly id: number
  readonly v: number
}

/** The change as a connector sends it without REPLICA IDENTITY FULL, once the made-up part of it is left out. */
function known(found: RowChange): RowChange {
  if (found.before === null || found.op === 'u') return { ...found, before: null }
  return { ...found, before: new PartialImage(found.before, (column) => column === 'id') }
}

/** One step under a deferrable key: a row may move to a key that another one holds. */
function performDeferred(rows: Row[], step: { act: string; nth: number; to: number; v: number }): RowChange[] {
  const { act, to, v } = step
  const at = step.nth % Math.max(1, rows.length)
  const row = rows[at]
  if (act === 'put') {
    if (rows.some(({ id }) => id === to)) return []
    rows.push({ id: to, v })
    return [change(null, { id: to, v })]
  }
  if (row === undefined) return []
  const next = act === 'move' ? { id: to, v: v === 2 ? row.v : v } : { ...row, v }
  if (act === 'drop') rows.splice(at, 1)
  else rows[at] = next
  if (act === 'drop') return [change(row, null)]
  return act === 'move' && to !== row.id ? moved(row, next) : [change(row, next)]
}

/** Does one step to the table as a database would, and gives what the connector would send of it. */
function perform(rows: Map<number, Row>, step: { act: string; id: number; to: number; v: number }): RowChange[] {
  const row = rows.get(step.id)
  const next = { id: step.id, v: step.v }
  if (step.act === 'put') {
    rows.set(step.id, next)
    return [change(row ?? null, next)]
  }
  if (row === undefined) return []
  if (step.act === 'drop') {
    rows.delete(step.id)
    return [change(row, null)]
  }
  if (rows.has(step.to)) return []
  rows.delete(step.id)
  const arrived = { ...row, id: step.to }
  rows.set(step.to, arrived)
  return moved(row, arrived)
}

/** Net changes say what became of each row, so all departures come before all arrivals. */
function applied(before: ReadonlyMap<number, Row>, found: readonly NetChange[]): Map<unknown, unknown> {
  const rows = new Map<unknown, unknown>(before)
  for (const { before: gone } of found) if (gone !== null) rows.delete(gone.get('id'))
  for (const { after } of found) if (after !== null) rows.set(after.get('id'), shown(after))
  return rows
}
