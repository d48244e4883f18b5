import { describe, expect, it } from 'vitest'
import { tableName } from '../../../../src/core/catalog/catalog.ts'
import type { CompiledMapping } from '../../../../src/core/mapping/compiled-mapping.ts'
import { checkMapping } from '../../../../src/core/mapping/check/check-mapping.ts'
import { guardOf, outsideCascades } from '../../../../src/core/migration/guard/guarded-tables.ts'
import { compiled, sound, surroundings } from '../../mapping/sample.ts'

/** Of a payment the order is found by way of a product, which no rule is about. */
const scope =
  'migration: {scope: {column: orders.store_no, via: {lines: {order_id: orders}, payments: {order_id: products}, products: {id: orders}}}}'

function scoped(): CompiledMapping {
  const sources = new Map([['shop', { ...surroundings, keepsRows: () => true }]])
  const { mapping } = checkMapping({ text: `${sound}${scope}\n`, file: 'orders.yaml' }, sources)
  if (mapping === null) throw new Error('the mapping has a mistake')
  return mapping
}

const toOrders = (column: string) => ({ column, parent: 'public.orders', parentKey: 'id' })

describe('the tables of a guard', () => {
  it('are those that rules are about, and those on the way to the scope', () => {
    const way = { column: 'store_no', spelling: 'asItIs' }
    expect(guardOf(scoped())).toEqual({
      mapping: 'orders',
      tables: [
        { name: 'public.orders', scope: { ...way, steps: [] } },
        { name: 'public.order_lines', scope: { ...way, steps: [toOrders('order_id')] } },
        {
          name: 'public.payments',
          scope: {
            ...way,
            steps: [{ column: 'order_id', parent: 'public.products', parentKey: 'id' }, toOrders('id')],
          },
        },
        { name: 'public.products', scope: { ...way, steps: [toOrders('id')] } },
      ],
    })
  })

  it('have no scope where the mapping declares none', () => {
    const { tables } = guardOf(compiled(sound))
    expect(tables.length).toBeGreaterThan(1)
    expect(tables.every(({ scope: way }) => way === null)).toBe(true)
  })

  it.each([
    { collation: 'padded', spelling: 'trimmed' },
    { collation: 'folded', spelling: 'folded' },
  ] as const)('compare a $collation scope as the translator does', ({ collation, spelling }) => {
    const mapping = scoped()
    const aliases = new Map(
      [...mapping.aliases].map(([alias, table]) => [
        alias,
        { ...table, columns: table.columns.map((column) => ({ ...column, collation })) },
      ]),
    )
    expect(guardOf({ ...mapping, aliases }).tables[0]?.scope?.spelling).toBe(spelling)
  })

  it('are named where a table outside changes them by a foreign key', () => {
    const mapping = scoped()
    const customers = tableName('public', 'customers')
    const key = (references: typeof customers, onDelete: 'cascade' | 'restrict') => ({
      ...{ columns: ['id'], referencedColumns: ['id'], references, onDelete },
    })
    const aliases = new Map(
      [...mapping.aliases].map(([alias, table]) => [
        alias,
        alias === 'orders'
          ? { ...table, foreignKeys: [key(customers, 'cascade'), key(tableName('public', 'payments'), 'cascade')] }
          : { ...table, foreignKeys: [key(customers, 'restrict')] },
      ]),
    )
    expect(outsideCascades({ ...mapping, aliases })).toEqual([
      { table: 'public.orders', references: 'public.customers' },
    ])
  })
})
