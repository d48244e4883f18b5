/** The key of a table becomes a whole number of another width: rows are told apart as before. */
import { expect, it } from 'vitest'
import { plainJson } from '../../../bench/debezium/record-form.ts'
import { orderTransaction } from '../../../bench/workload.ts'
import { readRegistry } from '../../../src/app/observe/registered.ts'
import type { Project } from '../../../src/app/project/project-texts.ts'
import { benchProject, events, fillRawLog, installation, type Installation, rawLog } from '../bench-project.ts'
import { reached, start } from './running-daemon.ts'

type Width = 'integer' | 'bigint'

/** Of a table as most are: REPLICA IDENTITY DEFAULT. */
async function project(width: Width): Promise<Project> {
  const { texts, ...others } = await benchProject()
  const catalogs = texts.catalogs.map(({ path, text }) => ({
    path,
    text: text
      .replace('"replicaIdentity": "full"', '"replicaIdentity": "default"')
      .replace(/("name": "id",\s+"type": ")[^"]*"/, `$1${width}"`),
  }))
  return { ...others, texts: { ...texts, catalogs } }
}

function append({ kafka }: Installation, number: number, width: Width): void {
  const form = Buffer.from(JSON.stringify({ id: width === 'integer' ? 'int32' : 'int64' }))
  const log = { topic: rawLog, form: plainJson, updates: { orders: 10, updatesPerEvent: 1 } } as const
  for (const { record } of orderTransaction(log, number)) {
    const value = JSON.parse(String(record.value)) as { before?: unknown; after?: unknown }
    if (value.after !== undefined) value.before = null
    const headers = value.after === undefined ? [] : [['falsework.columns', form] as const]
    kafka.cluster.append(rawLog, { key: record.key, value: Buffer.from(JSON.stringify(value)), headers })
  }
}

it.each(['as it was left', 'built anew from the raw log'])('rows are found in a store that is %s', async (store) => {
  const bench = installation()
  await fillRawLog(bench, 0, 0)
  append(bench, 0, 'integer')
  await bench.register(await project('integer'))
  const { daemon, stop } = start(bench)
  await reached(daemon, ({ next }) => next === 12)
  await bench.register(await project('bigint'))
  const { end } = await readRegistry(bench.kafka.openControlLog)
  await reached(daemon, ({ registryOffset }) => registryOffset >= end)
  await stop()
  if (store !== 'as it was left') bench.rowStores.damage('bench')
  append(bench, 1, 'bigint')
  const again = start(bench)
  await reached(again.daemon, ({ next }) => next === 24)
  // The first update of each order says nothing of what it was, for no row was there before.
  expect(await events(bench)).toHaveLength(10)
})
