/** The service's tables: each step of the legacy shop is applied in one transaction, with the raw offset behind it. */
import type pg from 'pg'
import { closedBy, type Fence } from '../legacy/fences.ts'
import type { LegacyStep } from '../legacy/transactions.ts'
import { touchedBy } from '../orders/apply-changes.ts'
import type { Followed, Following } from '../orders/follow-step.ts'
import { knownDossiers, writeDossiers } from './dossier-store.ts'
import { inTransaction } from './transaction.ts'
import { appendToOutbox } from './outbox.ts'

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
  { from, step, follow }: { from: bigint; step: LegacyStep; follow: (following: Following) => Followed },
): Promise<void> {
  await inTransaction(client, async () => {
    await advance(client, from, step)
    const isClosed = closedBy(await readFences(client))
    for (const fence of step.fences) await writeFence(client, fence)
    const changes = [...step.found, ...step.changes]
    if (changes.length === 0) return
    const { dossiers, events, setAside } = follow({ known: await knownDossiers(client, touchedBy(changes)), isClosed })
    await writeDossiers(client, dossiers)
    for (const event of events) await appendToOutbox(client, event, null)
    for (const { orderId, reason } of setAside) {
      const values = [orderId, reason, String(step.next)]
      await client.query('INSERT INTO fulfilment.set_aside (order_id, reason, raw_offset) VALUES ($1, $2, $3)', values)
    }
  })
}

export async function readFences(client: pg.Client): Promise<readonly Fence[]> {
  const { rows } = await client.query<{ mapping: string; scope: string; owner: Fence['owner']; epoch: string }>(
    'SELECT mapping, scope, owner, epoch FROM fulfilment.fences',
  )
  return rows.map(({ epoch, ...fence }) => ({ ...fence, epoch: Number(epoch) }))
}

async function writeFence(client: pg.Client, { mapping, scope, owner, epoch }: Fence): Promise<void> {
  await client.query(
    `INSERT INTO fulfilment.fences (mapping, scope, owner, epoch) VALUES ($1, $2, $3, $4)
     ON CONFLICT (mapping, scope) DO UPDATE SET owner = excluded.owner, epoch = excluded.epoch`,
    [mapping, scope, owner, epoch],
  )
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
