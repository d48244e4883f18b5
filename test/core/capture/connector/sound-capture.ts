/** Findings of a source with which everything is well, and ways to spoil them. */
import { readFileSync } from 'node:fs'
import {
  asked,
  type CaptureFacts,
  type CaptureFindings,
  type ColumnFacts,
  type ConnectorSettings,
  type RawLogFacts,
  type TableFacts,
} from '../../../../src/core/capture/connector/capture-findings.ts'
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

const soundRawLog: RawLogFacts = { partitions: 1, config: new Map([['cleanup.policy', 'delete']]) }

export const soundFacts: CaptureFacts = {
  walLevel: 'logical',
  serverVersion: '15.18',
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
    tables: [{ name: orders, columns: null, rowFilter: null }],
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
export function withSettings(changes: Readonly<Record<string, string | null>>): CaptureFindings {
  const merged = Object.entries({ ...soundSettings, ...changes }).flatMap(([name, value]) =>
    value === null ? [] : [[name, value] as const],
  )
  return { ...sound, connector: asked(Object.fromEntries(merged)) }
}

export const withTopic = (config: Readonly<Record<string, string>>, partitions = 1): CaptureFindings => ({
  ...sound,
  rawLog: asked({ partitions, config: new Map(Object.entries(config)) }),
})

export const withFacts = (changes: Partial<CaptureFacts>): CaptureFindings => ({
  ...sound,
  database: asked({ ...soundFacts, ...changes }),
})

export const withSlot = (changes: Partial<NonNullable<CaptureFacts['slot']>>): CaptureFindings =>
  withFacts({ slot: soundFacts.slot === null ? null : { ...soundFacts.slot, ...changes } })

export const withPublication = (
  changes: Partial<NonNullable<CaptureFacts['publication']>>,
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
