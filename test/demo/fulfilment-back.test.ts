/** Orders of the service as rows of the shop: what the service would read of them is what it has. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { shopRowsOf, type ShopRows } from '../../demo/fulfilment/back/shop-rows.ts'
import { type Change, changeOf } from '../../demo/fulfilment/legacy/changes.ts'
import {
  dayOfNumber,
  instantOfStoreTime,
  instantOfText,
  numberOfDay,
  storeDayOf,
  storeTimeOf,
} from '../../demo/fulfilment/legacy/store-time.ts'
import { withChanges } from '../../demo/fulfilment/orders/apply-changes.ts'
import { type Dossier, emptyDossier } from '../../demo/fulfilment/orders/dossier.ts'
import { decide } from '../../demo/fulfilment/own/work-for-stores.ts'
import { wallTime } from '../../demo/old-application/plan/wall-time.ts'

type Columns = ShopRows['order']

/** As the connector sends them: numbers as numbers, times of the stores in µs. */
function sent(columns: Columns): Record<string, unknown> {
  const times = Object.entries(columns).map(([name, value]): [string, unknown] => {
    if (name === 'created_at' || name === 'touched_at') return [name, Number(instantOfText(String(value)))]
    const isNumber = /(^|_)(id|cents)$/.test(name) && value !== null
    return [name, isNumber ? Number(value) : value]
  })
  return Object.fromEntries(times)
}

function changesOf({ order, lines, payments, shipments }: ShopRows): readonly Change[] {
  const about = { kind: 'row', op: 'read', before: null, transaction: null, committedAt: 0n } as const
  const all: readonly (readonly [table: string, rows: readonly Columns[]])[] = [
    ['orders', [order]],
    ['order_lines', lines],
    ['payments', payments],
    ['shipments', shipments],
  ]
  return all.flatMap(([table, rows]) =>
    rows.map((row) => changeOf({ ...about, table: `public.${table}`, after: sent(row) })),
  )
}

const first: Dossier = {
  order: {
    ...{ id: '12', store: 3, buyer: '7', state: 'open', total: 950n, currency: 'EUR', discount: 500n },
    ...{ orderedOn: 20_000, orderedAt: 1_769_853_600_123_456n, changedAt: 1_769_853_600_123_456n },
    ...{ carrier: null, dispatchedOn: null, cancelReason: null, note: 'Tür "hinten" \\ links' },
  },
  lines: new Map([[1, { number: 1, sku: 'L0-1', quantity: 2, unitPrice: 500n }]]),
  payments: new Map(),
  parcels: new Map(),
}

describe('what is brought back to the shop', () => {
  it('is read as what the service has, whatever it did', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const orders = new Map([['12', first]])
        let latestUs = 1_769_853_600_123_456n
        for (let number = 1; number <= 40; number += 1) {
          const work = decide({ number, latestUs, orders }, { store: 3, epoch: 2 }, seed)
          if (work === null) continue
          latestUs = work.events.at(-1)?.timeUs ?? latestUs
          orders.set(work.orderId, work.after)
          const rows = shopRowsOf(work.after)
          const read = rows === null ? emptyDossier : withChanges(new Map(), changesOf(rows)).get(work.orderId)
          expect(read).toEqual(work.after)
        }
      }),
      { numRuns: 20 },
    )
  })

  it('leaves to the shop what the service could not read there', () => {
    const { order } = first
    if (order === null) throw new Error('the first order is gone')
    const unread = { ...order, carrier: 'unknown', cancelReason: 'OTHER', orderedOn: null, dispatchedOn: null } as const
    expect(shopRowsOf({ ...first, order: unread })?.order).toMatchObject({
      carrier_cd: null,
      cancel_cd: null,
      ship_dt: null,
      discount: '5.00',
    })
    expect(shopRowsOf(emptyDossier)).toBeNull()
  })
})

describe('the clocks of the stores', () => {
  const instants = fc.bigInt({ min: 1_700_000_000_000_000n, max: 1_900_000_000_000_000n })

  it('show what the old application writes', () => {
    fc.assert(
      fc.property(instants, (us) => {
        expect(storeTimeOf(us)).toBe(wallTime(Number(us)))
      }),
    )
  })

  it('show one time for an instant, and the day that their calendars show', () => {
    fc.assert(
      fc.property(instants, (us) => {
        const shown = instantOfText(storeTimeOf(us))
        const read = instantOfStoreTime(shown)
        // In the hour that comes twice the first of the two is read.
        expect([us, us - 3_600_000_000n]).toContain(read)
        const day = storeDayOf(us)
        expect(dayOfNumber(numberOfDay(day))).toBe(day)
        expect(BigInt(day)).toBe(shown / 86_400_000_000n)
      }),
    )
  })
})
