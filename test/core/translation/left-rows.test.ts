import { describe, expect, it } from 'vitest'
import type { TableName } from '../../../src/core/catalog/catalog.ts'
import type { StoreKey } from '../../../src/core/rows/stored/store-key.ts'
import type { StoredTable } from '../../../src/core/rows/stored/stored-table.ts'
import { leftRows, transactionOf } from '../../../src/core/translation/snapshots/left-rows.ts'
import { shown } from '../images.ts'
import { Kept, name } from '../rows/kept.ts'
import { change } from '../transaction/changes.ts'

const [table] = new Kept().rows.tables.values()
if (table === undefined) throw new Error('no table')
const other = 'shop.customers' as TableName
const tables = new Map([
  [name, table],
  [other, renamed(table)],
])
const both = new Set([name, other])
const end = table.range.to
const key = `${table.range.from}x` as StoreKey

describe('rows that a snapshot has left', () => {
  it.each([
    ['nothing of them', null, [other, null]],
    ['some of a table', { table: name, key }, [name, key]],
    ['all of the first table', { table: other, key: end }, [name, null]],
    ['all of the last', { table: name, key: end }, null],
    ['all of a table that no rule asks for any more', { table: 'shop.gone', key: end }, [name, null]],
  ])('are published table by table: behind %s', (_, after, next) => {
    const left = leftRows(tables, both, { after })
    expect(left === null ? null : [left.table.name, left.behind]).toStrictEqual(next)
  })

  it('are none of a table whose rows are not kept', () => {
    expect(leftRows(new Map(), both, { after: null })).toBeNull()
  })

  it('are inserts, each in a transaction that is the same for the same row and for no other', () => {
    const bytes = (v: number): Buffer => table.codec.encode(change(null, { id: 1, v, doc: null }).after ?? failed())
    const at = { committedAtUs: 5n, next: 40 }
    const one = transactionOf(table, [key, bytes(1)], at)
    expect(one).toMatchObject({ proof: 'snapshot', committedAtUs: 5n, from: 39, to: 40 })
    expect(one.changes.map(({ op, before, after }) => [op, before, shown(after)])).toStrictEqual([
      ['c', null, { id: 1, v: 1, doc: null }],
    ])
    expect(transactionOf(table, [key, bytes(1)], { ...at, next: 90 }).key).toBe(one.key)
    expect(transactionOf(table, [key, bytes(2)], at).key).not.toBe(one.key)
    expect(transactionOf(table, [end, bytes(1)], at).key).not.toBe(one.key)
  })
})

function renamed(of: StoredTable): StoredTable {
  return Object.create(of, { name: { value: other } }) as StoredTable
}

function failed(): never {
  throw new Error('no row')
}
