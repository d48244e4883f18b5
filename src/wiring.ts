/** Puts adapters behind the ports, for one project folder. The one place that knows which adapter is used. */
import { randomUUID } from 'node:crypto'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { userInfo } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { connectAnswersWithinMs } from './adapters/connect/connect-client.ts'
import { restConnectorAdmin } from './adapters/connect/rest-connector-admin.ts'
import { restConnectorOffsets } from './adapters/connect/rest-connector-offsets.ts'
import { copyConnectPlugin } from './adapters/files/connect-plugin.ts'
import { type FileWatch, watchFiles } from './adapters/files/file-watch.ts'
import { readProjectTemplate, writeNewFiles } from './adapters/files/new-files.ts'
import { readProjectFile, writeProjectFile } from './adapters/files/project-file.ts'
import { projectFolders, readProject } from './adapters/files/project-files.ts'
import { readTextFile } from './adapters/files/text-file.ts'
import { connectKafka, type KafkaPorts } from './adapters/kafka/connect-kafka.ts'
import type { PublishStep } from './adapters/kafka/transactional-output.ts'
import { borrowLmdbRowStores, copyLmdbRowStores } from './adapters/lmdb/lmdb-copies.ts'
import { openLmdbParityStores } from './adapters/lmdb/lmdb-parity-store.ts'
import { findLmdbRowStores, openLmdbRowStores } from './adapters/lmdb/lmdb-row-store.ts'
import type { MariadbAddress } from './adapters/mariadb/connection.ts'
import { openMariadbGuard } from './adapters/mariadb/mariadb-guard.ts'
import { openMariadbInspector } from './adapters/mariadb/mariadb-inspector.ts'
import { openMariadbSignalSender } from './adapters/mariadb/mariadb-signal-sender.ts'
import { openMariadbTableReader } from './adapters/mariadb/mariadb-table-reader.ts'
import { pinoLog } from './adapters/pino/pino-log.ts'
import type { PostgresAddress } from './adapters/postgres/connection.ts'
import { openPostgresGuard } from './adapters/postgres/postgres-guard.ts'
import { openPostgresInspector } from './adapters/postgres/postgres-inspector.ts'
import { openPostgresSignalSender } from './adapters/postgres/postgres-signal-sender.ts'
import { openPostgresTableReader } from './adapters/postgres/postgres-table-reader.ts'
import { prometheusMetrics, type PrometheusMetrics } from './adapters/prometheus/prometheus-metrics.ts'
import { restSchemaRegistry } from './adapters/schema-registry/rest-schema-registry.ts'
import { systemClock } from './adapters/system/system-clock.ts'
import type { Project, TextFile } from './app/project/project-texts.ts'
import { brand } from './brand.ts'
import { readConnectorFile } from './config/connector-file.ts'
import { declaredSource, type ProjectConfig, readProjectConfig } from './config/project-config.ts'
import { type ReferenceSources, resolveReferences } from './config/references.ts'
import type { SourceKind } from './core/catalog/catalog.ts'
import { type TopicNames, topicNames } from './core/delivery/topic-names.ts'
import { parseTableName } from './core/catalog/table-name.ts'
import { placeText } from './core/diagnostics/render-problem.ts'
import { FalseworkError } from './core/diagnostics/falsework-error.ts'
import type { GuardPlace } from './core/migration/guard/guard-place.ts'
import type { Clock, Log } from './ports/clock-log-metrics.ts'
import type { ConnectorAdmin } from './ports/connect/connector-admin.ts'
import type { ConnectorOffsets } from './ports/connect/connector-offsets.ts'
import type { DatabaseInspector } from './ports/database/database-inspector.ts'
import type { DatabaseAccount, GuardedDatabase, OpenGuard } from './ports/database/guard.ts'
import type { OpenParityStore } from './ports/parity-store.ts'
import type { BorrowRowStore, CopyRowStore, FindRowStore, OpenRowStore } from './ports/row-store.ts'
import type { SchemaRegistry } from './ports/schema-registry.ts'
import type { OpenSignalSender, SignalSender } from './ports/database/signal-sender.ts'
import type { OpenTableReader, TableReader } from './ports/database/table-reader.ts'

export type Environment = Readonly<Record<string, string | undefined>>

export interface Wiring {
  readonly root: string
  readonly config: ProjectConfig
  readonly names: TopicNames
  readonly clock: Clock
  readonly log: Log
  readonly uuid: () => string
  readonly actor: string
  readonly timeZoneDatabase: string
  /** Connected at first use; `close` closes it. */
  readonly kafka: KafkaPorts
  readonly schemaRegistry: SchemaRegistry
  readonly connectorAdmin: ConnectorAdmin
  readonly connectorOffsets: ConnectorOffsets
  /** Copies the transformation for Kafka Connect into a folder of its plugin path. */
  readonly copyConnectPlugin: (folder: string) => Promise<string>
  readonly metrics: () => PrometheusMetrics
  /** Opens the legacy database that the connector of the source names. */
  readonly openInspector: (source: string) => Promise<DatabaseInspector>
  /** Opens the same to read its rows. */
  readonly openTableReader: OpenTableReader
  readonly openSignalSender: OpenSignalSender
  /** Opens the same to put up a guard; raises `REFERENCE_UNRESOLVED` as well. */
  readonly openGuard: OpenGuard
  /** The texts of the project with the names of its keys; values of keys only where they are asked for. */
  readonly readProject: () => Promise<Project>
  /** A file of the project; null: there is none. */
  readonly readFile: (path: string) => Promise<string | null>
  readonly writeFile: (path: string, text: string) => Promise<void>
  readonly openRowStore: OpenRowStore
  readonly openParityStore: OpenParityStore
  readonly findRowStore: FindRowStore
  readonly copyRowStore: CopyRowStore
  readonly borrowRowStore: BorrowRowStore
  /** Pseudonym keys, resolved. Raises `REFERENCE_UNRESOLVED`. */
  readonly keys: () => ReadonlyMap<string, string>
  /** A connector file with its references resolved, by the name of the source. */
  readonly connectorConfig: (source: string) => Promise<Readonly<Record<string, string>>>
  readonly close: () => Promise<void>
}

/** The nearest folder with a falsework.yaml, from `start` upwards. Raises `NO_PROJECT`. */
export function findProjectRoot(start: string): string {
  for (let folder = resolve(start); ; folder = dirname(folder)) {
    if (existsSync(join(folder, brand.projectFile))) return folder
    if (folder === dirname(folder)) {
      throw new FalseworkError('NO_PROJECT', `no ${brand.projectFile} in ${resolve(start)} or above`)
    }
  }
}

export function wire(options: {
  readonly root: string
  readonly environment: Environment
  /** Lines of the log: a daemon's, or those of a command. */
  readonly logLevel: 'info' | 'warn'
  readonly onPublishStep?: (step: PublishStep) => void
}): Wiring {
  const { root, environment } = options
  const text = readConfigurationFile(root)
  const config = readProjectConfig({ text, file: brand.projectFile }, environment)
  const { settings } = config
  const names = topicNames(settings.topicPrefix, settings.rawPrefix ?? settings.topicPrefix)
  const references = { environment, readFile: (path: string) => readSecret(root, path) }
  const connectorConfig = async (source: string): Promise<Readonly<Record<string, string>>> => {
    const declared = declaredSource(config, source)
    const file = await readProjectFile(root, declared.connector)
    if (file === null) throw new FalseworkError('CONFIG_INVALID', `there is no file ${declared.connector}`)
    const known = new Map([['topic:raw', names.rawLog(source)]])
    return readConnectorFile({ text: file, file: declared.connector }, { ...references, known })
  }
  const rowsDirectory = resolve(root, settings.rowsDirectory)
  const rowStoreName = (source: string): string => `${settings.topicPrefix}${source}`
  const connect = { url: settings.connectUrl, requestTimeoutMs: connectAnswersWithinMs, clock: systemClock }
  const kafka = connectKafka({
    brokers: settings.brokers,
    clientId: brand.name,
    requestTimeoutMs: settings.requestTimeoutMs,
    names,
    replicationFactor: settings.replicationFactor,
    leaseSessionMs: settings.leaseSessionMs,
    ...(options.onPublishStep === undefined ? {} : { onPublishStep: options.onPublishStep }),
  })
  return {
    root,
    config,
    names,
    clock: systemClock,
    log: pinoLog({ level: options.logLevel }),
    uuid: randomUUID,
    actor: userInfo().username,
    timeZoneDatabase: process.versions['tz'] ?? 'unknown',
    kafka,
    schemaRegistry: restSchemaRegistry({ url: settings.registryUrl, requestTimeoutMs: settings.requestTimeoutMs }),
    connectorAdmin: restConnectorAdmin(connect),
    connectorOffsets: restConnectorOffsets(connect),
    copyConnectPlugin: async (folder) => await copyConnectPlugin(new URL('..', import.meta.url), folder),
    metrics: () => prometheusMetrics({ version: ownVersion(), kafkaClient: 'kafkajs 2.2.4', process: 'included' }),
    ...databasesOf(config, connectorConfig),
    openGuard: async ({ source, place, account }) => {
      const connector = withAccount(await connectorConfig(source), account, references)
      return await guardOf(connector, place)
    },
    readProject: async () => await readProjectTexts(root, config),
    readFile: async (path) => await readProjectFile(root, path),
    writeFile: async (path, content) => await writeProjectFile(root, { path, text: content }),
    openParityStore: async (mapping) => await openLmdbParityStores(rowsDirectory)(rowStoreName(mapping)),
    openRowStore: async (source) => await openLmdbRowStores(rowsDirectory)(rowStoreName(source)),
    findRowStore: async (source) => await findLmdbRowStores(rowsDirectory)(rowStoreName(source)),
    copyRowStore: async (source, directory, copied) =>
      await copyLmdbRowStores(rowsDirectory)(rowStoreName(source), directory, copied),
    borrowRowStore: async (source, copied) => await borrowLmdbRowStores(rowsDirectory)(rowStoreName(source), copied),
    keys: () => resolvedKeys(config, references),
    connectorConfig,
    close: async () => await kafka.close(),
  }
}

const resolvedKeys = ({ keys }: ProjectConfig, references: ReferenceSources): ReadonlyMap<string, string> =>
  new Map(
    [...keys].map(([name, { value, place }]) => [name, resolveReferences(value, references, () => placeText(place))]),
  )

/** The legacy databases, each as the kind of its source says. */
function databasesOf(
  config: ProjectConfig,
  connectorConfig: (source: string) => Promise<Readonly<Record<string, string>>>,
): Pick<Wiring, 'openInspector' | 'openTableReader' | 'openSignalSender'> {
  const kindOf = (source: string): SourceKind => declaredSource(config, source).kind
  return {
    openInspector: async (source) => await inspectorOf(kindOf(source), await connectorConfig(source)),
    openTableReader: async (source) => await tableReaderOf(kindOf(source), await connectorConfig(source)),
    openSignalSender: async (source) => await signalSenderOf(kindOf(source), await connectorConfig(source)),
  }
}

async function inspectorOf(kind: SourceKind, connector: Readonly<Record<string, string>>): Promise<DatabaseInspector> {
  if (kind === 'postgres') return await openPostgresInspector(addressOf(connector))
  return await openMariadbInspector(mariadbAddressOf(connector))
}

async function signalSenderOf(kind: SourceKind, connector: Readonly<Record<string, string>>): Promise<SignalSender> {
  if (kind === 'postgres') return await openPostgresSignalSender(addressOf(connector))
  return await openMariadbSignalSender(mariadbAddressOf(connector))
}

async function guardOf(connector: Readonly<Record<string, string>>, place: GuardPlace): Promise<GuardedDatabase> {
  if (place.kind === 'postgres') return await openPostgresGuard(addressOf(connector), place)
  return await openMariadbGuard(mariadbAddressOf(connector), place)
}

/** The connector may read, and often may not create. */
function withAccount(
  connector: Readonly<Record<string, string>>,
  account: DatabaseAccount | null,
  references: ReferenceSources,
): Readonly<Record<string, string>> {
  if (account === null) return connector
  const password = resolveReferences(account.password, references, () => '--password')
  return { ...connector, 'database.user': account.user, 'database.password': password }
}

/** Raises `CONFIG_INVALID` where MariaDB has no table for a watermark. */
async function tableReaderOf(kind: SourceKind, connector: Readonly<Record<string, string>>): Promise<TableReader> {
  if (kind === 'postgres') return await openPostgresTableReader(addressOf(connector))
  const signals = parseTableName(connector['signal.data.collection'] ?? '')
  if (signals === null) {
    throw new FalseworkError('CONFIG_INVALID', 'signal.data.collection of the connector names no table for a watermark')
  }
  return await openMariadbTableReader(mariadbAddressOf(connector), signals)
}

/** The connector's own account: what Debezium may see is what there is to see. */
function addressOf(connector: Readonly<Record<string, string>>): PostgresAddress {
  return {
    host: connector['database.hostname'] ?? '',
    port: Number(connector['database.port'] ?? 5432),
    user: connector['database.user'] ?? '',
    password: connector['database.password'] ?? '',
    database: connector['database.dbname'] ?? '',
    encryption: {
      // Debezium's own default.
      sslmode: connector['database.sslmode'] ?? 'prefer',
      sslrootcert: connector['database.sslrootcert'],
      sslcert: connector['database.sslcert'],
      sslkey: connector['database.sslkey'],
      sslpassword: connector['database.sslpassword'],
    },
  }
}

/** The same of MariaDB, whose schemas are databases: the connection is to none of them. */
function mariadbAddressOf(connector: Readonly<Record<string, string>>): MariadbAddress {
  return {
    host: connector['database.hostname'] ?? '',
    port: Number(connector['database.port'] ?? 3306),
    user: connector['database.user'] ?? '',
    password: connector['database.password'] ?? '',
    // Debezium's own default.
    sslMode: connector['database.ssl.mode'] ?? 'disable',
  }
}

/** Raises `PROJECT_FILE`: what is no file, such as a pipe, might never end. */
function readConfigurationFile(root: string): string {
  const path = join(root, brand.projectFile)
  try {
    if (statSync(path).isFile()) return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path))
  } catch (cause) {
    const reason = cause instanceof TypeError ? ': it is not UTF-8' : ''
    throw new FalseworkError('PROJECT_FILE', `${brand.projectFile} cannot be read${reason}`, { cause })
  }
  throw new FalseworkError('PROJECT_FILE', `${brand.projectFile} is no file`)
}

function readSecret(root: string, path: string): string | null {
  try {
    return readFileSync(resolve(root, path), 'utf8').replace(/\r?\n$/, '')
  } catch {
    return null
  }
}

/** The files that a new project begins with, and how files are written that must not be there yet. */
export const projectTemplate = async (): Promise<readonly TextFile[]> =>
  await readProjectTemplate(new URL('..', import.meta.url))
export { readTextFile, writeNewFiles }

async function readProjectTexts(root: string, { sources, settings, keys }: ProjectConfig): Promise<Project> {
  return {
    texts: await readProject(root),
    sources,
    defaultPartitions: settings.partitions,
    today: new Date(systemClock.wallMs()).toISOString().slice(0, 10),
    keys: new Map([...keys].map(([name]) => [name, Buffer.from(name)])),
  }
}

/** Notices that a file changes which `readProject` or `wire` reads. */
export const watchProject = (root: string): FileWatch =>
  watchFiles(root, { folders: projectFolders, files: [brand.projectFile] })

export function ownVersion(): string {
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }
  return manifest.version
}
