/** What `tail` shows of what a daemon has published, and of what others have written beside it. */
import { describe, expect, it } from 'vitest'
import type { TopicRecord } from '../../src/ports/kafka/topic-reader.ts'
import type { Installation } from '../app/bench-project.ts'
import { falsework, type Ran } from './in-process.ts'
import { translatedBench } from './translated-bench.ts'

const topic = 'order-changes.v1'
const type = 'com.acme.bench.OrderChanged'

const tail = async ({ kafka }: Installation, ...parameters: string[]): Promise<Ran> =>
  await falsework(['tail', 'OrderChanged', '--no-follow', ...parameters], { ports: () => ({ kafka }) })

const linesOf = (text: string): string[] => text.split('\n').slice(0, -1)
const objectsOf = ({ out }: Ran): unknown[] => linesOf(out).map((line) => JSON.parse(line) as unknown)

async function firstEvent({ kafka }: Installation): Promise<TopicRecord> {
  const signal = new AbortController().signal
  for await (const record of kafka.topicReader.read(topic, { from: 'beginning', follow: false, signal })) return record
  throw new Error('nothing was published')
}

/** Appends the first event again, with some of it changed. */
async function appendAgain(
  bench: Installation,
  changed: { value?: Buffer | null; ceType?: string | null },
): Promise<void> {
  const { key, value, headers } = await firstEvent(bench)
  const { ceType = type } = changed
  const named = new Map(headers)
  if (ceType === null) named.clear()
  else named.set('ce_type', Buffer.from(ceType))
  bench.kafka.cluster.append(topic, {
    key,
    value: changed.value === undefined ? value : changed.value,
    headers: [...named],
  })
}

const valueOf = async (bench: Installation): Promise<Buffer> => (await firstEvent(bench)).value ?? Buffer.alloc(0)

describe('falsework tail', () => {
  it('shows people each event on a line: time, type, key, and fields as the contract reads them', async () => {
    const bench = await translatedBench((text) =>
      text.replaceAll('"customer_id":700001', '"customer_id":9007199254740993'),
    )
    const { code, out, err } = await tail(bench)
    expect(linesOf(out)).toHaveLength(10)
    expect(linesOf(out).find((line) => line.includes('"orderId":"1"'))).toMatch(
      /^20\S+Z {2}com\.acme\.bench\.OrderChanged {2}1 {2}\{.*"customerId":"9007199254740993".*"total":"19\.97".*"placedOn":"2026-01-02"/,
    )
    expect([code, err]).toEqual([0, ''])
  })

  it.each(['json', 'jsonl'])('gives programs one object a line with -o %s', async (form) => {
    const events = objectsOf(await tail(await translatedBench(), '-o', form))
    expect(events).toHaveLength(10)
    expect(events[0]).toMatchObject({
      topic,
      partition: 0,
      offset: 0,
      type,
      id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      time: expect.stringMatching(/^20.*Z$/) as string,
      fields: { status: 'PAID', previousStatus: 'NEW', discount: null },
      unread: null,
    })
  })

  it('keeps control characters of a field from the terminal', async () => {
    const bench = await translatedBench((text) => text.replaceAll('"A-0001"', '"A\u009b\u202e1"'))
    for (const form of ['table', 'jsonl']) {
      const { out } = await tail(bench, '-o', form)
      expect(out).toContain('A\\u009b\\u202e1')
      expect(out).not.toMatch(/[\u009b\u202e]/)
    }
  })

  it('ends after so many events with --limit', async () => {
    expect(linesOf((await tail(await translatedBench(), '--limit', '3')).out)).toHaveLength(3)
  })

  it('passes over events of another type in the topic', async () => {
    const bench = await translatedBench()
    await appendAgain(bench, { ceType: 'com.acme.bench.OrderMoved' })
    expect(linesOf((await tail(bench)).out)).toHaveLength(10)
  })

  it('shows a tombstone, with its key', async () => {
    const bench = await translatedBench()
    bench.kafka.cluster.append(topic, { key: Buffer.from('7'), value: null })
    expect(linesOf((await tail(bench)).out)).toContain('tombstone  7')
    const events = objectsOf(await tail(bench, '-o', 'jsonl'))
    expect(events).toContainEqual(expect.objectContaining({ key: '7', type: '', fields: null, unread: null }))
  })

  it.each([
    [
      'whose value ends too early',
      (value: Buffer) => value.subarray(0, 9),
      'not a record of this schema: it ends too early',
    ],
    [
      'whose schema nobody has registered',
      (value: Buffer) => Buffer.concat([Buffer.from([0, 0, 0, 9, 9]), value.subarray(5)]),
      'no registered revision has its schema 2313',
    ],
    ['without a frame', () => Buffer.from('hello'), 'its value does not begin with the id of a schema'],
  ])('shows an event %s without fields, says why, and goes on', async (_, spoil, reason) => {
    const bench = await translatedBench()
    await appendAgain(bench, { value: spoil(await valueOf(bench)) })
    const ran = await tail(bench, '-o', 'jsonl')
    expect(ran.err).toMatch(/^warning: order-changes\.v1, 0:\d+: /)
    expect(ran.err).toContain(reason)
    const events = objectsOf(ran)
    expect(events).toHaveLength(11)
    expect(events.filter((event) => (event as { unread: unknown }).unread === reason)).toMatchObject([
      { type, fields: null },
    ])
    expect(ran.code).toBe(0)
  })

  it('names a record that is no event by its place alone', async () => {
    const bench = await translatedBench()
    await appendAgain(bench, { ceType: null, value: Buffer.from('{"password": "hunter2"}') })
    const { code, out, err } = await tail(bench)
    expect(linesOf(out)).toHaveLength(10)
    expect(err).toMatch(/^warning: order-changes\.v1, 0:\d+: it has no header ce_type\n$/)
    expect(out).not.toContain('hunter2')
    expect(code).toBe(0)
  })

  it('follows what becomes visible, and ends at its limit', async () => {
    const bench = await translatedBench()
    const ran = await falsework(['tail', 'OrderChanged', '--from-beginning', '--limit', '11'], {
      ports: () => ({ kafka: bench.kafka }),
      onOut: (out) => {
        if (linesOf(out).length === 10) void appendAgain(bench, {})
      },
    })
    expect([ran.code, linesOf(ran.out).length]).toEqual([0, 11])
  })

  it('answers exit 130 when it is interrupted', async () => {
    const { kafka } = await translatedBench()
    const interrupt = new AbortController()
    const { code, out } = await falsework(['tail', 'OrderChanged.v1', '--from-beginning'], {
      ports: () => ({ kafka }),
      interrupted: interrupt.signal,
      onOut: () => interrupt.abort(),
    })
    expect([code, linesOf(out).length]).toEqual([130, 1])
  })

  it('answers exit 1 when the topic of the event is gone', async () => {
    const bench = await translatedBench()
    bench.kafka.cluster.deleteTopic(topic)
    const { code, out, err } = await tail(bench)
    expect(err).toMatch(/^error TOPIC_MISSING: .*order-changes\.v1/)
    expect([code, out]).toEqual([1, ''])
  })
})
