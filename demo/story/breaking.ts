/** What goes wrong in the story: nothing of it may be seen in the events. */
import mysql from 'mysql2/promise'
import pg from 'pg'
import type { Child } from '../../stack/child.ts'
import { falsework, type Runtime, sourcesOf, until } from '../runtime.ts'

interface Breaking {
  readonly runtime: Runtime
  readonly translator: Child
  readonly applications: readonly Child[]
  /** Of each old application, how many and how fast. */
  readonly transactions: number
  readonly rate: number
  readonly say: (line: string) => void
}

/** The daemon is killed at 40 % of the story, Connect at 60 % and the databases at 80 %, none with a warning. */
export async function breakThings({
  runtime,
  translator,
  applications,
  transactions,
  rate,
  say,
}: Breaking): Promise<void> {
  const withinMs = (transactions / rate) * 1000 + 120_000
  const committed = async (share: number): Promise<void> => {
    const wanted = Math.floor(transactions * share)
    await until(`${wanted} transactions of each old application`, withinMs, async () => {
      const counts = await committedOf(runtime)
      // One that has ended has written all that it was to, or has failed, which the story tells in the end.
      return counts.every((count, at) => count >= wanted || applications[at]?.running === false)
    })
  }
  await committed(0.4)
  say('kill -9 of the daemon, and a new one')
  await translator.kill('SIGKILL')
  await translator.start()
  await committed(0.6)
  say('kill -9 of Kafka Connect, and a new one')
  const { connect, postgres, mariadb } = runtime.stack
  await connect.kill('SIGKILL')
  await connect.start()
  await committed(0.75)
  const databases = mariadb === null ? [postgres] : [postgres, mariadb]
  say(`kill -9 of ${databases.map(({ spec }) => spec.name).join(' and ')}, and new ones`)
  for (const database of databases) await database.kill('SIGKILL')
  for (const database of databases) await database.start()
  await capturesAgain(runtime)
  await committed(0.8)
}

/** One after the other: everything must go on by itself, but for a task of Connect, which a person applies again. */
export async function stopEach(
  runtime: Runtime,
  { outageSeconds, say }: { readonly outageSeconds: number; readonly say: (line: string) => void },
): Promise<void> {
  const { kafka, connect, postgres, mariadb } = runtime.stack
  const components = { Kafka: kafka, 'Kafka Connect': connect, PostgreSQL: postgres, MariaDB: mariadb }
  for (const [name, component] of Object.entries(components)) {
    if (component === null) continue
    say(`${name} is stopped for ${outageSeconds} s`)
    await component.stop()
    await new Promise((resolve) => setTimeout(resolve, outageSeconds * 1000))
    await component.start()
    await capturesAgain(runtime)
  }
}

/** As a person would: Connect does not answer while its group is forming again. */
export async function capturesAgain(runtime: Runtime): Promise<void> {
  await until('the connectors to run again', 120_000, async () => {
    return await falsework(runtime, ['connector', 'apply', ...sourcesOf(runtime)]).then(
      () => true,
      () => false,
    )
  })
}

/** Transactions of each old application. */
export async function committedOf({ shop, crm }: Runtime): Promise<readonly number[]> {
  const query = 'SELECT count(*) AS n FROM audit.transactions'
  const client = new pg.Client(shop)
  await client.connect()
  const { rows } = await client.query<{ n: string }>(query)
  await client.end()
  const ofShop = Number(rows[0]?.n ?? 0)
  if (crm === null) return [ofShop]
  const connection = await mysql.createConnection({ ...crm })
  const [counted] = await connection.query<mysql.RowDataPacket[]>(query)
  await connection.end()
  return [ofShop, Number(counted[0]?.['n'] ?? 0)]
}
