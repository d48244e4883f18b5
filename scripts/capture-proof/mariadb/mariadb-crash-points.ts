/** Every offset that a connector of MariaDB commits, as `crash-points.ts` does it for PostgreSQL. */
import type { StoredOffset } from '../../../src/core/capture/connector/stored-offset.ts'
import type { ServerAddress, StackAddresses } from '../../../stack/stack.ts'
import type { RecordedRecord } from '../../record-fixtures/raw-topic.ts'
import type { Step } from '../history.ts'
import type { Verdict } from '../judge.ts'
import {
  type ConfigOf,
  type Protection,
  ProofConnectors,
  proofSettings,
  rawTopicOf,
  shippedSettings,
} from '../proof-connectors.ts'
import { ProofTopics } from '../proof-topics.ts'
import { MariadbDatabase } from './mariadb-database.ts'
import { judgeMariadb } from './mariadb-judge.ts'

export interface MariadbCrashPoint extends Verdict {
  /** Records that the first connector had sent. */
  readonly sent: number
  /** False: the second connector never came to the end of the history. */
  readonly ended: boolean
  readonly offset: StoredOffset['offset']
}

interface Run {
  readonly name: string
  readonly steps: readonly Step[]
  readonly protection: Protection
  readonly heartbeatMs: number
}

interface Site {
  readonly stack: StackAddresses
  readonly run: Run
  readonly database: MariadbDatabase
  readonly mark: string
  /** What the tables hold in the end. */
  readonly held: ReadonlyMap<string, string>
  readonly connectors: ProofConnectors
}

/** Connectors that start at a time: more is no faster on two cores. */
const atOnce = 10

export async function mariadbCrashPoints(
  stack: StackAddresses,
  server: ServerAddress,
  run: Run,
): Promise<readonly MariadbCrashPoint[]> {
  const database = await MariadbDatabase.create(server, run.name)
  const start = await database.offset()
  for (const step of run.steps) await database.run(step)
  const mark = await database.mark()
  const site = { stack, run, database, mark, held: await database.rows(), connectors: proofConnectors(stack, server) }
  const reference = await runReference(site, start)
  const points: MariadbCrashPoint[] = []
  const starts = [...startsOf(reference)]
  for (let at = 0; at < starts.length; at += atOnce) {
    points.push(...(await runFrom(site, reference, starts.slice(at, at + atOnce), at)))
  }
  await database.close()
  return points
}

/** What a replica calls itself to the server: no two at once may use one number. */
let serverIds = 10_000

/** The schemas of the tables are read anew at each start: a connector that begins at a given offset has no history of them. */
export function proofConnectors(stack: StackAddresses, server: ServerAddress): ProofConnectors {
  const configOf: ConfigOf = (_, connector) => {
    serverIds += 1
    return {
      ...shippedSettings('crm-mariadb.json', server),
      ...proofSettings(connector),
      'database.include.list': connector.database,
      'database.server.id': String(serverIds),
      'signal.data.collection': `${connector.database}.signals`,
      'snapshot.mode': 'recovery',
      'schema.history.internal': 'io.debezium.relational.history.MemorySchemaHistory',
      'connect.keep.alive.interval.ms': '1000',
    }
  }
  return new ProofConnectors(stack, configOf)
}

interface Reference {
  readonly records: readonly RecordedRecord[]
  readonly offsets: readonly StoredOffset['offset'][]
}

async function runReference(site: Site, start: StoredOffset['offset']): Promise<Reference> {
  const name = `${site.run.name}_reference`
  const offsetsTopic = `offsets.${name}`
  const topics = await ProofTopics.follow(site.stack.brokers, [rawTopicOf(name)], offsetsTopic)
  await site.connectors.start({ ...connectorOf(site, name), batch: 1, offsetsTopic }, start)
  const end = await topics.untilEnd(rawTopicOf(name), site.mark, waiting(site))
  if (end === null) throw new Error(`${name} did not come to its end`)
  await site.connectors.remove(name)
  const records = topics.of(rawTopicOf(name)).slice(0, end + 1)
  // The first one is the offset that it was given.
  const offsets = topics
    .of(offsetsTopic)
    .map(({ value }) => JSON.parse(value ?? '{}') as StoredOffset['offset'])
    .slice(1, records.length + 1)
  await topics.close({ remove: [rawTopicOf(name)] })
  if (offsets.length < records.length) {
    throw new Error(`${records.length} records and ${offsets.length} offsets: a batch had more than one record`)
  }
  return { records, offsets }
}

interface Start {
  readonly offset: StoredOffset['offset']
  /** With how many records sent this offset was the committed one. */
  readonly sent: readonly number[]
}

/** What a connector does depends on its offset alone: equal ones are started once. */
function startsOf({ offsets }: Reference): readonly Start[] {
  // Behind the mark's END nothing comes that could be waited for.
  const byOffset = Map.groupBy(offsets.slice(0, -1).keys(), (index) => JSON.stringify(offsets[index]))
  return [...byOffset.values()].flatMap((indexes): Start[] => {
    const offset = offsets[indexes[0] ?? 0]
    return offset === undefined ? [] : [{ offset, sent: indexes.map((index) => index + 1) }]
  })
}

async function runFrom(
  site: Site,
  reference: Reference,
  starts: readonly Start[],
  first: number,
): Promise<readonly MariadbCrashPoint[]> {
  const { database, connectors, mark, held, run } = site
  const names = starts.map((_, at) => `${run.name}_${first + at}`)
  const topics = await ProofTopics.follow(site.stack.brokers, names.map(rawTopicOf))
  const points = await Promise.all(
    starts.map(async ({ offset, sent }, at): Promise<readonly MariadbCrashPoint[]> => {
      const name = names[at] ?? ''
      await connectors.start({ ...connectorOf(site, name), batch: 2_048 }, offset)
      const topic = rawTopicOf(name)
      const end = await topics.untilEnd(topic, mark, waiting(site))
      await connectors.remove(name)
      const continued = topics.of(topic).slice(0, (end ?? Number.POSITIVE_INFINITY) + 1)
      return sent.map((count) => {
        const records = [...reference.records.slice(0, count), ...continued]
        const from = { tables: database.tables, position: null, rows: new Map<string, string>() }
        return { ended: end !== null, ...judgeMariadb(records, held, from), sent: count, offset }
      })
    }),
  )
  await topics.close({ remove: names.map(rawTopicOf) })
  return points.flat()
}

const waiting = ({ database }: Site) => ({ waitMsMax: 60_000, nudge: async () => await database.mark() })

const connectorOf = ({ run }: Site, name: string) => ({
  name,
  database: run.name,
  protection: run.protection,
  heartbeatMs: run.heartbeatMs,
})
