/** Waits until everything that was committed so far is published. */
import mysql from 'mysql2/promise'
import pg from 'pg'
import type { CrmAddress } from '../crm/crm-database.ts'
import { falsework, type Runtime, sourcesOf, until } from '../runtime.ts'
import type { ShopAddress } from '../shop-database.ts'

const withinMs = 90_000

/** In the raw logs, and behind the checkpoints. `more`: the environment of another daemon. */
export async function drained(runtime: Runtime, more: Readonly<Record<string, string>>): Promise<void> {
  await shopCaptured(runtime.shop)
  if (runtime.crm !== null) await crmCaptured(runtime, runtime.crm)
  const ends = new Map<string, number>()
  for (const source of sourcesOf(runtime)) {
    const { position, lag } = await statusOf(runtime, source, more)
    ends.set(source, (position ?? 0) + (lag ?? 0))
  }
  for (const [source, end] of ends) {
    await until(`the daemon to reach the end of the raw log of ${source}`, withinMs, async () => {
      const { position, lag } = await statusOf(runtime, source, more)
      return position !== null && lag !== null && position >= end
    })
  }
}

interface Status {
  readonly source: string
  readonly position: number | null
  readonly lag: number | null
}

async function statusOf(runtime: Runtime, source: string, more: Readonly<Record<string, string>>): Promise<Status> {
  const output = await falsework(runtime, ['status', '-o', 'json'], more)
  const { items } = JSON.parse(output) as { items: Status[] }
  return items.find((item) => item.source === source) ?? { source, position: null, lag: null }
}

async function shopCaptured(shop: ShopAddress): Promise<void> {
  const client = new pg.Client(shop)
  await client.connect()
  const { rows } = await client.query<{ lsn: string }>('SELECT pg_current_wal_lsn() AS lsn')
  const lsn = rows[0]?.lsn ?? ''
  await until('the connector of the shop to confirm all that was committed', withinMs, async () => {
    const slot = await client.query<{ passed: boolean }>(
      "SELECT confirmed_flush_lsn >= $1::pg_lsn AS passed FROM pg_replication_slots WHERE slot_name = 'falsework_shop'",
      [lsn],
    )
    return slot.rows[0]?.passed === true
  })
  await client.end()
}

/** A connector of MariaDB confirms nothing to the server: its stored offset tells. */
async function crmCaptured({ stack }: Runtime, crm: CrmAddress): Promise<void> {
  const connection = await mysql.createConnection({ ...crm })
  const [rows] = await connection.query<mysql.RowDataPacket[]>('SELECT @@gtid_current_pos AS gtid')
  await connection.end()
  const wanted = numberOf(String(rows[0]?.['gtid']))
  await until('the connector of MariaDB to pass all that was committed', withinMs, async () => {
    const response = await fetch(`${stack.addresses.connectUrl}/connectors/crm/offsets`)
    if (!response.ok) return false
    const { offsets } = (await response.json()) as {
      readonly offsets: readonly { readonly offset: { readonly gtids?: string } }[]
    }
    return numberOf(offsets[0]?.offset.gtids ?? '') >= wanted
  })
}

/** Of the one domain that the server has: 13 of `0-1-13`. */
const numberOf = (gtid: string): number => Number(gtid.split('-')[2] ?? 0)
