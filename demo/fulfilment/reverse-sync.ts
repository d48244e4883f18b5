/** The reverse sync: what the service has done in a store goes back to the legacy shop, when the store does. */
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import type pg from 'pg'
import { bringBackStore, isHandedBack, type StoreToBringBack, type SyncTotals } from './back/bring-back-store.ts'
import { connectTo } from './store/database.ts'

const usage = `node demo/fulfilment/reverse-sync.ts options
  --database URL   of the service
  --legacy URL     of the shop's database
  --as USER:PASSWORD  of the shop's database (falsework_sync:falsework_sync)
  --store N        which one
  --epoch E        in which it is taken back: falsework migrate rollback shows it
It may be run again, whatever became of an earlier run.`

/** A service that was fenced is started again, and then takes out of its outbox what was never published. */
const patienceMs = 60_000
const pollMs = 200

async function main(parameters: readonly string[]): Promise<SyncTotals> {
  const { values } = parseArgs({
    args: [...parameters],
    options: {
      database: { type: 'string', default: '' },
      legacy: { type: 'string', default: '' },
      as: { type: 'string', default: 'falsework_sync:falsework_sync' },
      store: { type: 'string', default: '' },
      epoch: { type: 'string', default: '' },
    },
  })
  for (const [name, value] of Object.entries(values)) if (value === '') throw new Error(`--${name} is missing`)
  const toBringBack = { store: Number(values.store), epoch: Number(values.epoch) }
  const legacy = new URL(values.legacy)
  const [user = '', password = ''] = values.as.split(':')
  legacy.username = user
  legacy.password = password
  const own = await connectTo(values.database)
  try {
    const shop = await connectTo(legacy.href)
    try {
      await untilHandedBack(own, toBringBack)
      return await bringBackStore({ own, shop }, toBringBack)
    } finally {
      await shop.end()
    }
  } finally {
    await own.end()
  }
}

async function untilHandedBack(own: pg.Client, toBringBack: StoreToBringBack): Promise<void> {
  const deadlineMs = performance.now() + patienceMs
  while (!(await isHandedBack(own, toBringBack))) {
    if (performance.now() > deadlineMs) {
      throw new Error(`the service still works for store ${toBringBack.store}: start it again, and it hands it back`)
    }
    await sleep(pollMs)
  }
}

if (process.argv.includes('--help')) process.stdout.write(`${usage}\n`)
else {
  try {
    process.stdout.write(`${JSON.stringify(await main(process.argv.slice(2)))}\n`)
  } catch (error) {
    process.stderr.write(`reverse sync: ${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
  }
}
