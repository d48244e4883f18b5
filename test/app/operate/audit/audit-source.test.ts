import { describe, expect, it } from 'vitest'
import { auditSource } from '../../../../src/app/operate/audit/audit-source.ts'
import type { AuditOutcome } from '../../../../src/core/audit/audit-outcome.ts'
import { UNAVAILABLE } from '../../../../src/core/values/value.ts'
import { codeOf } from '../../../contract/kafka-harness.ts'
import { AuditedShop, type Item, items } from './audited-shop.ts'

const audited = async (shop: AuditedShop): Promise<AuditOutcome> =>
  await auditSource({ source: 'shop', timeoutMs: 200 }, shop.parts())

const item = (id: number, more: Partial<Item> = {}): Item => ({ id, state: 'new', stock: 1, doc: null, ...more })
const five = [1, 2, 3, 4, 5].map((id) => item(id))

/** What is said of each difference, in the order of the rows. */
const shown = ({ differences }: AuditOutcome): readonly string[] =>
  differences.map(({ table, kind, key, columns }) => `${table} ${key['id'] ?? '?'} ${kind} ${columns.join()}`.trim())

describe('an audit', () => {
  it('finds no difference where there is none, and says so in the registry log', async () => {
    const shop = await AuditedShop.of()
    await shop.holds(five)
    const outcome = await audited(shop)
    expect(outcome).toMatchObject({ differences: [], notCompared: [] })
    expect(outcome.tables).toEqual([{ table: items, rows: 5, differences: 0, unconfirmed: 0, unknown: {} }])
    const record = (await shop.registry()).audits.get('shop')
    expect(record).toMatchObject({
      actor: 'ben',
      atMs: 7,
      position: outcome.position,
      tables: [{ table: items, rows: 5, differences: 0 }],
      notCompared: [],
    })
  })

  it('finds a changed column, a row that is missing in the store, and one that only the store has', async () => {
    const shop = await AuditedShop.of()
    await shop.holds(five)
    shop.database.set(2, item(2, { state: 'sold', stock: 0 }))
    shop.database.set(6, item(6))
    shop.database.delete(4)
    const outcome = await audited(shop)
    expect(shown(outcome)).toEqual(['shop.items 2 changed state,stock', 'shop.items 6 missing', 'shop.items 4 extra'])
    expect(outcome.tables).toMatchObject([{ rows: 6, differences: 3, unconfirmed: 0 }])
    const record = (await shop.registry()).audits.get('shop')
    expect(record?.tables).toEqual([{ table: items, rows: 6, differences: 3 }])
    expect(JSON.stringify(outcome)).not.toContain('sold')
  })

  it('applies a transaction that the snapshot sees and that the copy does not have yet', async () => {
    const shop = await AuditedShop.of()
    await shop.holds(five)
    shop.commit(900, [item(1, { stock: 0 }), item(7)])
    expect(shown(await audited(shop))).toEqual([])
    shop.log(901, [item(3, { stock: 9 })])
    expect(shown(await audited(shop))).toEqual(['shop.items 3 changed stock'])
  })

  it('passes over transactions that the snapshot does not see, before and between those that it sees', async () => {
    const shop = await AuditedShop.of()
    await shop.holds(five)
    shop.visible = { xmin: 800n, xmax: 1_000n, inProgress: new Set([850n]) }
    shop.log(850, [item(1, { state: 'not yet' })])
    shop.commit(900, [item(2, { state: 'sold' })])
    shop.behindSnapshot = () => shop.log(1_000, [item(2, { state: 'later' })])
    expect(shown(await audited(shop))).toEqual([])
  })

  it('reports only what differs at a second moment as well', async () => {
    const shop = await AuditedShop.of()
    await shop.holds(five)
    shop.database.set(2, item(2, { stock: 0 }))
    shop.database.set(3, item(3, { stock: 0 }))
    let looks = 0
    shop.behindSnapshot = () => {
      looks += 1
      if (looks === 1) shop.commit(950, [item(2, { stock: 5 })])
    }
    shop.visible = { xmin: 940n, xmax: 1_000n, inProgress: new Set([950n]) }
    const parts = shop.parts()
    const outcome = await auditSource(
      { source: 'shop', timeoutMs: 200 },
      {
        ...parts,
        borrowRowStore: async (source, copied) => {
          if (looks === 1) shop.visible = { xmin: 1_000n, xmax: 1_000n, inProgress: new Set() }
          return await parts.borrowRowStore(source, copied)
        },
      },
    )
    expect(looks).toBe(2)
    expect(shown(outcome)).toEqual(['shop.items 3 changed stock'])
  })

  it('counts values that the connector has never sent, instead of taking them for different', async () => {
    const shop = await AuditedShop.of()
    await shop.holds(five)
    shop.database.set(1, item(1, { doc: 'a large text' }))
    await shop.keep([item(1, { doc: UNAVAILABLE })])
    const { tables, differences } = await audited(shop)
    expect(differences).toEqual([])
    expect(tables).toMatchObject([{ unknown: { doc: 1 } }])
  })

  it('names columns whose type cannot be compared', async () => {
    const shop = await AuditedShop.of([{ name: 'price', type: 'money', nullable: true }])
    await shop.holds([item(1, { price: '1.00' })])
    const { notCompared, differences } = await audited(shop)
    expect(differences).toEqual([])
    expect(notCompared).toMatchObject([{ what: 'shop.items.price' }])
  })

  it('says that its watermark did not come, and says nothing in the registry log', async () => {
    const shop = await AuditedShop.of()
    await shop.holds(five)
    shop.watermarks = 'passedOver'
    expect(await codeOf(async () => await audited(shop))).toBe('WATERMARK_NOT_SEEN')
    expect((await shop.registry()).audits.size).toBe(0)
  })

  it('takes a later transaction for its watermark, where the connector passes messages over', async () => {
    const shop = await AuditedShop.of()
    await shop.holds(five)
    shop.watermarks = 'passedOver'
    const auditing = audited(shop)
    setTimeout(() => shop.log(6_000, [item(1, { stock: 3 })]), 50)
    expect(shown(await auditing)).toEqual([])
  })

  it('is refused while no snapshot has shown all rows', async () => {
    const shop = await AuditedShop.of()
    await shop.keep(five, 'none')
    expect(await codeOf(async () => await audited(shop))).toBe('ROWS_NOT_WHOLE')
  })

  it('needs a row store on this machine, and a registration that says which tables are kept', async () => {
    const shop = await AuditedShop.of()
    expect(await codeOf(async () => await audited(shop))).toBe('UNKNOWN_NAME')
    const other = auditSource({ source: 'other', timeoutMs: 200 }, shop.parts())
    expect(await codeOf(async () => await other)).toBe('UNKNOWN_NAME')
  })

  it('keeps a thousand differences, and counts the others', async () => {
    const shop = await AuditedShop.of()
    await shop.holds([])
    for (let id = 1; id <= 1_203; id += 1) shop.database.set(id, item(id))
    const { tables, differences } = await audited(shop)
    expect(differences).toHaveLength(1_000)
    expect(tables).toMatchObject([{ rows: 1_203, differences: 1_000, unconfirmed: 203 }])
  })

  it('tells how far it is', async () => {
    const shop = await AuditedShop.of()
    await shop.holds(five)
    const told: string[] = []
    await auditSource(
      { source: 'shop', timeoutMs: 200 },
      shop.parts((phase, percent) => told.push(`${phase} ${percent}`)),
    )
    expect(told.slice(0, 2)).toEqual(['copying 100', 'reading 0'])
    expect(told.slice(-3)).toEqual(['comparing 40', 'comparing 80', 'comparing 100'])
  })
})
