/** The way into the shop's database. */
import pg from 'pg'

export interface ShopAddress {
  readonly host: string
  readonly port: number
  readonly database: string
  readonly user: string
  readonly password: string
}

/** Raises an Error that names what is missing. */
export function shopAddress(environment: Readonly<Record<string, string | undefined>>): ShopAddress {
  const read = (name: string): string => {
    const value = environment[`FALSEWORK_SHOP_${name}`]
    if (value === undefined || value === '') throw new Error(`FALSEWORK_SHOP_${name} is not set`)
    return value
  }
  return {
    host: read('HOST'),
    port: Number(read('PORT')),
    database: read('DATABASE'),
    user: read('USER'),
    password: read('PASSWORD'),
  }
}

/** Raises an Error that says where nobody answered and why, with what pg raised as its cause. */
export async function connectToShop(address: ShopAddress): Promise<pg.Client> {
  const client = new pg.Client({ ...address, application_name: 'old-application' })
  // A connection that breaks between two statements is reported by the next one.
  client.on('error', () => undefined)
  try {
    await client.connect()
    return client
  } catch (cause) {
    await client.end().catch(() => undefined)
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new Error(`${address.host}:${address.port}/${address.database} cannot be reached: ${reason}`, { cause })
  }
}
