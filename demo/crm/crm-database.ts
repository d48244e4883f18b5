/** The way into the databases of the call centre and the warehouse, on MariaDB. */
import mysql from 'mysql2/promise'

export interface CrmAddress {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
}

/** Raises an Error that names what is missing. */
export function crmAddress(environment: Readonly<Record<string, string | undefined>>): CrmAddress {
  const read = (name: string): string => {
    const value = environment[`FALSEWORK_CRM_${name}`]
    if (value === undefined || value === '') throw new Error(`FALSEWORK_CRM_${name} is not set`)
    return value
  }
  return { host: read('HOST'), port: Number(read('PORT')), user: read('USER'), password: read('PASSWORD') }
}

/** As the old application works: whatever it is told, zero dates included, in UTC, each row read as it is at that moment. */
export async function connectToCrm(address: CrmAddress): Promise<mysql.Connection> {
  const connection = await mysql.createConnection({ ...address, multipleStatements: true, timezone: 'Z' })
  // A connection that breaks between two statements is reported by the next one.
  connection.on('error', () => undefined)
  await connection.query(
    `SET sql_mode = '', time_zone = '+00:00'; SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED`,
  )
  return connection
}
