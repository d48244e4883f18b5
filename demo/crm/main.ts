/** The old applications on MariaDB: they write rows as they always have, and note what they expect to be published. */
import { setTimeout as sleep } from 'node:timers/promises'
import { emailKey } from '../email-key.ts'
import { Random } from '../old-application/plan/random.ts'
import { type Options, readOptions } from '../old-application/options.ts'
import { crmAddress, connectToCrm } from './crm-database.ts'
import { planCrm } from './crm-plan.ts'
import { CrmSession } from './crm-session.ts'
import { loadCrm } from './load-crm.ts'

interface Totals {
  committed: number
  rolledBack: number
  expectedEvents: number
  reconnects: number
}

async function main(): Promise<Totals> {
  const options = readOptions(process.argv.slice(2))
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
  const totals: Totals = { committed: 0, rolledBack: 0, expectedEvents: 0, reconnects: 0 }
  const shares = Array.from({ length: options.sessions }, (_none, share) => share)
  await Promise.all(shares.map(async (share) => await session(share, options, { totals, stop: stop.signal })))
  return totals
}

async function session(
  share: number,
  { seed, sessions, length, pace, lostConnection }: Options,
  { totals, stop }: { readonly totals: Totals; readonly stop: AbortSignal },
): Promise<void> {
  const address = crmAddress(process.env)
  const connection = await connectToCrm(address)
  const world = await loadCrm(connection, share, sessions)
  await connection.end()
  const random = new Random(seed * 1_000_003 + world.next.transaction)
  const count = length.kind === 'endless' ? Infinity : Math.ceil((length.transactions - share) / sessions)
  const pauseMs = pace.kind === 'unlimited' ? 0 : (sessions * 1000) / pace.transactionsPerSecond
  const outageMsMax = lostConnection.kind === 'reconnect' ? lostConnection.outageMsMax : 0
  const work = new CrmSession(address, outageMsMax)
  const plan = planCrm({ world, random, emailKey })
  for (let done = 0; done < count && !stop.aborted; done += 1) {
    const transaction = plan.next().value
    await work.carryOut(transaction)
    totals[transaction.ending === 'commit' ? 'committed' : 'rolledBack'] += 1
    totals.expectedEvents += transaction.events.length
    await sleep(pauseMs)
  }
  totals.reconnects += work.reconnects
  await work.close()
}

try {
  process.stdout.write(`${JSON.stringify(await main())}\n`)
} catch (error) {
  process.stderr.write(`old applications on MariaDB: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
