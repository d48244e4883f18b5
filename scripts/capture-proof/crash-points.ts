/**
 * Every offset that a connector commits is one at which it can die. A reference connector runs once, a record a batch;
 * from each offset that it committed another one starts, and what the first had sent until then and what the second
 * sends is held against the truth.
 */
import type { StoredOffset } from '../../src/core/capture/connector/stored-offset.ts'
import type { StackAddresses } from '../../stack/stack.ts'
import type { RecordedRecord } from '../record-fixtures/raw-topic.ts'
import type { Step } from './history.ts'
import { judge, type Verdict } from './judge.ts'
import { offsetAt, type Protection, ProofConnectors, rawTopicOf } from './proof-connectors.ts'
import { ProofDatabase } from './proof-database.ts'
import { ProofTopics } from './proof-topics.ts'
import type { Truth } from './truth.ts'

export interface CrashPoint extends Verdict {
  /** Records that the first connector had sent. */
  readonly sent: number
  /** False: the second connector never came to the end of the history. */
  readonly ended: boolean
  /** Whether the slot had confirmed what the offset says, or nothing yet. */
  readonly slot: 'confirmed' | 'behind'
  readonly offset: StoredOffset['offset']
}

/** Connectors that start at a time: more is no faster on two cores. */
const atOnce = 10

export async function crashPoints(
  stack: StackAddresses,
  run: {
    readonly name: string
    readonly steps: readonly Step[]
    readonly protection: Protection
    readonly heartbeatMs: number
  },
): Promise<readonly CrashPoint[]> {
  const database = await ProofDatabase.create(stack, run.name)
  const start = await database.slotStart()
  for (const step of run.steps) await database.run(step)
  const mark = await database.mark()
  const truth = await database.truth()
  const site = { stack, run, database, mark, truth, connectors: new ProofConnectors(stack) }
  const reference = await runReference(site, start)
  const points: CrashPoint[] = []
  const starts = [...startsOf(reference)]
  for (let at = 0; at < starts.length; at += atOnce) {
    points.push(...(await runFrom(site, reference, starts.slice(at, at + atOnce), at)))
  }
  await database.close()
  return points
}

interface Site {
  readonly stack: StackAddresses
  readonly run: Parameters<typeof crashPoints>[1]
  readonly database: ProofDatabase
  readonly mark: string
  readonly truth: Truth
  readonly connectors: ProofConnectors
}

/** What the first connector sent, and the offset that it committed with each record. */
interface Reference {
  readonly records: readonly RecordedRecord[]
  readonly offsets: readonly StoredOffset['offset'][]
}

async function runReference(site: Site, start: number): Promise<Reference> {
  const name = `${site.run.name}_reference`
  const offsetsTopic = `offsets.${name}`
  await site.database.copySlot(name, null)
  const topics = await ProofTopics.follow(site.stack.brokers, [rawTopicOf(name)], offsetsTopic)
  await site.connectors.start({ ...connectorOf(site, name), batch: 1, offsetsTopic }, offsetAt(start))
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
  await site.database.dropSlot(name)
  if (offsets.length < records.length) {
    throw new Error(`${records.length} records and ${offsets.length} offsets: a batch had more than one record`)
  }
  return { records, offsets }
}

interface Start {
  readonly offset: StoredOffset['offset']
  readonly slot: CrashPoint['slot']
  /** With how many records sent this offset was the committed one. */
  readonly sent: readonly number[]
}

/** What a connector does depends on its offset and its slot alone: equal offsets are started once, with either slot. */
function* startsOf({ offsets }: Reference): Generator<Start> {
  // Behind the mark's END nothing comes that could be waited for.
  const byOffset = Map.groupBy(offsets.slice(0, -1).keys(), (index) => JSON.stringify(offsets[index]))
  for (const indexes of byOffset.values()) {
    const offset = offsets[indexes[0] ?? 0]
    if (offset === undefined) continue
    for (const slot of ['confirmed', 'behind'] as const) yield { offset, slot, sent: indexes.map((index) => index + 1) }
  }
}

async function runFrom(
  site: Site,
  reference: Reference,
  starts: readonly Start[],
  first: number,
): Promise<readonly CrashPoint[]> {
  const { database, connectors, mark, truth, run } = site
  const names = starts.map((_, at) => `${run.name}_${first + at}`)
  const topics = await ProofTopics.follow(site.stack.brokers, names.map(rawTopicOf))
  const points = await Promise.all(
    starts.map(async ({ offset, slot, sent }, at): Promise<readonly CrashPoint[]> => {
      const name = names[at] ?? ''
      const confirmed = Number(offset['lsn_commit'])
      await database.copySlot(name, slot === 'confirmed' ? confirmed : null)
      await connectors.start({ ...connectorOf(site, name), batch: 2_048 }, offset)
      const topic = rawTopicOf(name)
      const end = await topics.untilEnd(topic, mark, waiting(site))
      await connectors.remove(name)
      await database.dropSlot(name)
      // What never comes to its end is judged by what it has sent: it has lost the rest.
      const continued = topics.of(topic).slice(0, (end ?? Number.POSITIVE_INFINITY) + 1)
      return sent.map((count) => {
        const records = [...reference.records.slice(0, count), ...continued]
        return {
          ended: end !== null,
          ...judge(records, truth, { tables: database.tables, position: null }),
          sent: count,
          slot,
          offset,
        }
      })
    }),
  )
  await topics.close({ remove: names.map(rawTopicOf) })
  return points.flat()
}

/** A bare connector may wait for ever, searching the log for its place. */
const waiting = ({ database }: Site) => ({ waitMsMax: 60_000, nudge: async () => await database.mark() })

const connectorOf = ({ run }: Site, name: string) => ({
  name,
  database: run.name,
  protection: run.protection,
  heartbeatMs: run.heartbeatMs,
})
