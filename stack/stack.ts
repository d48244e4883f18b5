/** The local stack: Kafka, Connect with Debezium, a schema registry, PostgreSQL and MariaDB, as child processes on 127.0.0.1. */
import { chmodSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Child, type ChildSpec } from './child.ts'
import { connect, type ConnectOptions } from './connect.ts'
import { cacheFolder, resolveJvmParts } from './jvm-parts.ts'
import { kafka } from './kafka.ts'
import { choosePorts, type Ports } from './ports.ts'
import { mariadb, mariadbPassword, mariadbUser } from './databases/mariadb.ts'
import { findMariadb } from './databases/mariadb-server.ts'
import { postgres, postgresPassword, postgresUser } from './databases/postgres.ts'
import { ownerFile, ProcessBook } from './process-book.ts'
import { registry, registryUrl } from './registry.ts'
import type { StackContext } from './stack-context.ts'
import { StackError } from './stack-error.ts'

export interface StackOptions {
  /** Everything that the run writes stands here. */
  readonly stateFolder: string
  readonly state: 'resume' | 'fresh'
  readonly connect?: ConnectOptions
  /** Options of the MariaDB server beside the usual ones. */
  readonly mariadb?: readonly string[]
  /** What is started; the rest can be started by hand. Default: everything. */
  readonly components?: 'everything' | 'kafka and registry'
  readonly onProgress: (line: string) => void
  /** Ends the start early: what was started is stopped, and StackError is raised. */
  readonly signal?: AbortSignal
}

export interface StackAddresses {
  readonly brokers: string
  readonly registryUrl: string
  readonly connectUrl: string
  readonly postgres: ServerAddress
  /** Null: no server is here and none can be had. */
  readonly mariadb: ServerAddress | null
  /** Jars of Kafka and Connect, as a class path. */
  readonly classPath: string
}

export interface ServerAddress {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
}

export interface Stack {
  readonly addresses: StackAddresses
  readonly ports: Ports
  readonly kafka: Child
  readonly connect: Child
  readonly registry: Child
  readonly postgres: Child
  readonly mariadb: Child | null
  /** A further child (the daemon, the old application) under the same book-keeping; not yet started. */
  child(spec: ChildSpec): Child
  /** Stops everything that this stack started, in order. */
  stop(): Promise<void>
}

/** Starts what is not running. Raises StackError, after stopping what it had started. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const stateFolder = resolve(options.stateFolder)
  mkdirSync(stateFolder, { recursive: true })
  chmodSync(stateFolder, 0o755)
  const book = new ProcessBook(stateFolder)
  book.claim()
  const orphans = await book.stopOrphans()
  if (orphans.length > 0) options.onProgress(`stopped what an earlier run left behind: ${orphans.join(', ')}`)
  if (options.state === 'fresh') {
    const old = readdirSync(stateFolder).filter((name) => name !== ownerFile && name !== 'processes')
    for (const name of old) rmSync(join(stateFolder, name), { recursive: true, force: true })
  }
  const configFolder = dirname(fileURLToPath(import.meta.url))
  const context: StackContext = {
    parts: await resolveJvmParts(options.onProgress),
    ports: await choosePorts(stateFolder),
    stateFolder,
    book,
    configFolder,
    logging: { 'log4j2.configurationFile': `${configFolder}/log4j2.yaml` },
  }
  const server = await findMariadb(cacheFolder(), options.onProgress)
  const databases = {
    postgres: postgres(context),
    mariadb: server === null ? null : mariadb(context, server, options.mariadb ?? []),
  }
  const stack = assemble(context, options.connect ?? { exactlyOnce: 'enabled' }, databases)
  try {
    await Promise.race([startComponents(stack, options), interruption(options.signal)])
  } catch (error) {
    await stack.stop()
    throw error
  }
  return stack
}

async function startComponents(stack: Stack, { components, onProgress }: StackOptions): Promise<void> {
  if (components === 'kafka and registry') {
    onProgress('starting Kafka and the registry')
    await Promise.all([stack.registry.start(), stack.kafka.start()])
    return
  }
  const names = stack.mariadb === null ? 'PostgreSQL' : 'PostgreSQL, MariaDB'
  onProgress(`starting ${names}, Kafka, Connect and the registry`)
  await Promise.all([
    stack.postgres.start(),
    stack.mariadb?.start(),
    stack.registry.start(),
    stack.kafka.start().then(async () => await stack.connect.start()),
  ])
}

/** Rejects when the signal fires, or has fired. */
async function interruption(signal: AbortSignal | undefined): Promise<never> {
  return await new Promise((_resolve, reject) => {
    const interrupt = (): void => reject(new StackError('interrupted'))
    if (signal?.aborted === true) interrupt()
    else signal?.addEventListener('abort', interrupt, { once: true })
  })
}

function assemble(
  context: StackContext,
  connectOptions: ConnectOptions,
  databases: Pick<Stack, 'postgres' | 'mariadb'>,
): Stack {
  const { ports, parts, book } = context
  const components = {
    kafka: kafka(context),
    connect: connect(context, connectOptions),
    registry: registry(context),
    ...databases,
  }
  const others: Child[] = []
  return {
    ...components,
    ports,
    addresses: {
      brokers: `127.0.0.1:${ports.kafka}`,
      registryUrl: registryUrl(ports.registry),
      connectUrl: `http://127.0.0.1:${ports.connect}`,
      postgres: { host: '127.0.0.1', port: ports.postgres, user: postgresUser, password: postgresPassword },
      mariadb:
        databases.mariadb === null
          ? null
          : { host: '127.0.0.1', port: ports.mariadb, user: mariadbUser, password: mariadbPassword },
      classPath: `${parts.libs}/*`,
    },
    child: (spec) => {
      const child = new Child(spec, book)
      others.push(child)
      return child
    },
    stop: async () => {
      book.close()
      // Writers before what they write to.
      await Promise.all(others.map(async (child) => await child.stop()))
      await components.connect.stop()
      const { kafka: broker, registry: schemas, postgres: rows, mariadb: otherRows } = components
      await Promise.all([broker.stop(), schemas.stop(), rows.stop(), otherRows?.stop()])
      book.release()
    },
  }
}
