/** Works on the OpenCart database row by row, as a seed decides, and notes what is to be published for each row. */
import { parseArgs } from 'node:util'
import mysql from 'mysql2/promise'
import type { PlannedTransaction } from '../gitlab/workload/transaction.ts'
import { sqlOf } from './workload/commits.ts'
import { planCommits } from './workload/plan.ts'

const noted = 'INSERT INTO opencart_expected.events (topic, type, `key`, fields) VALUES (?, ?, ?, ?)'

/** Each statement is a commit of its own. */
async function run(connection: mysql.Connection, { statements, events }: PlannedTransaction): Promise<void> {
  for (const statement of statements) {
    const { text, values } = sqlOf(statement)
    const [{ affectedRows }] = await connection.query<mysql.ResultSetHeader>(text, [...values])
    if (affectedRows !== 1) throw new Error(`${affectedRows} rows, not one: ${text} of ${JSON.stringify(values)}`)
  }
  for (const { topic, type, key, fields } of events)
    await connection.query(noted, [topic, type, key, JSON.stringify(fields)])
}

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    actions: { type: 'string', default: '400' },
    part: { type: 'string', default: 'all' },
  },
})
const { opening, story } = planCommits(Number(values.seed), Number(values.actions))
const parts = new Map([
  ['all', [...opening, ...story]],
  ['opening', opening],
  ['story', story],
])
const commits = parts.get(values.part)
if (commits === undefined) throw new Error(`--part is one of ${[...parts.keys()].join(', ')}`)

const address = (name: string): string => process.env[`FALSEWORK_OPENCART_${name}`] ?? ''
const connection = await mysql.createConnection({
  host: address('HOST'),
  port: Number(address('PORT')),
  user: address('USER'),
  password: address('PASSWORD'),
})
// As the application sets it: dates of zeros are taken, and texts that are too long are cut.
await connection.query("SET SESSION sql_mode = 'NO_ZERO_IN_DATE,NO_ENGINE_SUBSTITUTION', time_zone = '+00:00'")
for (const commit of commits) await run(connection, commit)
await connection.end()
