/** The service's tables: each step of the legacy shop is applied in one transaction, with the raw offset behind it. */
import type pg from 'pg'
import type { LegacyStep } from '../legacy/transactions.ts'
import { touchedBy } from '../orders/apply-changes.ts'
import type { Dossiers } from '../orders/dossier.ts'
import type { Followed } from '../orders/follow-step.ts'
import { type DossierRows, dossierOf, rowsOf, type TableRows } from './dossier-rows.ts'
import { outboxText } from './outbox-json.ts'

export interface Progress {
  /** The next raw offset to read. */
  readonly next: bigint
  /** Where the last applied transaction ends in the log of the shop's database; null: none was. */
  readonly position: bigint | null
}

/** Waits for what an instance that was killed may have sent last. */
export async function readProgress(client: pg.Client): Promise<Progress> {
  const { rows } = await client.query<{ raw_offset: string; legacy_position: string | null }>(
    'SELECT raw_offset, legacy_position FROM fulfilment.progress FOR UPDATE',
  )
  const [row] = rows
  if (row === undefined) throw new Error('table fulfilment.progress is empty: the database was not made by schema.sql')
  const { raw_offset, legacy_position } = row
  return { next: BigInt(raw_offset), position: legacy_position === null ? null : BigInt(legacy_position) }
}

/**
 * Moves the tables on by a step. Raises an Error when another instance has moved them since `from` was read; nothing is
 * written then.
 */
export async function applyStep(
  client: pg.Client,
  { from, step, follow }: { from: bigint; step: LegacyStep; follow: (known: Dossiers) => Followed },
): Promise<void> {
  await client.query('BEGIN')
  try {
    await advance(client, from, step)
    const changes = [...step.found, ...step.changes]
    if (changes.length > 0) {
      const { dossiers, events, setAside } = follow(await knownDossiers(client, changes))
      await writeDossiers(client, dossiers)
      for (const event of events) {
        const values = [event.event, event.key, outboxText(event)]
        await client.query('INSERT INTO fulfilment.outbox (event, key, body) VALUES ($1, $2, $3)', values)
      }
      for (const { orderId, reason } of setAside) {
        const values = [orderId, reason, String(step.next)]
        await client.query(
          'INSERT INTO fulfilment.set_aside (order_id, reason, raw_offset) VALUES ($1, $2, $3)',
          values,
        )
      }
    }
    await client.query('COMMIT')
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined)
    throw error
  }
}

/** First of all: the row's lock is what lets one instance write at a time. */
async function advance(client: pg.Client, from: bigint, { next, position }: LegacyStep): Promise<void> {
  const { rowCount } = await client.query(
    `UPDATE fulfilment.progress SET raw_offset = $1, legacy_position = coalesce($2, legacy_position)
     WHERE raw_offset = $3 AND raw_offset < $1`,
    [String(next), position === null ? null : String(position), String(from)],
  )
  if (rowCount !== 1) {
    throw new Error(`raw offset ${from} was not the next one: another instance of the service works on its database`)
  }
}

async function knownDossiers(client: pg.Client, changes: LegacyStep['changes']): Promise<Dossiers> {
  const { orders, payments, parcels } = touchedBy(changes)
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

async function writeDossiers(client: pg.Client, dossiers: Dossiers): Promise<void> {
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
