/** Reads and writes the rows of orders; whoever writes has locked `progress` in the same transaction. */
import type pg from 'pg'
import type { Touched } from '../orders/apply-changes.ts'
import type { Dossiers } from '../orders/dossier.ts'
import { type DossierRows, dossierOf, rowsOf, type TableRows } from './dossier-rows.ts'

/** Of those that there are, and an empty one for an order that is touched and not there. */
export async function knownDossiers(client: pg.Client, { orders, payments, parcels }: Touched): Promise<Dossiers> {
  const { rows } = await client.query<DossierRows & { id: string }>(
    `WITH touched AS (
       SELECT unnest($1::text[]) AS id
       UNION SELECT order_id FROM fulfilment.payments WHERE id = ANY($2)
       UNION SELECT order_id FROM fulfilment.parcels WHERE id = ANY($3)
     )
     SELECT id,
       (SELECT to_jsonb(o) FROM fulfilment.orders o WHERE o.id = touched.id) AS "order",
       (SELECT coalesce(jsonb_agg(l), '[]') FROM fulfilment.lines l WHERE l.order_id = touched.id) AS lines,
       (SELECT coalesce(jsonb_agg(p), '[]') FROM fulfilment.payments p WHERE p.order_id = touched.id) AS payments,
       (SELECT coalesce(jsonb_agg(p), '[]') FROM fulfilment.parcels p WHERE p.order_id = touched.id) AS parcels
     FROM touched`,
    [[...orders], [...payments], [...parcels]],
  )
  return new Map(rows.map((row) => [row.id, dossierOf(row)]))
}

/** All rows of these orders become what the dossiers say. */
export async function writeDossiers(client: pg.Client, dossiers: Dossiers): Promise<void> {
  const ids = [...dossiers.keys()]
  const { orders, lines, payments, parcels } = rowsOf(dossiers)
  await replaceRows(client, ids, { table: 'orders', key: 'id', rows: orders })
  await replaceRows(client, ids, { table: 'lines', key: 'order_id', rows: lines })
  await replaceRows(client, ids, { table: 'payments', key: 'order_id', rows: payments })
  await replaceRows(client, ids, { table: 'parcels', key: 'order_id', rows: parcels })
}

async function replaceRows(
  client: pg.Client,
  ids: readonly string[],
  { table, key, rows }: { table: keyof TableRows; key: 'id' | 'order_id'; rows: readonly unknown[] },
): Promise<void> {
  await client.query(`DELETE FROM fulfilment.${table} WHERE ${key} = ANY($1)`, [ids])
  if (rows.length === 0) return
  const type = `fulfilment.${table}`
  await client.query(`INSERT INTO ${type} SELECT * FROM jsonb_populate_recordset(NULL::${type}, $1)`, [
    JSON.stringify(rows),
  ])
}
