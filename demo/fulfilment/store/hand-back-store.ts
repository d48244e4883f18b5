/** Stores that are handed back: what was never published is taken out of the service's tables. */
import type pg from 'pg'
import type { Dossier } from '../orders/dossier.ts'
import { type DossierRows, dossierOf } from './dossier-rows.ts'
import { writeDossiers } from './dossier-store.ts'
import type { OwnedStore } from './own-store.ts'
import { inTransaction, lockWriting } from './transaction.ts'

/** Those that were not handed back. */
export async function openOwned(client: pg.Client): Promise<readonly OwnedStore[]> {
  const { rows } = await client.query<{ store: number; epoch: string }>(
    'SELECT store, epoch FROM fulfilment.owned WHERE handed_back IS NULL ORDER BY store, epoch',
  )
  return rows.map(({ store, epoch }) => ({ store, epoch: Number(epoch) }))
}

/** From here on the service does nothing more for the store under this epoch, and nothing of it is left to be published. */
export async function closeOwned(
  client: pg.Client,
  { store, epoch, published, handedBack }: OwnedStore & { readonly published: bigint; readonly handedBack: number },
): Promise<void> {
  await inTransaction(client, async () => {
    await lockWriting(client)
    const { rows } = await client.query<{ number: string; order_id: string; before: DossierRows }>(
      `SELECT number, order_id, before FROM fulfilment.own_work w WHERE store = $1 AND epoch = $2
         AND EXISTS (SELECT FROM fulfilment.outbox o WHERE o.own_number = w.number AND o.sequence > $3)
       ORDER BY number DESC`,
      [store, epoch, String(published)],
    )
    // The oldest comes last, and is what counts.
    const before = new Map(rows.map((row): [string, Dossier] => [row.order_id, dossierOf(row.before)]))
    await writeDossiers(client, before)
    await client.query('DELETE FROM fulfilment.own_work WHERE number = ANY($1)', [rows.map(({ number }) => number)])
    await client.query('UPDATE fulfilment.owned SET handed_back = $3 WHERE store = $1 AND epoch = $2', [
      store,
      epoch,
      handedBack,
    ])
  })
}
