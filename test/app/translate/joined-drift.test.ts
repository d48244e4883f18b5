/** The table of a `with` or of a look-up changes under a running source: the mappings that read what has changed wait. */
import { describe, expect, it } from 'vitest'
import { readDeadLetters } from '../../../src/app/observe/dead-letters.ts'
import { latestCheckpoint } from '../../../src/app/observe/source-status.ts'
import type { Project } from '../../../src/app/project/project-texts.ts'
import { catalogToJson } from '../../../src/core/catalog/catalog-json.ts'
import { caseProject } from '../../cases/run-case.ts'
import { recorded, recordedTables, type TextRecord } from '../../core/capture/raw-log-of.ts'
import { installation, type Installation, names } from '../bench-project.ts'
import type { Problem } from '../../../src/core/diagnostics/problem.ts'
import { readRegistry } from '../../../src/app/observe/registered.ts'
import type { Daemon } from '../../../src/app/translate/daemon.ts'
import { reached, start } from './running-daemon.ts'

const head = (name: string, others: string): string => `mapping: ${name}
format: 1
owner: me
source: s
tables: {orders: shop.orders, lines: shop.lines}
defaults: {namespace: a.b, topic: ${name}.v1, key: "string(row.id)", partitions: 1}
onError: {unmapped: holdMapping}
${others}rules:
`

/** `reads`: a column of the first line of the order. */
const joining = (reads: string): string => `${head('joining', '')}  - name: placed
    on: {table: orders, op: insert}
    with:
      first: {table: lines, op: insert, match: {order_id: row.id}, rows: 0..1}
    publish:
      - event: Placed
        fields: {id: "after.id", what: "string(first.${reads})"}
`
const looking = (
  reads: string,
): string => `${head('looking', `lookups:\n  line: {table: lines, key: [order_id, line], columns: [${reads}], missing: null}\n`)}  - name: moved
    on: {table: orders, op: update, changed: [state]}
    publish:
      - event: Moved
        fields: {id: "after.id", what: "string(line(after.id, 1).${reads})"}
`
/** Reads the same tables, and not the column. */
const other = `${head('other', 'lookups:\n  line: {table: lines, key: [order_id, line], columns: [line], missing: null}\n')}  - name: seen
    on: {table: orders, op: [insert, update], changed: any}
    with:
      first: {table: lines, op: insert, match: {order_id: row.id}, rows: 0..1}
    publish:
      - event: Seen
        fields: {id: "after.id", what: "string(coalesce(first.line, line(after.id, 1).line))"}
`

const contractOf = (name: string): string =>
  JSON.stringify({
    type: 'record',
    name,
    namespace: 'a.b',
    owner: 'me',
    doc: 'd',
    fields: [
      { name: 'id', type: 'int', doc: 'd' },
      { name: 'what', type: ['null', 'string'], default: null, doc: 'd' },
    ],
  })

const catalogText = JSON.stringify(catalogToJson({ source: 's', kind: 'postgres', tables: recordedTables }))

/** `reads`: the column of a line. */
async function project(reads = 'sku', catalog: (text: string) => string = (text) => text): Promise<Project> {
  const base = await caseProject('incremental-snapshot')
  const mappings = { joining: joining(reads), looking: looking(reads), other }
  return {
    ...base,
    texts: {
      ...base.texts,
      mappings: Object.entries(mappings).map(([name, text]) => ({ path: `mappings/${name}.yaml`, text })),
      contracts: ['Placed', 'Moved', 'Seen'].map((name) => ({
        path: `contracts/${name}.v1.avsc`,
        text: contractOf(name),
      })),
      catalogs: [{ path: 'catalog/s.json', text: catalog(catalogText) }],
    },
  }
}

const forms = {
  orders: '{"id":"int32","state":"string","total":"string","note":"string"}',
  lines: '{"order_id":"int32","line":"int32","sku":"string"}',
} as const

/** The recorded transactions in which order 10 comes with its lines, and in which an order is moved on: of order 10 + n. */
function ordered(n: number, edit: (line: string) => string, sku = 'string'): readonly TextRecord[] {
  return recorded('transaction')
    .slice(0, 11)
    .map(({ key, value }) => {
      const isLine = String(value).includes('"table":"lines"')
      const columns = isLine ? forms.lines.replace('"sku":"string"', `"sku":"${sku}"`) : forms.orders
      const text = renumbered(String(value), n)
      return {
        key: renumbered(String(key), n),
        value: isLine ? edit(text) : text,
        ...(text.includes('"op"') && { headers: { 'falsework.columns': columns } }),
      }
    })
}

const renumbered = (text: string, n: number): string =>
  text
    .replaceAll(/\b2659\d{4}\b/g, (lsn) => String(Number(lsn) + n * 10_000))
    .replaceAll(/\b73[01]\b/g, (id) => String(Number(id) + n * 2))
    .replaceAll(/"order_id":10\b/g, `"order_id":${10 + n}`)
    .replaceAll(/"id":10?(?=[,}])/g, `"id":${10 + n}`)

function append({ kafka }: Installation, records: readonly TextRecord[]): void {
  for (const { key, value, headers = {} } of records) {
    kafka.cluster.append(names.rawLog('s'), {
      key: Buffer.from(String(key)),
      value: Buffer.from(String(value)),
      headers: Object.entries(headers).map(([name, text]) => [name, Buffer.from(text)] as const),
    })
  }
}

const asIs = (text: string): string => text

interface Drift {
  /** Of the rows of lines from order 12 on. */
  readonly edit: (line: string) => string
  readonly form?: string
  readonly says: string
  readonly corrected: () => Promise<Project>
}

const drifts: Readonly<Record<string, Drift>> = {
  dropped: {
    edit: (line) => line.replaceAll(/,"sku":"\w+"/g, ''),
    says: 'is absent from the row',
    corrected: async () => await project('line'),
  },
  renamed: {
    edit: (line) => line.replaceAll('"sku":', '"article":'),
    says: 'is absent from the row',
    corrected: async () => await project('article', (text) => text.replace('"sku"', '"article"')),
  },
  retyped: {
    edit: (line) => line.replaceAll(/"sku":"\w+"/g, '"sku":7'),
    form: 'int32',
    says: 'is text in the catalog, which comes as string, and came as int32',
    corrected: async () =>
      await project('sku', (text) => text.replace('"name":"sku","type":"text"', '"name":"sku","type":"integer"')),
  },
}

/** The recorded transaction in which order 1 is moved on: of order 10, which was ordered before. */
const movedOn = (n: number): readonly TextRecord[] =>
  ordered(n, asIs)
    .slice(8)
    .map(({ key, value, headers }) => {
      const text = String(value).replaceAll(`"id":${10 + n},`, '"id":10,')
      return { key: String(key).replace(`"id":${10 + n}}`, '"id":10}'), value: text, ...(headers && { headers }) }
    })

const keysOf = async ({ kafka }: Installation, topic: string): Promise<readonly string[]> => {
  const keys: string[] = []
  const options = { from: 'beginning', follow: false, signal: new AbortController().signal } as const
  for await (const { key } of kafka.topicReader.read(topic, options)) keys.push(key?.toString() ?? '')
  return keys
}

const heldOf = async ({ kafka }: Installation) =>
  (await latestCheckpoint(kafka.topicReader, names.checkpoint('s')))?.held

const ordersOf = async (bench: Installation) => ({
  joining: await keysOf(bench, 'joining.v1'),
  looking: await keysOf(bench, 'looking.v1'),
  other: await keysOf(bench, 'other.v1'),
})

/** Nothing is said of the mappings but that they have no fixtures. */
const untested: unknown = expect.toSatisfy((problems: readonly Problem[]) =>
  problems.every(({ code }) => code === 'FW2341'),
)

describe('a column of joined rows that a mapping reads', () => {
  it.each(Object.entries(drifts))(
    'holds the mappings that read it and no other when it is %s, until a revision knows of it',
    async (_, { edit, form, says, corrected }) => {
      const bench = installation()
      const config = { 'cleanup.policy': 'delete', 'retention.ms': '-1' }
      await bench.kafka.topicAdmin.ensure([{ topic: names.rawLog('s'), partitions: 1, config }])
      append(bench, [...recorded('initial-snapshot'), ...ordered(0, asIs), ...ordered(1, asIs)])
      expect(await bench.register(await project())).toMatchObject({ problems: untested, kind: 'registered' })
      const { daemon } = start(bench)
      const before = ['10', '11']
      await reached(daemon, ({ next }) => next === 30)
      expect(await ordersOf(bench)).toEqual({
        joining: before,
        looking: before,
        other: before.flatMap((key) => [key, key]),
      })
      append(
        bench,
        [2, 3, 4].flatMap((n) => ordered(n, edit, form)),
      )
      const { state } = await reached(daemon, ({ next }) => next === 63)
      expect(state.phase).not.toBe('halted')
      const all = ['10', '11', '12', '13', '14']
      expect(await ordersOf(bench)).toEqual({
        joining: before,
        looking: before,
        other: all.flatMap((key) => [key, key]),
      })
      const { letters } = await readDeadLetters(bench.kafka.topicReader, names.deadLetters)
      const found = letters.map(({ mapping, class: errorClass, content }) => [
        mapping,
        errorClass,
        (content['failure'] as { message: string }).message,
      ])
      const message = (event: string, at: string, file: string): unknown =>
        expect.stringMatching(
          new RegExp(
            `^column shop\\.lines\\.sku ${says}(?: when the row was kept \\(.+\\))?; ${event}\\.v1 \\(${at}\\) reads it at mappings/${file}\\.yaml:\\d+:\\d+: run`,
          ),
        )
      expect(found.toSorted()).toEqual([
        ['joining', 'schemaDrift', message('Placed', 'placed.what', 'joining')],
        ['looking', 'schemaDrift', message('Moved', 'moved.what', 'looking')],
      ])
      expect((await heldOf(bench))?.inputs).toBe(6)
      expect(await bench.register(await corrected())).toMatchObject({ problems: untested, kind: 'registered' })
      await reached(daemon, ({ counts }) => counts.events >= 20)
      expect(await heldOf(bench)).toMatchObject({ inputs: 0, holds: [], blockers: [] })
      expect(await ordersOf(bench)).toEqual({ joining: all, looking: all, other: all.flatMap((key) => [key, key]) })
      expect((await readDeadLetters(bench.kafka.topicReader, names.deadLetters)).letters).toEqual([])
    },
    20_000,
  )
})

describe('a row that was kept before its column was retyped, and is looked up', () => {
  it('fails who looks it up and no other, where a day would be read as a number', async () => {
    const asDay = (text: string): string => text.replaceAll(/"sku":"\w+"/g, '"sku":7')
    const typed =
      (type: string) =>
      (catalog: string): string =>
        catalog.replace('"name":"sku","type":"text"', `"name":"sku","type":"${type}"`)
    const bench = installation()
    const config = { 'cleanup.policy': 'delete', 'retention.ms': '-1' }
    await bench.kafka.topicAdmin.ensure([{ topic: names.rawLog('s'), partitions: 1, config }])
    append(bench, [...recorded('initial-snapshot'), ...ordered(0, asDay, 'io.debezium.time.Date')])
    await bench.register(await project('sku', typed('date')))
    const { daemon } = start(bench)
    await reached(daemon, ({ next }) => next === 19)
    expect(await registered(bench, daemon, await project('sku', typed('integer')))).toBe('registered')
    append(bench, movedOn(1))
    await reached(daemon, ({ next }) => next === 22)
    expect(await ordersOf(bench)).toEqual({ joining: ['10'], looking: ['10'], other: ['10', '10', '10'] })
    const { letters } = await readDeadLetters(bench.kafka.topicReader, names.deadLetters)
    expect(
      letters.map(({ mapping, content }) => [mapping, (content['failure'] as { message: string }).message]),
    ).toEqual([
      [
        'looking',
        expect.stringContaining(
          'shop.lines.sku is integer in the catalog, which comes as int32, and came as io.debezium.time.Date when the row was kept',
        ),
      ],
    ])
  })
})

async function registered(bench: Installation, daemon: Daemon, wanted: Project): Promise<string> {
  const { kind } = await bench.register(wanted)
  const { end } = await readRegistry(bench.kafka.openControlLog)
  await reached(daemon, ({ registryOffset }) => registryOffset >= end)
  return kind
}
