/** One transaction on a session: all of the work, or nothing of it. */
import type pg from 'pg'

export async function inTransaction<T>(client: pg.Client, work: () => Promise<T>): Promise<T> {
  await client.query('BEGIN')
  try {
    const done = await work()
    await client.query('COMMIT')
    return done
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined)
    throw error
  }
}

/** One session writes at a time: sequences of the outbox grow with commits. */
export async function lockWriting(client: pg.Client): Promise<void> {
  await client.query('SELECT FROM fulfilment.progress FOR UPDATE')
}
