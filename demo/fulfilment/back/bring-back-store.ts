/** Brings back what the service has done in a store since it owns it: each order as it is now, once. */
import type pg from 'pg'
import { knownDossiers } from '../store/dossier-store.ts'
import { bringBack } from './shop-writer.ts'

export interface StoreToBringBack {
  readonly store: number
  /** In which the store is taken back. */
  readonly epoch: number
}

export interface SyncTotals {
  written: number
  removed: number
  alreadyThere: number
}

/** False: the service has not yet said what of its work was published. */
export async function isHandedBack(own: pg.Client, { store, epoch }: StoreToBringBack): Promise<boolean> {
  const { rowCount } = await own.query(
    'SELECT FROM fulfilment.owned WHERE store = $1 AND epoch < $2 AND handed_back IS NULL',
    [store, epoch],
  )
  return rowCount === 0
}

/** May be called again after a failure, or for nothing. The store is handed back. Raises what pg raises. */
export async function bringBackStore(
  { own, shop }: { readonly own: pg.Client; readonly shop: pg.Client },
  { store, epoch }: StoreToBringBack,
): Promise<SyncTotals> {
  const touched = await touchedOrders(own, { store, epoch })
  const ids = new Set(touched.map(({ orderId }) => orderId))
  const dossiers = await knownDossiers(own, { orders: ids, payments: new Set(), parcels: new Set() })
  const totals: SyncTotals = { written: 0, removed: 0, alreadyThere: 0 }
  const found = touched.flatMap((each) => {
    const dossier = dossiers.get(each.orderId)
    return dossier === undefined ? [] : [{ ...each, dossier, epoch }]
  })
  // What is gone goes last: the shop may erase a customer of whom it has no order.
  const inOrder = [
    ...found.filter(({ dossier }) => dossier.order !== null),
    ...found.filter(({ dossier }) => dossier.order === null),
  ]
  for (const each of inOrder) totals[await bringBack(shop, each)] += 1
  return totals
}

/** With the number of what was done last to each: it marks the transaction. */
async function touchedOrders(
  own: pg.Client,
  { store, epoch }: StoreToBringBack,
): Promise<readonly { readonly orderId: string; readonly sequence: bigint }[]> {
  const { rows } = await own.query<{ order_id: string; sequence: string }>(
    `SELECT order_id, max(number) AS sequence FROM fulfilment.own_work JOIN fulfilment.owned USING (store, epoch)
     WHERE store = $1 AND epoch < $2 AND handed_back >= $2 GROUP BY order_id ORDER BY 2`,
    [store, epoch],
  )
  return rows.map(({ order_id, sequence }) => ({ orderId: order_id, sequence: BigInt(sequence) }))
}
