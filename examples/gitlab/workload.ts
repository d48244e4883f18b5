/** Works on the GitLab database: transactions that a seed decides, each of which notes what is to be published for it. */
import { parseArgs } from 'node:util'
import pg from 'pg'
import { planTransactions } from './workload/plan.ts'
import { type PlannedTransaction, sqlOf } from './workload/transaction.ts'

const noted = 'INSERT INTO expected.events (topic, type, key, fields) VALUES ($1, $2, $3, $4)'

async function run(client: pg.Client, { statements, events, ending }: PlannedTransaction): Promise<void> {
  await client.query('BEGIN')
  for (const statement of statements) {
    const { text, values } = sqlOf(statement)
    const { rowCount } = await client.query(text, [...values])
    if (rowCount !== 1) throw new Error(`${rowCount ?? 0} rows, not one: ${text} of ${JSON.stringify(values)}`)
  }
  for (const { topic, type, key, fields } of events)
    await client.query(noted, [topic, type, key, JSON.stringify(fields)])
  await client.query(ending)
}

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    transactions: { type: 'string', default: '400' },
    // The opening: rows that nothing is published for, and that a snapshot may find.
    part: { type: 'string', default: 'all' },
  },
})
const plan = planTransactions(Number(values.seed), Number(values.transactions))
const parts = new Map([
  ['all', plan],
  ['opening', plan.slice(0, 1)],
  ['story', plan.slice(1)],
])
const transactions = parts.get(values.part)
if (transactions === undefined) throw new Error(`--part is one of ${[...parts.keys()].join(', ')}`)

const address = (name: string): string | undefined => process.env[`FALSEWORK_GITLAB_${name}`]
const client = new pg.Client({
  host: address('HOST'),
  port: Number(address('PORT')),
  database: address('DATABASE'),
  user: address('USER'),
  password: address('PASSWORD'),
  options: '-c TimeZone=UTC',
})
await client.connect()
for (const transaction of transactions) await run(client, transaction)
await client.end()
