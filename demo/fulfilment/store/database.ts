/** The way into the service's own database. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'

/** PostgreSQL's code for a database that is not there. */
const noSuchDatabase = '3D000'

/** Creates database and tables unless they are there. Raises what pg raises. */
export async function prepareDatabase(url: string): Promise<void> {
  const client = await connectTo(url).catch(async (error: unknown) => {
    if (!(error instanceof pg.DatabaseError) || error.code !== noSuchDatabase) throw error
    await createDatabase(url)
    return await connectTo(url)
  })
  try {
    const { rows } = await client.query<{ there: boolean }>(
      "SELECT to_regclass('fulfilment.progress') IS NOT NULL AS there",
    )
    if (rows[0]?.there !== true) await client.query(readFileSync(join(import.meta.dirname, '..', 'schema.sql'), 'utf8'))
  } finally {
    await client.end()
  }
}

/** In UTC, so that instants in JSON are. */
export async function connectTo(url: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'fulfilment',
    options: '-c timezone=UTC',
  })
  // A connection that breaks between two statements is reported by the next one.
  client.on('error', () => undefined)
  await client.connect()
  return client
}

async function createDatabase(url: string): Promise<void> {
  const server = new URL(url)
  const name = decodeURIComponent(server.pathname.slice(1))
  server.pathname = '/postgres'
  const client = await connectTo(server.href)
  try {
    await client.query(`CREATE DATABASE ${pg.escapeIdentifier(name)}`)
  } finally {
    await client.end()
  }
}
