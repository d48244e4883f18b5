/** Writes an order to the shop's tables as it is now. */
import type pg from 'pg'
import type { Dossier } from '../orders/dossier.ts'
import { inTransaction } from '../store/transaction.ts'
import { shopRowsOf, type ShopRows } from './shop-rows.ts'

/** What the shop knows better, where the service has lost it: codes that nobody can read, days that do not exist. */
const writeOrder = `INSERT INTO public.orders AS o SELECT * FROM jsonb_populate_record(NULL::public.orders, $1)
  ON CONFLICT (id) DO UPDATE SET
    status = excluded.status, total_cents = excluded.total_cents, discount = excluded.discount,
    ship_dt = coalesce(excluded.ship_dt, o.ship_dt), carrier_cd = coalesce(excluded.carrier_cd, o.carrier_cd),
    cancel_cd = coalesce(excluded.cancel_cd, o.cancel_cd), touched_at = excluded.touched_at`

const writeLines = `WITH kept AS (SELECT * FROM jsonb_populate_recordset(NULL::public.order_lines, $2)),
  gone AS (DELETE FROM public.order_lines WHERE order_id = $1 AND line_no NOT IN (SELECT line_no FROM kept))
  INSERT INTO public.order_lines SELECT * FROM kept
  ON CONFLICT (order_id, line_no) DO UPDATE SET
    sku = excluded.sku, qty = excluded.qty, price_cents = excluded.price_cents`

/** Payments and parcels only come. */
const addRows = (table: 'payments' | 'shipments'): string =>
  `INSERT INTO public.${table} SELECT * FROM jsonb_populate_recordset(NULL::public.${table}, $1)
   ON CONFLICT (id) DO NOTHING`

export interface BroughtBack {
  readonly orderId: string
  readonly dossier: Dossier
  readonly epoch: number
  /** Marks the transaction, with the epoch; the same for the same order. */
  readonly sequence: bigint
}

/** One transaction with its mark. `alreadyThere`: an earlier run has done it. */
export async function bringBack(
  client: pg.Client,
  { orderId, dossier, epoch, sequence }: BroughtBack,
): Promise<'written' | 'removed' | 'alreadyThere'> {
  return await inTransaction(client, async () => {
    const { rowCount } = await client.query(
      'INSERT INTO public.falsework_sync (epoch, seq) VALUES ($1, $2) ON CONFLICT DO NOTHING',
      [epoch, String(sequence)],
    )
    if (rowCount === 0) return 'alreadyThere'
    const rows = shopRowsOf(dossier)
    if (rows === null) {
      await client.query('DELETE FROM public.orders WHERE id = $1', [orderId])
      return 'removed'
    }
    await writeRows(client, orderId, rows)
    return 'written'
  })
}

async function writeRows(client: pg.Client, orderId: string, rows: ShopRows): Promise<void> {
  await client.query(writeOrder, [JSON.stringify(rows.order)])
  await client.query(writeLines, [orderId, JSON.stringify(rows.lines)])
  await client.query(addRows('payments'), [JSON.stringify(rows.payments)])
  await client.query(addRows('shipments'), [JSON.stringify(rows.shipments)])
}
