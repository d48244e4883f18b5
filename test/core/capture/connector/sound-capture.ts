/** Findings of a source with which everything is well, and ways to spoil them. */
import { readFileSync } from 'node:fs'
import {
  asked,
  type CaptureFindings,
  type ConnectorSettings,
  type RawLogFacts,
} from '../../../../src/core/capture/connector/capture-findings.ts'
import type { MariadbFacts, MariadbTable } from '../../../../src/core/capture/connector/mariadb-facts.ts'
import type { ColumnFacts, PostgresFacts, TableFacts } from '../../../../src/core/capture/connector/postgres-facts.ts'
import type { AccountFacts, TableRight } from '../../../../src/core/capture/connector/account-facts.ts'
import type { StoredOffset } from '../../../../src/core/capture/connector/stored-offset.ts'
import { type Table, tableName } from '../../../../src/core/catalog/catalog.ts'

export const rawLogTopic = 'raw.shop'

/** The connector of the shop, as Kafka Connect has it. */
export const soundSettings: ConnectorSettings = {
  ...(JSON.parse(
    readFileSync(new URL('../../../../connectors/shop-postgres.json', import.meta.url), 'utf8')
      .replace('${topic:raw}', rawLogTopic)
      .replaceAll(/\$\{env:(\w+)\}/g, '$1'),
  ) as ConnectorSettings),
  name: 'shop',
}

/** Settings of the shop's connector that MariaDB's does not have. */
const ofPostgres: ReadonlySet<string> = new Set([
  'plugin.name',
  'slot.name',
  'publication.name',
  'publication.autocreate.mode',
  'offset.mismatch.strategy',
  'schema.include.list',
  'heartbeat.action.query',
  'interval.handling.mode',
  'hstore.handling.mode',
  'unavailable.value.placeholder',
  'database.dbname',
])

export const orders = tableName('public', 'orders')

const column = (name: string, type: string): ColumnFacts => ({
  name,
  type,
  nullable: name !== 'id',
  generated: 'stored',
  offsetCheck: 'missing',
})

const ordersFacts: TableFacts = {
  name: orders,
  identity: 'full',
  primaryKey: 'present',
  root: null,
  leaves: [],
  columns: [column('id', 'bigint'), column('status', 'text')],
}

export const ordersTable: Table = {
  name: orders,
  columns: [
    { name: 'id', type: 'bigint', nullable: false },
    { name: 'status', type: 'text', nullable: true },
  ],
  primaryKey: ['id'],
  uniqueKeys: [],
  foreignKeys: [],
  replicaIdentity: 'full',
}

export const heartbeats = tableName('public', 'falsework_heartbeat')
export const signals = tableName('public', 'falsework_signals')
export const rightsOn = (
  ...rights: readonly (readonly [name: Table['name'], ...TableRight[]])[]
): AccountFacts['tables'] => new Map(rights.map(([name, ...of]) => [name, new Set(of)]))

const soundAccount: AccountFacts = {
  name: 'bridge',
  missing: [],
  tables: rightsOn(
    [orders, 'usage', 'select'],
    [heartbeats, 'usage', 'select', 'insert', 'update'],
    [signals, 'usage', 'select', 'insert'],
  ),
}

const soundRawLog: RawLogFacts = { partitions: 1, config: new Map([['cleanup.policy', 'delete']]) }

export const soundFacts: PostgresFacts = {
  kind: 'postgres',
  walLevel: 'logical',
  serverVersion: '15.18',
  account: soundAccount,
  slotLimitBytes: 100 * 2 ** 20,
  slot: {
    active: true,
    plugin: 'pgoutput',
    retainedBytes: 2 ** 20,
    confirmedLsn: '0/153AA68',
    walStatus: 'reserved',
    safeBytes: 99 * 2 ** 20,
  },
  publication: {
    operations: ['insert', 'update', 'delete', 'truncate'],
    viaRoot: false,
    tables: [orders, heartbeats, signals].map((name) => ({ name, columns: null, rowFilter: null })),
  },
  tables: [ordersFacts],
  typesWithoutLabels: [],
}

/** Where `confirmedLsn` stands, in bytes. */
export const confirmed = 0x153aa68
export const soundOffset: StoredOffset = {
  partition: { server: 'shop' },
  offset: { lsn: confirmed, lsn_commit: confirmed, messageType: 'COMMIT', txId: 7, ts_usec: 1 },
}

export const sound: CaptureFindings = {
  connector: asked(soundSettings),
  storedOffset: asked(soundOffset),
  connectorVersion: asked('3.7.0.Final'),
  rawLogTopic: asked(rawLogTopic),
  rawLog: asked(soundRawLog),
  rawLogCodec: asked('none'),
  database: asked(soundFacts),
  mappedTables: [ordersTable],
  keptTables: [ordersTable],
}

/** null removes a setting. */
export const withSettings = (changes: Readonly<Record<string, string | null>>): CaptureFindings => ({
  ...sound,
  connector: asked(changed(soundSettings, changes)),
})

function changed(settings: ConnectorSettings, changes: Readonly<Record<string, string | null>>): ConnectorSettings {
  return Object.fromEntries(
    Object.entries({ ...settings, ...changes }).flatMap(([name, value]) =>
      value === null ? [] : [[name, value] as const],
    ),
  )
}

export const withTopic = (config: Readonly<Record<string, string>>, partitions = 1): CaptureFindings => ({
  ...sound,
  rawLog: asked({ partitions, config: new Map(Object.entries(config)) }),
})

export const withFacts = (changes: Partial<PostgresFacts>): CaptureFindings => ({
  ...sound,
  database: asked({ ...soundFacts, ...changes }),
})

export const withSlot = (changes: Partial<NonNullable<PostgresFacts['slot']>>): CaptureFindings =>
  withFacts({ slot: soundFacts.slot === null ? null : { ...soundFacts.slot, ...changes } })

export const withPublication = (
  changes: Partial<NonNullable<PostgresFacts['publication']>>,
  tables: Partial<TableFacts> = {},
): CaptureFindings =>
  withFacts({
    publication: soundFacts.publication === null ? null : { ...soundFacts.publication, ...changes },
    tables: [{ ...ordersFacts, ...tables }],
  })

export const withTable = (changes: Partial<TableFacts>): CaptureFindings =>
  withFacts({ tables: [{ ...ordersFacts, ...changes }] })

export const withColumn = (changes: Partial<ColumnFacts>): CaptureFindings =>
  withTable({ columns: [column('id', 'bigint'), { ...column('status', 'text'), ...changes }] })

export const withOffset = (changes: StoredOffset['offset']): CaptureFindings => ({
  ...sound,
  storedOffset: asked({ ...soundOffset, offset: { ...soundOffset.offset, ...changes } }),
})

/** What MariaDB's connector needs, as Kafka Connect has it. */
export const soundMariadbSettings: ConnectorSettings = {
  ...Object.fromEntries(Object.entries(soundSettings).filter(([name]) => !ofPostgres.has(name))),
  'connector.class': 'io.debezium.connector.mariadb.MariaDbConnector',
  'database.include.list': 'public',
  'database.server.id': '61000',
  'bigint.unsigned.handling.mode': 'long',
  'enable.time.adjuster': 'false',
  'schema.history.internal.kafka.topic': 'shop.schema-history',
  'schema.history.internal.kafka.bootstrap.servers': 'localhost:9092',
}

const ordersInMariadb: MariadbTable = {
  name: orders,
  engine: 'InnoDB',
  actions: [
    { columns: ['owner'], references: tableName('public', 'people'), onDelete: 'restrict', onUpdate: 'no action' },
  ],
}

export const soundMariadbFacts: MariadbFacts = {
  kind: 'mariadb',
  serverVersion: '10.11.19-MariaDB',
  account: soundAccount,
  serverId: 1,
  log: 'on',
  logFormat: 'ROW',
  rowImage: 'FULL',
  gtidStrict: 'on',
  logKeptSeconds: 10 * 86_400,
  tables: [ordersInMariadb],
  unreadableColumns: [],
}

export const soundMariadb: CaptureFindings = {
  ...sound,
  connector: asked(soundMariadbSettings),
  storedOffset: asked({ partition: { server: 'shop' }, offset: { file: 'log.1', pos: 4, gtids: '0-1-1', ts_sec: 1 } }),
  database: asked(soundMariadbFacts),
  mappedTables: [{ ...ordersTable, replicaIdentity: null }],
  keptTables: [{ ...ordersTable, replicaIdentity: null }],
}

export const withMariadbSettings = (changes: Readonly<Record<string, string | null>>): CaptureFindings => ({
  ...soundMariadb,
  connector: asked(changed(soundMariadbSettings, changes)),
})

export const withMariadb = (changes: Partial<MariadbFacts>): CaptureFindings => ({
  ...soundMariadb,
  database: asked({ ...soundMariadbFacts, ...changes }),
})

export const withAccount = (changes: Partial<AccountFacts>): CaptureFindings =>
  withFacts({ account: { ...soundAccount, ...changes } })

export const withMariadbTable = (changes: Partial<MariadbTable>): CaptureFindings =>
  withMariadb({ tables: [{ ...ordersInMariadb, ...changes }] })
