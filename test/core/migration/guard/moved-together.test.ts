import { describe, expect, it } from 'vitest'
import type { CompiledMapping } from '../../../../src/core/mapping/compiled-mapping.ts'
import { leftBehind } from '../../../../src/core/migration/guard/moved-together.ts'
import { compiled, sound } from '../../mapping/sample.ts'

const orders = compiled(sound)
const [first] = orders.rules
const tables = new Set(orders.rules.map(({ table }) => table.name))

/** Of the rules of the sample those on one of its tables, under another name. */
const about = (name: string, isOne: (table: string) => boolean): CompiledMapping => ({
  ...orders,
  name,
  rules: orders.rules.filter(({ table }) => isOne(table.name)),
})

const invoices = about('invoices', (table) => table === first?.table.name)
const nothing = about('nothing', () => false)
const all = { direction: 'toNative', scope: null } as const

describe('mappings that change their owner together', () => {
  it('are those whose rules are about a table that the guard of one closes', () => {
    expect(tables.size).toBeGreaterThan(0)
    expect(leftBehind([orders], [invoices, nothing], all)).toEqual([
      { mapping: 'invoices', why: `${first?.table.name ?? ''} is open for both, or for none` },
    ])
  })

  it('are all there when nobody is left', () => {
    expect(leftBehind([orders, invoices], [nothing], all)).toEqual([])
  })

  it('are told from those whose rules look at a closed table and stand on another one, which go on', () => {
    const lookers = { ...nothing, rules: nothing.rules, aliases: orders.aliases }
    expect(leftBehind([orders], [lookers], all)).toEqual([])
  })

  it('go back together with whoever would keep a table closed', () => {
    const back = { direction: 'toLegacy', scope: null } as const
    expect(leftBehind([invoices], [orders], back).map(({ mapping }) => mapping)).toEqual(['orders'])
    expect(leftBehind([invoices], [nothing], back)).toEqual([])
  })

  it('cannot move one scope where another one is not divided as they are', () => {
    const scope = { table: first?.table.name, column: 'store_no' } as CompiledMapping['scope']
    const way = { direction: 'toNative', scope: '3' } as const
    expect(leftBehind([{ ...orders, scope: null }], [{ ...invoices, scope }], way)[0]?.why).toContain(
      'it has no scope 3 that could move',
    )
  })
})
