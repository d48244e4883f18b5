/** The legacy schema changes under a running source: what reads the change is held, and nothing else. */
import { describe, expect, it } from 'vitest'
import { transactionRecords } from '../../../bench/workload.ts'
import { latestCheckpoint } from '../../../src/app/observe/source-status.ts'
import { readDeadLetters } from '../../../src/app/observe/dead-letters.ts'
import type { Log, Metrics } from '../../../src/ports/clock-log-metrics.ts'
import type { Project } from '../../../src/app/project/project-texts.ts'
import {
  benchProject,
  events,
  fillRawLog,
  fillWithForm,
  installation,
  type Installation,
  names,
  rawLog,
} from '../bench-project.ts'
import { halted, reached, silent, start, translated, uncounted } from './running-daemon.ts'

const storeMapping = `mapping: store-seen
format: 1
owner: bench
source: bench
tables: {orders: public.orders}
defaults: {namespace: com.acme.bench, topic: stores.v1, key: "string(row.id)", partitions: 6}
rules:
  - name: seen
    on: {table: orders, op: update, changed: [status]}
    publish:
      - event: StoreSeen
        fields: {storeNo: "after.store_no"}
`
const storeContract = JSON.stringify({
  type: 'record',
  name: 'StoreSeen',
  namespace: 'com.acme.bench',
  owner: 'bench',
  doc: 'A store.',
  fields: [{ name: 'storeNo', type: 'int', doc: 'The store.' }],
})

/** The bench's mapping, which reads `qty`, and one that does not. */
async function bothMappings(edit: (text: string) => string = (text) => text): Promise<Project> {
  const project = await benchProject(edit)
  const { mappings, contracts } = project.texts
  return {
    ...project,
    texts: {
      ...project.texts,
      mappings: [...mappings, { path: 'mappings/store-seen.yaml', text: storeMapping }],
      contracts: [...contracts, { path: 'contracts/StoreSeen.v1.avsc', text: storeContract }],
    },
  }
}

/** Transactions from 0 to 10: the connector writes the first three as the catalog says. */
interface Drift {
  readonly fill: (bench: Installation) => Promise<void>
  readonly corrected: () => Promise<Project>
  readonly says: RegExp
}

const drifts: Readonly<Record<string, Drift>> = {
  dropped: {
    fill: async (bench) => {
      await fillRawLog(bench, 3, 10, (value) => value.replaceAll(/"qty":\d+,/g, ''))
    },
    corrected: async () => await bothMappings((text) => text.replace('"after.qty"', '"after.store_no"')),
    says: /^column public\.orders\.qty is absent from the row; OrderChanged\.v1 \(changed\.quantity\) reads it at mappings\/[a-z-]+\.yaml:\d+:\d+: run `falsework catalog pull`/,
  },
  renamed: {
    fill: async (bench) => {
      await fillRawLog(bench, 3, 10, (value) => value.replaceAll('"qty":', '"amount":'))
    },
    corrected: async () =>
      withCatalog(
        await bothMappings((text) => text.replace('after.qty', 'after.amount')),
        '"name": "qty"',
        '"name": "amount"',
      ),
    says: /^column public\.orders\.qty is absent from the row; /,
  },
  retyped: {
    fill: async (bench) => {
      fillWithForm(bench, [3, 4, 5, 6, 7, 8, 9], { qty: 'int16', store_no: 'int32' })
      await Promise.resolve()
    },
    corrected: async () => withCatalog(await bothMappings(), /("name": "qty",\s+"type": )"integer"/, '$1"smallint"'),
    says: /^column public\.orders\.qty is integer in the catalog, which comes as int32, and came as int16; OrderChanged\.v1 /,
  },
}

function withCatalog(project: Project, from: string | RegExp, to: string): Project {
  const catalogs = project.texts.catalogs.map(({ path, text }) => ({ path, text: text.replace(from, to) }))
  return { ...project, texts: { ...project.texts, catalogs } }
}

const heldOf = async ({ kafka }: Installation) =>
  (await latestCheckpoint(kafka.topicReader, names.checkpoint('bench')))?.held

/** By key, in order. */
async function published(bench: Installation): Promise<Record<string, string[]>> {
  const lines = (await events(bench)).map((line) => line.split(' '))
  const keys = Map.groupBy(lines, ([, key = '']) => key)
  return Object.fromEntries([...keys].map(([key, own]) => [key, own.map(([, , id = '']) => id)]))
}

async function wanted(): Promise<Record<string, string[]>> {
  const bench = installation()
  await fillRawLog(bench, 0, 10)
  await bench.register(await bothMappings())
  const { daemon, stop } = start(bench)
  await reached(daemon, translated(200))
  await stop()
  return await published(bench)
}

describe('a column that a mapping reads', () => {
  it.each(Object.entries(drifts))(
    'holds that mapping and no other when it is %s, and a revision that knows of it lets all go in order',
    async (_, drift) => {
      const bench = installation()
      await fillRawLog(bench, 0, 3)
      await bench.register(await bothMappings())
      const told: string[] = []
      const log: Log = { ...silent, error: (_message, fields) => told.push(String(fields?.['reason'])) }
      const { daemon } = start(bench, { log })
      await reached(daemon, translated(60))
      await drift.fill(bench)
      const { state } = await reached(daemon, ({ next }) => next !== null && next >= 120)
      expect(state.phase).not.toBe('halted')
      expect((await events(bench)).length).toBe(30)
      const held = await heldOf(bench)
      expect(held).toMatchObject({ inputs: 70, blockers: [{ mapping: 'order-changed' }] })
      expect(held?.holds.map(({ unit }) => unit.topic)).toEqual(['order-changes.v1'])
      const { letters } = await readDeadLetters(bench.kafka.topicReader, names.deadLetters)
      expect(letters.map(({ class: errorClass, content }) => [errorClass, content['failure']])).toEqual([
        ['schemaDrift', expect.objectContaining({ message: expect.stringMatching(drift.says) as unknown })],
      ])
      expect(told).toEqual([expect.stringMatching(drift.says)])
      await bench.register(await drift.corrected())
      await reached(daemon, translated(200))
      expect(await heldOf(bench)).toMatchObject({ inputs: 0, holds: [], blockers: [] })
      expect(await published(bench)).toEqual(await wanted())
    },
    20_000,
  )

  it('is read on when the table gets another column, which is said and counted once and stops nothing', async () => {
    const bench = installation()
    await fillRawLog(bench, 0, 3)
    await bench.register(await bothMappings())
    const [told, counted]: [unknown[], string[]] = [[], []]
    const log: Log = { ...silent, warn: (_message, fields) => told.push(fields) }
    const metrics: Metrics = { ...uncounted, add: (name) => counted.push(name) }
    await fillRawLog(bench, 3, 10, (value) => value.replaceAll('"qty":', '"amount":1,"qty":'))
    const { daemon } = start(bench, { log, metrics })
    await reached(daemon, translated(200))
    const added = { table: 'public.orders', column: 'amount', offset: 37 }
    expect(told).toEqual([{ source: 'bench', ...added }])
    expect(counted.filter((name) => name === 'unknown_columns_total')).toHaveLength(1)
    const checkpoint = await latestCheckpoint(bench.kafka.topicReader, names.checkpoint('bench'))
    expect(checkpoint?.noticed?.unknownColumns).toEqual([added])
    expect(await published(bench)).toEqual(await wanted())
  }, 20_000)

  it('is told of no column any more that a registration has made known to a source at work', async () => {
    const bench = installation()
    await bench.register(await benchProject())
    await fillRawLog(bench, 0, 3, (value) => value.replaceAll('"qty":', '"amount":1,"qty":'))
    const { daemon } = start(bench)
    await reached(daemon, translated(30))
    const noticed = async () =>
      (await latestCheckpoint(bench.kafka.topicReader, names.checkpoint('bench')))?.noticed?.unknownColumns
    expect(await noticed()).toMatchObject([{ column: 'amount' }])
    const column = /\{\s*"name": "qty",[^}]*\}/
    const known = await benchProject()
    const [qty = ''] = column.exec(known.texts.catalogs[0]?.text ?? '') ?? []
    await bench.register(withCatalog(known, column, `${qty}, ${qty.replace('"qty"', '"amount"')}`))
    await fillRawLog(bench, 3, 6, (value) => value.replaceAll('"qty":', '"amount":1,"qty":'))
    await reached(daemon, translated(60))
    expect(await noticed()).toBe(undefined)
  })

  it('halts the source when it is renamed and rows are told apart by it', async () => {
    const bench = installation()
    await bench.register(await bothMappings())
    await fillRawLog(bench, 0, 1)
    for (const { key, value } of transactionRecords(rawLog, 1)) {
      const [newKey, newValue] = [key, value].map((bytes) =>
        Buffer.from((bytes ?? '').toString().replaceAll(/"id":(?=\d+[,}])/g, '"no":')),
      )
      bench.kafka.cluster.append(rawLog, { key: newKey ?? null, value: newValue ?? null })
    }
    const { daemon } = start(bench)
    expect((await reached(daemon, halted)).state).toMatchObject({ code: 'KEY_MISSING', position: 12 })
  })

  it('halts the source when it is retyped and rows are told apart by it', async () => {
    const bench = installation()
    await bench.register(await bothMappings())
    await fillRawLog(bench, 0, 1)
    fillWithForm(bench, [1], { id: 'string' })
    const { daemon } = start(bench)
    expect((await reached(daemon, halted)).state).toMatchObject({ code: 'COLUMN_RETYPED', position: 12 })
  })
})
