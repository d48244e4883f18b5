/** A database of its own on MariaDB with a connector of its own, whose raw topic is recorded. */
import { readFileSync } from 'node:fs'
import mysql from 'mysql2/promise'
import { openMariadbInspector } from '../../../src/adapters/mariadb/mariadb-inspector.ts'
import type { Table } from '../../../src/core/catalog/catalog.ts'
import type { ServerAddress } from '../../../stack/stack.ts'
import { call, failedTask, type LiveStack, put } from '../connect-rest.ts'
import { RawTopic, type RecordedRecord } from '../raw-topic.ts'

const connectorFile = new URL('../../../connectors/crm-mariadb.json', import.meta.url)

export interface MariadbCapture {
  readonly name: string
  /** Statements that make its tables and rows, before the snapshot. */
  readonly tables: readonly string[]
  /** Settings that differ from those of connectors/crm-mariadb.json. */
  readonly connector?: Readonly<Record<string, string>>
}

export class CapturedMariadb {
  readonly name: string
  readonly topic: RawTopic
  private readonly stack: LiveStack
  private readonly server: ServerAddress
  private readonly session: mysql.Connection
  private marks = 0
  private recorded = 0

  private constructor(parts: {
    name: string
    topic: RawTopic
    stack: LiveStack
    server: ServerAddress
    session: mysql.Connection
  }) {
    this.name = parts.name
    this.topic = parts.topic
    this.stack = parts.stack
    this.server = parts.server
    this.session = parts.session
  }

  /** Creates database, tables, rows and connector, and waits until the snapshot is in the raw topic. */
  static async start(stack: LiveStack, { name, tables, connector = {} }: MariadbCapture): Promise<CapturedMariadb> {
    const { mariadb: server } = stack.addresses
    if (server === null) throw new Error('there is no MariaDB server on this machine')
    const session = await mysql.createConnection({ ...server, multipleStatements: true })
    await session.query(`CREATE DATABASE ${name}; USE ${name}`)
    for (const statement of [...ownTables, ...tables]) await session.query(statement)
    const topic = await RawTopic.follow(stack.addresses.brokers, `raw.${name}`, 'read_committed')
    topic.broken = async () => await failedTask(stack, name)
    await put(stack, `connectors/${name}/config`, {
      ...connectorConfig(stack.addresses.brokers, server, name),
      ...connector,
    })
    await topic.until(({ value }) => value?.includes('"snapshot":"last"') === true, { from: 0, what: 'the snapshot' })
    return new CapturedMariadb({ name, topic, stack, server, session })
  }

  async sql(text: string): Promise<void> {
    await this.session.query(text)
  }

  async rows(text: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
    const [rows] = await this.session.query<mysql.RowDataPacket[]>(text)
    return rows
  }

  /** The tables as the database describes them, for the tests that decode rows. */
  async catalog(): Promise<readonly Table[]> {
    const inspector = await openMariadbInspector(this.server)
    const { tables } = await inspector.tables({ source: 'recorded', schemas: [this.name] })
    await inspector.close()
    return [...tables.values()]
  }

  /** One more session on the same database, for transactions that interleave. */
  async session2(): Promise<mysql.Connection> {
    return await mysql.createConnection({ ...this.server, database: this.name, multipleStatements: true })
  }

  /** Writes a mark and waits for its END: all records since the last one, the mark's own transaction included. */
  async cut(): Promise<readonly RecordedRecord[]> {
    this.marks += 1
    const mark = `mark ${this.marks}`
    await this.session.query('INSERT INTO marks VALUES (?)', [mark])
    const what = `${mark} of ${this.name}`
    // A snapshot that begins anew has read it, too, in no transaction.
    const isStreamed = ({ value }: RecordedRecord): boolean =>
      value?.includes(mark) === true && !value.includes('"transaction":null')
    const at = await this.topic.until(isStreamed, { from: this.recorded, what })
    const { id } = (
      JSON.parse(this.topic.records[at]?.value ?? '') as { readonly transaction: { readonly id: string } }
    ).transaction
    const isEnd = ({ value }: RecordedRecord): boolean => value?.includes(`"status":"END","id":"${id}"`) === true
    const end = await this.topic.until(isEnd, { from: at, what: `END of ${what}` })
    const records = this.topic.records.slice(this.recorded, end + 1)
    this.recorded = end + 1
    return records
  }

  /** Restarts the connector with its task, in good order. */
  async restartConnector(): Promise<void> {
    await call(this.stack, `connectors/${this.name}/restart?includeTasks=true`, { method: 'POST' })
  }

  async close(): Promise<void> {
    await call(this.stack, `connectors/${this.name}`, { method: 'DELETE' })
    await this.topic.close()
    await this.session.end()
  }
}

const ownTables = [
  'CREATE TABLE marks (name varchar(40) PRIMARY KEY)',
  'CREATE TABLE signals (id varchar(42) PRIMARY KEY, type varchar(32) NOT NULL, data varchar(2048))',
]

/** A server id of its own, for each connector is a replica to the server. */
let serverIds = 5_500

/** What the repository ships, for this database; heartbeats off, so that every record is one that was provoked. */
function connectorConfig(brokers: string, server: ServerAddress, name: string): Readonly<Record<string, string>> {
  const shipped = JSON.parse(readFileSync(connectorFile, 'utf8')) as Record<string, string>
  delete shipped['heartbeat.action.query']
  serverIds += 1
  return {
    ...shipped,
    'database.hostname': server.host,
    'database.port': String(server.port),
    'database.user': server.user,
    'database.password': server.password,
    'database.server.id': String(serverIds),
    'database.include.list': name,
    'topic.prefix': name,
    'schema.history.internal.kafka.bootstrap.servers': brokers,
    'schema.history.internal.kafka.topic': `schema-history.${name}`,
    'heartbeat.interval.ms': '0',
    'signal.enabled.channels': 'source',
    'signal.data.collection': `${name}.signals`,
    'notification.enabled.channels': '',
    'transforms.route.replacement': `raw.${name}`,
  }
}
