import pg from 'pg'
import { afterAll, describe } from 'vitest'
import type { PostgresAddress } from '../../../src/adapters/postgres/connection.ts'
import { openPostgresSignalSender } from '../../../src/adapters/postgres/postgres-signal-sender.ts'
import { tableName } from '../../../src/core/catalog/catalog.ts'
import { signalSenderContract } from '../../contract/signal-sender.ts'
import { isolated } from '../../stack/isolated.ts'

describe('the signal sender of PostgreSQL', () => {
  let client: pg.Client
  const ready: Promise<PostgresAddress> = isolated('signals')
    .database()
    .then(async (database) => {
      client = new pg.Client(database)
      await client.connect()
      await client.query(
        'CREATE SCHEMA "odd ""one"""; CREATE TABLE "odd ""one"""."Sig.nals" (key varchar(64) PRIMARY KEY, what text, "with" text)',
      )
      return database
    })
  afterAll(async () => await client.end())

  signalSenderContract({
    table: tableName('odd "one"', 'Sig.nals'),
    missing: tableName('public', 'none'),
    open: async () => await openPostgresSignalSender(await ready),
    rows: async () => {
      await ready
      const { rows } = await client.query<string[]>({
        text: 'SELECT * FROM "odd ""one"""."Sig.nals"',
        rowMode: 'array',
      })
      return rows
    },
  })
})
