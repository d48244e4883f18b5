/** Rows are kept, and then a column of theirs becomes one that is written otherwise, without a word in the log. */
import { describe, expect, it } from 'vitest'
import { plainJson } from '../../../bench/debezium/record-form.ts'
import { orderTransaction } from '../../../bench/workload.ts'
import { readDeadLetters } from '../../../src/app/observe/dead-letters.ts'
import type { Project } from '../../../src/app/project/project-texts.ts'
import { benchProject, events, fillRawLog, installation, type Installation, names, rawLog } from '../bench-project.ts'
import { readRegistry } from '../../../src/app/observe/registered.ts'
import { reached, start } from './running-daemon.ts'

/** It says nothing of what rows were. */
const asFirst = (mapping: string): string =>
  `${mapping
    .replace('changed: [status]', 'changed: any')
    .replace('orderStatus(before.status)', 'orderStatus(after.status)')}onError: {schemaDrift: deadLetter}\n`

/** Publishes when the row was touched before. */
const ofBefore = (mapping: string): string =>
  asFirst(mapping).replace('changedAt: "meta.ts"', 'changedAt: "zoned(before.touched_at, \'UTC\')"')

const inMs = { type: 'timestamp(3) without time zone', form: 'io.debezium.time.Timestamp', unitsPerMs: 1 } as const
const inUs = {
  type: 'timestamp(6) without time zone',
  form: 'io.debezium.time.MicroTimestamp',
  unitsPerMs: 1_000,
} as const
type Touched = typeof inMs | typeof inUs

/** Of a table as most are: REPLICA IDENTITY DEFAULT. */
async function project(edit: (mapping: string) => string, { type }: Touched): Promise<Project> {
  const { texts, ...others } = await benchProject(edit)
  const catalogs = texts.catalogs.map(({ path, text }) => ({
    path,
    text: text
      .replace('"replicaIdentity": "full"', '"replicaIdentity": "default"')
      .replace(/("name": "touched_at",\s+"type": ")[^"]*"/, `$1${type}"`),
  }))
  return { ...others, texts: { ...texts, catalogs } }
}

/** Ten updates, of the same ten orders in each transaction. */
function append({ kafka }: Installation, number: number, touched: Touched, says: 'its forms' | 'nothing'): void {
  const form = Buffer.from(JSON.stringify({ id: 'int64', touched_at: touched.form }))
  const log = { topic: rawLog, form: plainJson, updates: { orders: 10, updatesPerEvent: 1 } } as const
  for (const { record } of orderTransaction(log, number)) {
    const value = JSON.parse(String(record.value)) as { before?: unknown; after?: { touched_at: number } }
    if (value.after !== undefined) {
      value.before = null
      value.after.touched_at = (value.after.touched_at / 1_000) * touched.unitsPerMs
    }
    const headers = value.after !== undefined && says === 'its forms' ? [['falsework.columns', form] as const] : []
    kafka.cluster.append(rawLog, { key: record.key, value: Buffer.from(JSON.stringify(value)), headers })
  }
}

/** Registered with both catalogs, one after the other, and an update of each row under the first. */
async function keptThenRegistered(second: Touched, says: 'its forms' | 'nothing') {
  const bench = installation()
  await fillRawLog(bench, 0, 0)
  append(bench, 0, inMs, says)
  await bench.register(await project(asFirst, inMs))
  const { daemon, stop } = start(bench)
  await reached(daemon, ({ next }) => next === 12)
  await bench.register(await project(ofBefore, second))
  const { end } = await readRegistry(bench.kafka.openControlLog)
  await reached(daemon, ({ registryOffset }) => registryOffset >= end)
  return { bench, daemon, stop }
}

const letters = async ({ kafka }: Installation) =>
  (await readDeadLetters(kafka.topicReader, names.deadLetters)).letters.map(({ class: name, content }) => [
    name,
    (content['failure'] as { readonly message: string }).message,
  ])

const refused: readonly unknown[] = [
  'schemaDrift',
  expect.stringMatching(
    /^column public\.orders\.touched_at is timestamp\(6\) without time zone in the catalog, which comes as io\.debezium\.time\.MicroTimestamp, and came as io\.debezium\.time\.Timestamp when the row was kept \(.*`falsework connector snapshot SOURCE TABLE`.*\); OrderChanged\.v1 \(changed\.changedAt\) reads it at mappings\/\S+:\d+:\d+: run/,
  ),
]

describe('a row that was kept while its column was one of ms, and is read as one of µs', () => {
  it('fails by the names of both forms until it has changed, whoever asks what it was', async () => {
    const { bench, daemon, stop } = await keptThenRegistered(inUs, 'its forms')
    append(bench, 1, inUs, 'its forms')
    await reached(daemon, ({ next }) => next === 24)
    expect(await letters(bench)).toEqual(Array.from({ length: 10 }, () => refused))
    expect(await events(bench)).toHaveLength(10)
    append(bench, 2, inUs, 'its forms')
    await reached(daemon, ({ next }) => next === 36)
    await stop()
    expect(await letters(bench)).toHaveLength(10)
    expect(await events(bench)).toHaveLength(20)
  })

  it.each(['as it was left', 'built anew from the raw log'])(
    'fails as well behind a restart, in a store that is %s',
    async (store) => {
      const { bench, stop } = await keptThenRegistered(inUs, 'its forms')
      await stop()
      if (store !== 'as it was left') bench.rowStores.damage('bench')
      append(bench, 1, inUs, 'its forms')
      const { daemon } = start(bench)
      await reached(daemon, ({ next }) => next === 24)
      expect(await letters(bench)).toEqual(Array.from({ length: 10 }, () => refused))
      expect(await events(bench)).toHaveLength(10)
    },
  )

  it.each([
    ['the column is as it was', inMs, 'its forms'],
    ['the connector says nothing of forms', inUs, 'nothing'],
  ] as const)('is read by the catalog in force where %s', async (_, written, saying) => {
    const { bench, daemon, stop } = await keptThenRegistered(written, saying)
    append(bench, 1, written, saying)
    await reached(daemon, ({ next }) => next === 24)
    await stop()
    expect(await letters(bench)).toEqual([])
    expect(await events(bench)).toHaveLength(20)
  })
})
