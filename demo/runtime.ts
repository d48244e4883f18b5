/** The legacy databases on the local stack, with falsework beside them: prepared, started, asked, through its public face. */
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import type { Child } from '../stack/child.ts'
import { answers } from '../stack/stack-context.ts'
import type { Stack } from '../stack/stack.ts'
import { StackError } from '../stack/stack-error.ts'
import type { CrmAddress } from './crm/crm-database.ts'
import { seedCrm } from './crm/seed-crm.ts'
import { emailKey, emailKeyVariable } from './email-key.ts'
import { seedRows } from './seed-rows.ts'
import type { ShopAddress } from './shop-database.ts'

const root = join(import.meta.dirname, '..')
const database = 'shop'

export interface Runtime {
  readonly stack: Stack
  readonly stateFolder: string
  readonly shop: ShopAddress
  /** Call centre and warehouse, on MariaDB; null: there is no server on this machine. */
  readonly crm: CrmAddress | null
  readonly environment: Readonly<Record<string, string>>
}

/** Creates the databases with schema and first rows, unless they are there. */
export async function prepare(stack: Stack, options: { stateFolder: string; seed: number }): Promise<Runtime> {
  const shop = await prepareShop(stack, options.seed)
  const crm = stack.addresses.mariadb
  if (crm !== null) await seedCrm(crm, options.seed)
  return {
    stack,
    shop,
    crm,
    stateFolder: options.stateFolder,
    environment: { ...environmentOf(stack, shop), FALSEWORK_ROWS_DIRECTORY: join(options.stateFolder, 'rows') },
  }
}

/** By name, what there is to be captured. */
export const sourcesOf = ({ crm }: Runtime): readonly string[] => (crm === null ? ['shop'] : ['shop', 'crm'])

/** Those of the sources that there are; all of the project when there are both. */
export const mappingsOf = ({ crm }: Runtime): readonly string[] =>
  crm === null ? ['account', 'order-lifecycle', 'order-placed', 'product', 'web-order'] : []

async function prepareShop(stack: Stack, seed: number): Promise<ShopAddress> {
  const { host, port, user, password } = stack.addresses.postgres
  const shop: ShopAddress = { host, port, user, password, database }
  const server = new pg.Client({ host, port, user, password, database: 'postgres' })
  await server.connect()
  const { rowCount } = await server.query('SELECT FROM pg_database WHERE datname = $1', [database])
  if (rowCount === 0) await server.query(`CREATE DATABASE ${database}`)
  await server.end()
  const client = new pg.Client(shop)
  await client.connect()
  const { rows } = await client.query<{ there: boolean }>("SELECT to_regclass('public.orders') IS NOT NULL AS there")
  if (rows[0]?.there !== true) await client.query(readFileSync(join(root, 'demo', 'schema.sql'), 'utf8'))
  await client.end()
  await seedRows(shop, seed)
  return shop
}

function environmentOf({ addresses, ports }: Stack, shop: ShopAddress): Readonly<Record<string, string>> {
  return {
    FALSEWORK_KAFKA_BROKERS: addresses.brokers,
    FALSEWORK_REGISTRY_URL: addresses.registryUrl,
    FALSEWORK_CONNECT_URL: addresses.connectUrl,
    FALSEWORK_HTTP_PORT: String(ports.daemon),
    FALSEWORK_DAEMON_URL: `http://127.0.0.1:${ports.daemon}`,
    FALSEWORK_SHOP_HOST: shop.host,
    FALSEWORK_SHOP_PORT: String(shop.port),
    FALSEWORK_SHOP_DATABASE: shop.database,
    FALSEWORK_SHOP_USER: shop.user,
    FALSEWORK_SHOP_PASSWORD: shop.password,
    FALSEWORK_CONNECT_BROKERS: addresses.brokers,
    ...(addresses.mariadb !== null && {
      FALSEWORK_CRM_HOST: addresses.mariadb.host,
      FALSEWORK_CRM_PORT: String(addresses.mariadb.port),
      FALSEWORK_CRM_USER: addresses.mariadb.user,
      FALSEWORK_CRM_PASSWORD: addresses.mariadb.password,
    }),
    [emailKeyVariable]: emailKey,
  }
}

/** Runs one falsework command as a person would. Raises StackError with what it printed when it fails. */
export async function falsework(
  runtime: Runtime,
  parameters: readonly string[],
  more: Readonly<Record<string, string>> = {},
): Promise<string> {
  return await run(runtime, parameters, { more, isAnswer: (code) => code === 0 })
}

/** The same of a question, to which no is an answer, too. */
export const askedFalsework = async (runtime: Runtime, parameters: readonly string[]): Promise<string> =>
  await run(runtime, parameters, { more: {}, isAnswer: (code) => code === 0 || code === 1 })

interface Running {
  readonly more: Readonly<Record<string, string>>
  readonly isAnswer: (code: number | null) => boolean
}

const run = async ({ environment }: Runtime, parameters: readonly string[], { more, isAnswer }: Running) =>
  await output('src/cli/process.ts', parameters, { more: { ...environment, ...more }, isAnswer })

async function output(script: string, parameters: readonly string[], { more, isAnswer }: Running): Promise<string> {
  const child = spawn(process.execPath, [script, ...parameters], {
    cwd: root,
    env: { ...process.env, ...more },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [answer, complaints] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => (answer += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaints += text))
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  if (isAnswer(code)) return answer
  throw new StackError(
    `${script} ${parameters.join(' ')} ended with exit ${code ?? 'by a signal'}:\n${complaints}${answer}`,
  )
}

/** The daemon as a child process; `name` tells several apart. */
export function daemon(runtime: Runtime, name = 'daemon', more: Readonly<Record<string, string>> = {}): Child {
  const environment = { ...runtime.environment, ...more }
  const port = environment['FALSEWORK_HTTP_PORT'] ?? ''
  return runtime.stack.child({
    name,
    command: process.execPath,
    arguments: ['src/cli/process.ts', 'run'],
    environment,
    folder: root,
    logFile: join(runtime.stateFolder, 'logs', `${name}.log`),
    ready: async () => await answers(`http://127.0.0.1:${port}/livez`),
    readyWithinMs: 30_000,
  })
}

/** The old applications, one for each database; the last line of output of each is JSON with what it did. */
export function oldApplications(runtime: Runtime, parameters: readonly string[]): readonly Child[] {
  const application = (name: string, script: string): Child =>
    runtime.stack.child({
      name,
      command: process.execPath,
      arguments: [script, ...parameters],
      environment: runtime.environment,
      folder: root,
      logFile: join(runtime.stateFolder, 'logs', `${name}.log`),
      ready: async () => await Promise.resolve(true),
      readyWithinMs: 1_000,
    })
  const shop = application('old-application', 'demo/old-application/main.ts')
  return runtime.crm === null ? [shop] : [shop, application('old-crm', 'demo/crm/main.ts')]
}

export interface FulfilmentOptions {
  readonly behaviour: 'sound' | 'with bug'
  /** What it does itself in stores that it owns; nothing by default. */
  readonly ownWork?: { readonly seed: number; readonly transactionsPerSecond: number }
}

/** The new fulfilment service, with a database of its own beside the shop's. It may be started again, also without its bug. */
export function fulfilment(runtime: Runtime, { behaviour, ownWork }: FulfilmentOptions): Child {
  const { stack, stateFolder } = runtime
  const { addresses } = stack
  const options = {
    '--brokers': addresses.brokers,
    '--registry': addresses.registryUrl,
    '--database': fulfilmentDatabase(runtime),
    '--raw': 'raw.shop',
    '--transactional-id': 'falsework.native.order-lifecycle.1',
    ...(ownWork !== undefined && { '--seed': String(ownWork.seed), '--rate': String(ownWork.transactionsPerSecond) }),
  }
  return stack.child({
    name: 'fulfilment',
    command: process.execPath,
    arguments: [
      'demo/fulfilment/main.ts',
      ...Object.entries(options).flat(),
      ...(behaviour === 'with bug' ? ['--with-bug'] : []),
      ...(ownWork === undefined ? [] : ['--own-work']),
    ],
    folder: root,
    logFile: join(stateFolder, 'logs', 'fulfilment.log'),
    ready: async () => await Promise.resolve(true),
    readyWithinMs: 1_000,
  })
}

/** URL of the database that the new service has for itself. */
export const fulfilmentDatabase = ({ stack }: Runtime): string =>
  postgresUrl({ ...stack.addresses.postgres, database: 'fulfilment' })

function postgresUrl({ host, port, user, password, database }: ShopAddress): string {
  const url = new URL(`postgres://${host}:${port}/${database}`)
  url.username = user
  url.password = password
  return url.href
}

/**
 * Brings back to the shop what the new service has done in a store, in the epoch that `migrate rollback` shows. The
 * service has been started again since it was fenced. Raises StackError with what it said when it fails.
 */
export async function reverseSync(
  runtime: Runtime,
  { store, epoch }: { readonly store: number; readonly epoch: number },
): Promise<string> {
  const parameters = {
    '--database': fulfilmentDatabase(runtime),
    '--legacy': postgresUrl(runtime.shop),
    '--store': String(store),
    '--epoch': String(epoch),
  }
  return await output('demo/fulfilment/reverse-sync.ts', Object.entries(parameters).flat(), {
    more: {},
    isAnswer: (code) => code === 0,
  })
}

/** Waits until `condition` holds. Raises StackError that says what was waited for. */
export async function until(what: string, withinMs: number, condition: () => Promise<boolean>): Promise<void> {
  const deadlineMs = performance.now() + withinMs
  while (!(await condition())) {
    if (performance.now() > deadlineMs) throw new StackError(`${what}: not after ${withinMs / 1000} s`)
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}
