/** Notes what is expected to be published. */
import type mysql from 'mysql2/promise'
import type { NumberedEvent } from '../old-application/plan/plan-transactions.ts'

/** `transaction`: its number; null: of rows that the snapshot finds. */
export async function writeExpected(
  connection: mysql.Connection,
  transaction: number | null,
  events: readonly NumberedEvent[],
): Promise<void> {
  for (const { topic, type, key, keySequence, subject, time, fields } of events) {
    await connection.query('INSERT INTO audit.expected_events VALUES (?, ?, ?, ?, ?, ?, ?, ?)', [
      transaction,
      topic,
      type,
      key,
      keySequence,
      subject,
      time,
      JSON.stringify(fields),
    ])
  }
}
