/** The way into the shop's database, as the environment says it. */

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
