/** Notes what is expected to be published. */
import type pg from 'pg'
import type { NumberedEvent } from '../plan/plan-transactions.ts'

/** `transaction`: its number; null: of rows that the snapshot finds. */
export async function writeEvents(
  client: pg.Client,
  transaction: number | null,
  events: readonly NumberedEvent[],
): Promise<void> {
  for (const { topic, type, key, keySequence, subject, time, fields } of events) {
    await client.query(
      `INSERT INTO audit.expected_events (transaction_id, topic, type, key, key_seq, subject, event_time, fields)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [transaction, topic, type, key, keySequence, subject, time, JSON.stringify(fields)],
    )
  }
}
