/**
 * The story as a bounded run: snapshots, then the old applications at work, with daemon, Connect and databases killed in
 * the middle; in the end the rows that are kept are compared with the databases, and the outcome is held against
 * both by a check that shares no code with falsework.
 */
import { readFileSync } from 'node:fs'
import { StackError } from '../../stack/stack-error.ts'
import { daemon, falsework, mappingsOf, oldApplications, type Runtime, sourcesOf } from '../runtime.ts'
import { breakThings, stopEach } from './breaking.ts'
import { drained } from './drained.ts'
import { judge } from './judge.ts'

export interface StoryOptions {
  readonly seed: number
  readonly transactions: number
  readonly rate: number
  /** Kafka, Connect and the databases are each stopped for so long; 0: not at all. */
  readonly outageSeconds: number
  readonly say: (line: string) => void
}

const scratchPrefix = 'again.'

/** True when nothing is missing, repeated, out of order or different. */
export async function tellStory(runtime: Runtime, options: StoryOptions): Promise<boolean> {
  const { say, transactions, rate, seed } = options
  if (runtime.crm === null) say('there is no MariaDB server on this machine: the story is that of PostgreSQL alone')
  say('capture: applying the connectors; existing rows come as snapshots')
  await falsework(runtime, ['connector', 'apply', ...sourcesOf(runtime)])
  say('registering the mappings, starting the daemon and the old applications')
  await falsework(runtime, ['register', ...mappingsOf(runtime)])
  const translator = daemon(runtime)
  await translator.start()
  const told = { seed, transactions, rate, reconnect: 120 }
  const applications = oldApplications(
    runtime,
    Object.entries(told).flatMap(([name, value]) => [`--${name}`, String(value)]),
  )
  for (const application of applications) await application.start()
  await breakThings({ runtime, translator, applications, transactions, rate, say })
  if (options.outageSeconds > 0) await stopEach(runtime, options)
  for (const application of applications) {
    await application.exited
    const totals = readFileSync(application.spec.logFile, 'utf8').trim().split('\n').at(-1) ?? ''
    if (!totals.startsWith('{')) throw new StackError(`an old application failed: ${totals}`)
    say(`${application.spec.name} has ended: ${totals}`)
  }
  await drained(runtime, {})
  for (const source of sourcesOf(runtime)) say(await audited(runtime, source))
  say('translating the same raw logs a second time, into scratch topics')
  const again = { FALSEWORK_TOPICS_PREFIX: scratchPrefix, FALSEWORK_TOPICS_RAW_PREFIX: '' }
  await falsework(runtime, ['register', ...mappingsOf(runtime)], again)
  await translator.stop()
  const second = daemon(runtime, 'daemon-again', again)
  await second.start()
  await drained(runtime, again)
  await second.stop()
  return await judge(runtime, { scratchPrefix, say })
}

/** Raises what the audit says where the rows that are kept are not those of the database. */
async function audited(runtime: Runtime, source: string): Promise<string> {
  const output = await falsework(runtime, ['audit', source, '-o', 'json'])
  const { items } = JSON.parse(output) as { items: { tables: { rows: number }[] }[] }
  const tables = items.flatMap((item) => item.tables)
  const rows = tables.reduce((sum, table) => sum + table.rows, 0)
  return `audit of ${source}: ${rows} rows of ${tables.length} tables are kept as the database has them`
}
