/** A legacy shop of a test's own: a database with the shop's schema and the rows of a seed. */
import { readFileSync } from 'node:fs'
import pg from 'pg'
import { seedRows } from '../../../demo/seed-rows.ts'
import type { ShopAddress } from '../../../demo/shop-database.ts'
import { isolated } from '../../stack/isolated.ts'

const schema = readFileSync(new URL('../../../demo/schema.sql', import.meta.url), 'utf8')

export async function legacyShop(name: string, content: 'seeded' | 'empty'): Promise<ShopAddress> {
  const address = await isolated(name).database()
  await withClient(address, async (client) => await client.query(schema))
  if (content === 'seeded') await seedRows(address, 1)
  return address
}

export async function withClient<T>(address: ShopAddress, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(address)
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

export const environmentOf = (address: ShopAddress): Record<string, string> => ({
  FALSEWORK_SHOP_HOST: address.host,
  FALSEWORK_SHOP_PORT: String(address.port),
  FALSEWORK_SHOP_DATABASE: address.database,
  FALSEWORK_SHOP_USER: address.user,
  FALSEWORK_SHOP_PASSWORD: address.password,
})
