/** A database of its own with a connector of its own, whose raw topic is recorded. */
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { call, failedTask, type LiveStack, put } from './connect-rest.ts'
import { type Isolation, RawTopic, type RecordedRecord } from './raw-topic.ts'
import { schema, snapshotRows } from './schema.ts'

const connectorFile = new URL('../../connectors/shop-postgres.json', import.meta.url)

export interface CaptureOptions {
  readonly name: string
  readonly isolation: Isolation
  /** Settings that differ from those of connectors/shop-postgres.json. */
  readonly connector?: Readonly<Record<string, string>>
  /** A statement that adds to the rows of the snapshot. */
  readonly rows?: string
  /** Runs when some rows of the snapshot have arrived. */
  readonly inSnapshot?: () => Promise<void>
}

export class CapturedDatabase {
  readonly name: string
  readonly topic: RawTopic
  private readonly stack: LiveStack
  private readonly session: pg.Client
  private marks = 0
  private recorded = 0

  private constructor(parts: { name: string; topic: RawTopic; stack: LiveStack; session: pg.Client }) {
    this.name = parts.name
    this.topic = parts.topic
    this.stack = parts.stack
    this.session = parts.session
  }

  /** Creates database, rows, publication and connector, and waits until the snapshot is in the raw topic. */
  static async start(stack: LiveStack, options: CaptureOptions): Promise<CapturedDatabase> {
    const { name, isolation, connector = {}, rows = '', inSnapshot } = options
    const server = new pg.Client({ ...stack.addresses.postgres, database: 'postgres' })
    await server.connect()
    await server.query(`CREATE DATABASE ${name}`)
    await server.end()
    const session = await openSession(stack, name)
    await session.query(schema)
    await session.query(`${snapshotRows};${rows}`)
    const topic = await RawTopic.follow(stack.addresses.brokers, `raw.${name}`, isolation)
    await put(stack, `connectors/${name}/config`, { ...connectorConfig(stack, name), ...connector })
    topic.broken = async () => await failedTask(stack, name)
    if (inSnapshot !== undefined) {
      await topic.until(({ value }) => value?.includes('"line":10,') === true, { from: 0, what: 'a snapshot row' })
      await inSnapshot()
    }
    await topic.until(({ value }) => value?.includes('"snapshot":"last"') === true, { from: 0, what: 'the snapshot' })
    // Only now is the slot read: what is written before would be part of the snapshot.
    await slotIsActive(session, name)
    return new CapturedDatabase({ name, topic, stack, session })
  }

  async sql(text: string): Promise<void> {
    await this.session.query(text)
  }

  /** Rows of one statement; none, with a word on stderr, where PostgreSQL refuses it. */
  async query(text: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
    try {
      return (await this.session.query<Record<string, unknown>>(text)).rows
    } catch (error) {
      process.stderr.write(`${text}: ${(error as Error).message}\n`)
      return []
    }
  }

  /** One more session on the same database, for transactions that interleave. */
  async session2(): Promise<pg.Client> {
    return await openSession(this.stack, this.name)
  }

  /** Writes a mark and waits for its END: all records since the last one, the mark's own transaction included. */
  async cut(): Promise<readonly RecordedRecord[]> {
    this.marks += 1
    const mark = `mark ${this.marks}`
    await this.session.query('INSERT INTO shop.marks VALUES ($1)', [mark])
    const what = `${mark} of ${this.name}`
    const at = await this.topic.until(({ value }) => value?.includes(mark) === true, { from: this.recorded, what })
    const xid = transactionOf(this.topic.records[at])
    const isEnd = ({ value }: RecordedRecord): boolean => value?.includes(`"status":"END","id":"${xid}:`) === true
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

async function openSession(stack: LiveStack, database: string): Promise<pg.Client> {
  const session = new pg.Client({ ...stack.addresses.postgres, database })
  // A session that the server ends is reported by its next statement.
  session.on('error', () => undefined)
  await session.connect()
  return session
}

async function slotIsActive(session: pg.Client, name: string): Promise<void> {
  for (;;) {
    const found = await session.query('SELECT 1 FROM pg_replication_slots WHERE slot_name = $1 AND active', [name])
    if (found.rowCount === 1) return
    await sleep(20)
  }
}

/** What the repository ships, for this database; heartbeats off, so that every record is one that was provoked. */
function connectorConfig({ addresses }: LiveStack, name: string): Readonly<Record<string, string>> {
  const shipped = JSON.parse(readFileSync(connectorFile, 'utf8')) as Record<string, string>
  delete shipped['heartbeat.action.query']
  return {
    ...shipped,
    'database.hostname': addresses.postgres.host,
    'database.port': String(addresses.postgres.port),
    'database.dbname': name,
    'database.user': addresses.postgres.user,
    'database.password': addresses.postgres.password,
    'slot.name': name,
    'publication.name': 'everything',
    'schema.include.list': 'shop',
    'topic.prefix': name,
    'heartbeat.interval.ms': '0',
    'signal.enabled.channels': 'source',
    'signal.data.collection': 'shop.signals',
    'transforms.route.replacement': `raw.${name}`,
  }
}

function transactionOf(record: RecordedRecord | undefined): string {
  const found = /"transaction":\{"id":"(\d+):/.exec(record?.value ?? '')
  if (found?.[1] === undefined) throw new Error('the mark stands in no transaction')
  return found[1]
}
