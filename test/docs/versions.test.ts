/** docs/versions.md: its project through the commands that it names, and what a daemon makes of it. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { fillRawLog } from '../app/bench-project.ts'
import { reached, start, translated } from '../app/translate/running-daemon.ts'
import { type CopiedBench, copiedBench } from '../cli/project/copied-bench.ts'
import { repository } from '../cli/in-process.ts'
import { masked, pageSteps, partsOf } from './page-steps.ts'

const page = readFileSync(join(repository, 'docs', 'versions.md'), 'utf8')
const files = new Map(
  [...page.matchAll(/^`((?:mappings|contracts)\/\S+)`\n\n```\w+\n(.*?)^```$/gms)].map(([, path = '', text = '']) => [
    path,
    text,
  ]),
)
const mapping = 'mappings/order-shipped.yaml'
const fixtures = 'mappings/order-shipped.test.yaml'

/** The page has what is expected; of the table it takes more columns than a reader wants to see. */
const given = `mapping: order-shipped
tests:
  - name: an order that leaves the warehouse
    given:
      transaction:
        - table: orders
          op: update
          before: {id: 42, store_no: 1, customer_id: 7, status: P, total_cents: 4990, curr_cd: EUR, order_dt: 20260131,
            sku: "A-1", qty: 1, name: Ann, street: S, zip: "1", city: C, country: DE, phone: "1", email: a, notes: n,
            channel: WEB, priority: 1, weight: 1, touched_at: "2026-01-31T10:00:00", version: 1}
          set: {status: S}
`

/** The page's project on the benchmark's source, whose table of orders has the same columns. */
function versions(): CopiedBench {
  const copied = copiedBench()
  onTestFinished(() => {
    rmSync(copied.root, { recursive: true })
  })
  for (const path of ['mappings/order-changed.yaml', 'contracts/OrderChanged.v1.avsc']) rmSync(join(copied.root, path))
  for (const [path, text] of files) {
    const whole = path === fixtures ? given + text : text.replace('source: shop', 'source: bench')
    writeFileSync(join(copied.root, path), whole)
  }
  return copied
}

interface PublishedEvent {
  readonly key: string | undefined
  readonly schemaId: number | undefined
  readonly header: (name: string) => string | undefined
}

async function eventsIn({ bench }: CopiedBench, topic: string): Promise<readonly PublishedEvent[]> {
  const events: PublishedEvent[] = []
  const { signal } = new AbortController()
  const reading = { from: 'beginning', follow: false, signal } as const
  for await (const { key, value, headers } of bench.kafka.topicReader.read(topic, reading)) {
    const header = (name: string): string | undefined => headers.get(name)?.toString()
    events.push({ key: key?.toString(), schemaId: value?.readInt32BE(1), header })
  }
  return events
}

it('the commands of the page end well on its project', async () => {
  const copied = versions()
  const steps = pageSteps(page)
  expect(steps.length).toBeGreaterThan(3)
  for (const { command, parameters, code, sample } of steps) {
    const ran = await copied.run(...parameters)
    expect([command, ran.code]).toEqual([command, code])
    for (const part of partsOf(sample ?? '')) expect(masked(ran.out)).toContain(part.replace(' shop ', ' bench '))
  }
})

it('a daemon publishes both versions of each change, each by its own schema, under its own id', async () => {
  const copied = versions()
  await copied.run('register')
  await fillRawLog(copied.bench, 0, 1, (text) => text.replaceAll('"status":"P"', '"status":"S"'))
  await reached(start(copied.bench).daemon, translated(20))
  const [first, second] = [await eventsIn(copied, 'orders.v1'), await eventsIn(copied, 'orders.v2')]

  const told = (events: readonly PublishedEvent[], name: string) => new Set(events.map(({ header }) => header(name)))
  const [ids, otherIds] = [told(first, 'ce_id'), told(second, 'ce_id')]
  expect([first.length, second.length, new Set([...ids, ...otherIds]).size]).toEqual([10, 10, 20])
  expect(first.map(({ key }) => key)).toEqual(second.map(({ key }) => key))
  expect([...told(first, 'ce_type'), ...told(second, 'ce_type')]).toEqual([
    'com.acme.orders.OrderShipped',
    'com.acme.orders.v2.OrderShipped',
  ])
  expect([...told(first, 'deprecation'), ...told(first, 'sunset')]).toEqual(['2026-09-01', '2027-03-01'])
  expect([...told(second, 'deprecation'), ...told(second, 'sunset')]).toEqual([undefined, undefined])
  expect(told(first, 'ce_correlationid')).toEqual(told(second, 'ce_correlationid'))

  const registered = await copied.run('get', 'events', '-o', 'json')
  const { items } = JSON.parse(registered.out) as { readonly items: readonly { readonly schemaId: number }[] }
  expect([first, second].map((events) => [...new Set(events.map(({ schemaId }) => schemaId))])).toEqual(
    items.map(({ schemaId }) => [schemaId]),
  )

  const shown = async (name: string): Promise<string> => (await copied.run('tail', name, '--no-follow')).out
  expect(await shown('OrderShipped')).toBe(await shown('OrderShipped.v2'))
  expect(await shown('OrderShipped.v1')).toContain('com.acme.orders.OrderShipped  1  {"orderId":"1","total":"19.97"}')
})

it('a change whose version 2 fails gives no version 1 either', async () => {
  const copied = versions()
  const whole = (text: string): string =>
    text.replace(`"coalesce(trim(after.carrier_cd), 'UNKNOWN')"`, '"known(after.curr_cd)"')
  copied.edit(mapping, (text) =>
    whole(text).replace('rules:', 'codes: {known: {values: {CHF: CHF}, unknown: error}}\nrules:'),
  )
  copied.edit(fixtures, () => 'mapping: order-shipped\ntests: []\n')
  expect((await copied.run('register')).code).toBe(0)
  await fillRawLog(copied.bench, 0, 1, (text) => text.replaceAll('"status":"P"', '"status":"S"'))
  await reached(start(copied.bench).daemon, ({ counts }) => counts.deadLetters === 10)
  expect([await eventsIn(copied, 'orders.v1'), await eventsIn(copied, 'orders.v2')]).toEqual([[], []])
})

it('two versions in one topic are warned of, at the newer one', async () => {
  const copied = versions()
  copied.edit(mapping, (text) => text.replace('topic: orders.v2', 'topic: orders.v1'))
  const { code, out } = await copied.run('validate')
  expect(out).toContain(
    `${mapping}:17:16  warn   FW2336 versions-share-topic  OrderShipped.v2 goes to topic orders.v1, as OrderShipped.v1 does\n`,
  )
  expect(code).toBe(0)
})
