import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import type { ShopAddress } from '../../../demo/shop-database.ts'
import { shopTopics } from '../../../demo/topics.ts'
import { runVerify, type Verdict, type VerdictCounts } from '../../../demo/verify/run-verify.ts'
import type { NumberedEvent } from '../../../demo/old-application/plan/plan-transactions.ts'
import { planned } from '../../demo/plans.ts'
import { type DatabaseAddress, isolated } from '../../stack/isolated.ts'
import { legacyShop, withClient } from './legacy-shop.ts'
import { EventWriter, fillTopics, published, type PublishedEvent } from './published-stream.ts'

const transactions = planned(3, 100).transactions.filter(({ ending }) => ending === 'commit')
const events = transactions.flatMap((transaction) => transaction.events)
const deadLetters = transactions.flatMap((transaction) => transaction.deadLetters)
const stream = published(events)
const serviceSchema = readFileSync(new URL('../../../demo/fulfilment/schema.sql', import.meta.url), 'utf8')

const nothing: Omit<VerdictCounts, 'transactions' | 'events'> = {
  missing: 0,
  duplicate: 0,
  unexpected: 0,
  outOfOrder: 0,
  different: 0,
  idMismatch: 0,
  deadLetterMismatch: 0,
}

let shop: ShopAddress
let writer: EventWriter

beforeAll(async () => {
  const { stack } = isolated('verify')
  writer = new EventWriter(stack.registryUrl)
  shop = await legacyShop('verify', 'empty')
  await withClient(shop, async (client) => {
    for (const { number, kind, rows, ...expected } of transactions) {
      await client.query('INSERT INTO audit.transactions VALUES ($1, $2, $3)', [number, kind, rows])
      for (const { topic, type, key, keySequence, subject, time, fields } of expected.events) {
        await client.query('INSERT INTO audit.expected_events VALUES ($1, $2, $3, $4, $5, $6, $7, $8)', [
          ...[number, topic, type, key, keySequence, subject, time],
          JSON.stringify(fields),
        ])
      }
      for (const [place, { mapping, rule, errorClass }] of expected.deadLetters.entries()) {
        const values = [number, place, mapping, rule, errorClass]
        await client.query('INSERT INTO audit.expected_dead_letters VALUES ($1, $2, $3, $4, $5)', values)
      }
    }
  })
})

/** What is said when Kafka holds these events. */
async function verdictOn(
  first: readonly PublishedEvent[],
  more: {
    readonly again?: readonly PublishedEvent[]
    readonly letters?: typeof deadLetters
    readonly service?: DatabaseAddress
  } = {},
): Promise<Verdict> {
  const { stack, prefix } = isolated('verify')
  const content = async (all: readonly PublishedEvent[], before: string) =>
    await Promise.all(
      shopTopics.map(async (topic) => ({
        topic: `${before}${topic}`,
        messages: await Promise.all(
          all.filter(({ event }) => event.topic === topic).map(async (event) => await writer.message(event)),
        ),
      })),
    )
  const letters = (more.letters ?? []).map(({ mapping, rule, errorClass }, at) => ({
    key: `letter ${at}`,
    value: JSON.stringify({ mapping, rule, failure: { class: errorClass } }),
  }))
  await fillTopics(stack.brokers, [
    ...(await content(first, prefix)),
    ...(await content(more.again ?? [], `${prefix}scratch.`)),
    { topic: `${prefix}dead-letters`, messages: letters },
  ])
  const named = (before: string) => Object.fromEntries(shopTopics.map((topic) => [topic, `${before}${topic}`]))
  return await runVerify({
    ...stack,
    audit: { kind: 'postgresql', ...shop },
    ...(more.service !== undefined && { service: { kind: 'postgresql', ...more.service } }),
    topics: named(prefix),
    ...(more.again === undefined ? {} : { scratchTopics: named(`${prefix}scratch.`) }),
    ...(more.letters === undefined ? {} : { deadLetterTopic: `${prefix}dead-letters` }),
  })
}

/** The database of a new service that has done one thing itself, behind so many events of the shop with its key. */
async function serviceWith(
  { topic, type, key, subject, time, fields }: NumberedEvent,
  legacyBefore: number,
): Promise<DatabaseAddress> {
  const address = await isolated('service').database()
  await withClient(address, async (client) => {
    await client.query(serviceSchema)
    await client.query("INSERT INTO fulfilment.outbox (event, key, body) VALUES ('', '', '{}')")
    await client.query('INSERT INTO fulfilment.facts VALUES (1, $1, $2, $3, $4, $5, $6, $7)', [
      ...[topic, type, key, legacyBefore, subject, time],
      JSON.stringify(fields),
    ])
  })
  return address
}

/** Two neighbours of one key. */
function neighbours(): readonly [number, number] {
  for (const [first, { event }] of stream.entries()) {
    const second = stream.findIndex(
      ({ event: other }, at) => at > first && other.topic === event.topic && other.key === event.key,
    )
    if (second > 0) return [first, second]
  }
  throw new Error('no key has two events')
}

function altered(at: number, change: (event: PublishedEvent) => PublishedEvent): readonly PublishedEvent[] {
  return stream.map((event, place) => (place === at ? change(event) : event))
}

describe('the check of the story', () => {
  it('finds nothing in a stream that is as expected, twice translated, with its dead letters', async () => {
    expect(deadLetters.length).toBeGreaterThan(0)
    const { exitCode, counts, lines } = await verdictOn(stream, { again: stream, letters: deadLetters })
    expect(lines).toEqual([])
    expect(counts).toEqual({ transactions: transactions.length, events: events.length, ...nothing })
    expect(exitCode).toBe(0)
  })

  it('finds an event that was dropped', async () => {
    const { exitCode, counts, lines } = await verdictOn(stream.toSpliced(7, 1))
    expect(counts).toMatchObject({ ...nothing, missing: 1 })
    expect(lines).toHaveLength(1)
    expect(exitCode).toBe(1)
  })

  it('finds an event that was repeated', async () => {
    const again = stream.slice(7, 8)
    const { exitCode, counts } = await verdictOn(stream.toSpliced(20, 0, ...again))
    expect(counts).toMatchObject({ ...nothing, duplicate: 1 })
    expect(exitCode).toBe(1)
  })

  it('finds an event that was repeated under another id', async () => {
    const again = stream.slice(7, 8).map(({ event }) => ({ event, id: 'another' }))
    const { exitCode, counts } = await verdictOn([...stream, ...again])
    expect(counts).toMatchObject({ ...nothing, duplicate: 1 })
    expect(exitCode).toBe(1)
  })

  it('finds two events of a key that were swapped', async () => {
    const [first, second] = neighbours()
    const swapped = stream.map((event, at) => stream[at === first ? second : at === second ? first : at] ?? event)
    const { exitCode, counts } = await verdictOn(swapped)
    expect(counts).toMatchObject({ ...nothing, outOfOrder: 1 })
    expect(exitCode).toBe(1)
  })

  it('finds an event of an earlier epoch behind a later one of its key, and nothing where epochs grow', async () => {
    const [first, second] = neighbours()
    const inEpochs = (earlier: number, later: number): readonly PublishedEvent[] =>
      stream.map((event, at) => ({
        ...event,
        ...(at === first && { epoch: earlier }),
        ...(at === second && { epoch: later }),
      }))
    expect((await verdictOn(inEpochs(1, 2))).counts).toMatchObject(nothing)
    const { exitCode, counts, lines } = await verdictOn(inEpochs(2, 1))
    expect(counts).toMatchObject({ ...nothing, outOfOrder: 1 })
    expect(lines).toEqual([expect.stringMatching(/^outOfOrder: .* has epoch 1, and comes after epoch 2$/)])
    expect(exitCode).toBe(1)
  })

  it('expects the facts of the new service, each once and behind the events of the shop that it had followed', async () => {
    const [first, second] = neighbours()
    const [ofShop, behind] = [stream[first], stream[second]]
    if (ofShop === undefined || behind === undefined) throw new Error('no key has two events')
    const fact = { ...ofShop, id: 'of the service', event: { ...ofShop.event, time: '2026-02-01T00:00:00.000000Z' } }
    const service = await serviceWith(fact.event, ofShop.event.keySequence)
    const between = stream.toSpliced(first + 1, 0, fact)
    expect((await verdictOn(between, { service })).counts).toMatchObject({ ...nothing, events: events.length + 1 })
    expect((await verdictOn(between)).counts).not.toMatchObject(nothing)
    expect((await verdictOn(stream, { service })).counts).toMatchObject({ ...nothing, missing: 1 })
    const late = await verdictOn(stream.toSpliced(second + 1, 0, fact), { service })
    expect(late.counts).toMatchObject({ ...nothing, outOfOrder: 1 })
  })

  it('finds a field that was altered, and names it', async () => {
    const at = stream.findIndex(({ event }) => event.type.endsWith('.OrderPlaced'))
    const change = ({ event, id }: PublishedEvent): PublishedEvent => {
      return { id, event: { ...event, fields: { ...event.fields, total: '0.01' } } }
    }
    const { exitCode, counts, lines } = await verdictOn(altered(at, change))
    expect(counts).toMatchObject({ ...nothing, different: 1 })
    expect(lines).toEqual([expect.stringMatching(/^different: orders\.v1 key \d+ .* differs in fields\.total$/)])
    expect(exitCode).toBe(1)
  })

  it('finds another subject, and another time where it is known', async () => {
    const first = stream.findIndex(({ event }) => event.time !== null)
    const other = (event: PublishedEvent, change: Partial<PublishedEvent['event']>): PublishedEvent => {
      return { id: event.id, event: { ...event.event, ...change } }
    }
    const changed = stream.map((event, at) => {
      if (at === first) return other(event, { time: '2020-01-01T00:00:00.000000Z' })
      return at === stream.length - 1 ? other(event, { subject: 'another' }) : event
    })
    const { counts, lines } = await verdictOn(changed)
    expect(counts).toMatchObject({ ...nothing, different: 2 })
    expect(lines.map((line) => line.split(' ').at(-1)).sort()).toEqual(['subject', 'time'])
  })

  it('finds an event under another key', async () => {
    const { counts } = await verdictOn(altered(7, ({ event, id }) => ({ id, event: { ...event, key: 'nobody' } })))
    expect(counts).toMatchObject({ ...nothing, missing: 1, unexpected: 1 })
  })

  it('finds an id that a second translation does not repeat, and a dead letter that is missing', async () => {
    const again = altered(7, ({ event }) => ({ event, id: 'another' }))
    const { exitCode, counts } = await verdictOn(stream, { again, letters: deadLetters.slice(1) })
    expect(counts).toMatchObject({ ...nothing, idMismatch: 1, deadLetterMismatch: 1 })
    expect(exitCode).toBe(1)
  })

  it('says nothing good of a shop in which nothing was expected', async () => {
    const { stack } = isolated('verify')
    const empty = await legacyShop('verify_empty', 'empty')
    const verdict = await runVerify({
      ...stack,
      audit: { kind: 'postgresql', ...empty },
      topics: { 'orders.v1': 'orders.v1' },
    })
    expect(verdict).toEqual({
      exitCode: 2,
      counts: null,
      lines: ['verify: java.lang.IllegalStateException: the audit tables are empty'],
    })
  })
})
