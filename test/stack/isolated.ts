/** What a test file has for itself on the shared stack: a topic prefix, a database, a connector. */
import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { inject } from 'vitest'
import type { StackAddresses } from '../../stack/stack.ts'

export interface Isolated {
  readonly stack: StackAddresses
  /** Put before every topic of the file. */
  readonly prefix: string
  /** Creates a database under a name of its own and gives the way into it. */
  readonly database: () => Promise<DatabaseAddress>
}

export interface DatabaseAddress {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
  readonly database: string
}

/** `name` makes the topics recognisable; a random part keeps two runs of one file apart. */
export function isolated(name: string): Isolated {
  const stack = inject('stack')
  const id = `${name}_${randomBytes(3).toString('hex')}`
  return {
    stack,
    prefix: `${id.replaceAll('_', '-')}.`,
    database: async () => {
      const server = new pg.Client({ ...stack.postgres, database: 'postgres' })
      await server.connect()
      await server.query(`CREATE DATABASE ${pg.escapeIdentifier(id)}`)
      await server.end()
      return { ...stack.postgres, database: id }
    },
  }
}
