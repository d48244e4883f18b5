/** Records on their way: batches are sent while they fill, in order, with little in memory and little of it kept. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { OutputFlow } from '../../../../src/adapters/kafka/output/output-flow.ts'
import { codeOf } from '../../../contract/kafka-harness.ts'
import { outputRecord } from '../../../contract/kafka-batches.ts'
import { ScriptedBrokers } from './scripted-brokers.ts'

const flowTo = (brokers: ScriptedBrokers): OutputFlow =>
  new OutputFlow({
    cluster: brokers.cluster,
    producer: { producerId: 7n, producerEpoch: 1 },
    transactionalId: 'falsework.shop',
    timeoutMs: 1_000,
    join: async (topics) => {
      await Promise.resolve()
      brokers.joined.push(...topics.flatMap(({ topic, partitions }) => partitions.map((each) => `${topic}/${each}`)))
    },
  })

const turns = async (count = 20): Promise<void> => {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve))
}

const filler = 'x'.repeat(10_000)
const large = (index: number, partition = 0) => outputRecord('events', { partition, text: `${index}:${filler}` })
const numbers = (log: readonly string[] | undefined): number[] => (log ?? []).map((value) => Number.parseInt(value, 10))

test('a small transaction is one request for each leader, and nothing leaves before the flush', async () => {
  const brokers = new ScriptedBrokers(2)
  const flow = flowTo(brokers)
  for (const partition of [0, 1, 2, 3]) expect(flow.append(outputRecord('events', { partition }))).toBeNull()
  expect(flow.append(outputRecord('checkpoint', { text: 'state' }))).toBeNull()
  await turns()
  expect(brokers.requests).toBe(0)
  await flow.flush()
  expect(brokers.requests).toBe(2)
  expect(brokers.joined).toEqual(['events/0', 'events/1', 'events/2', 'events/3', 'checkpoint/0'])
  await flow.flush()
  expect(brokers.requests).toBe(2)
})

test('batches are sent while they fill, several at a time, and keep the order of each partition', async () => {
  const brokers = new ScriptedBrokers(2)
  const flow = flowTo(brokers)
  for (let index = 0; index < 1_000; index++) await flow.append(large(index, index % 4))
  expect(brokers.logs.size).toBe(4)
  await flow.flush()
  for (const partition of [0, 1, 2, 3]) {
    const expected = Array.from({ length: 250 }, (_, index) => index * 4 + partition)
    expect(numbers(brokers.logs.get(`events/${partition}`))).toEqual(expected)
  }
  expect(Math.max(...brokers.inFlightMost.values())).toBeGreaterThan(1)
  expect(Math.max(...brokers.inFlightMost.values())).toBeLessThanOrEqual(5)
})

test('a partition joins once before its first batch, and again after each flush', async () => {
  const brokers = new ScriptedBrokers()
  const flow = flowTo(brokers)
  for (let index = 0; index < 100; index++) await flow.append(large(index))
  await flow.append(outputRecord('events', { partition: 1 }))
  await flow.flush()
  expect(brokers.joined).toEqual(['events/0', 'events/1'])
  await flow.append(outputRecord('events', { partition: 1 }))
  await flow.flush()
  expect(brokers.joined).toEqual(['events/0', 'events/1', 'events/1'])
})

test('pushes back while the brokers do not answer, and goes on when they do', async () => {
  const brokers = new ScriptedBrokers()
  const flow = flowTo(brokers)
  brokers.hold()
  let index = 0
  let full: Promise<void> | null = null
  while (full === null && index < 2_000) full = flow.append(large(index++))
  expect(index * filler.length).toBeLessThan(5_000_000)
  await turns()
  expect(brokers.inFlight).toBe(5)
  let isFree = false
  void full?.then(() => (isFree = true))
  await turns()
  expect(isFree).toBe(false)
  brokers.release()
  await full
  await flow.flush()
  expect(numbers(brokers.logs.get('events/0'))).toEqual(Array.from({ length: index }, (_, each) => each))
})

test('many partitions that fill slowly are sent before they are full', async () => {
  const brokers = new ScriptedBrokers()
  const flow = flowTo(brokers)
  for (let index = 0; index < 1_200; index++) await flow.append(large(index, index % 12))
  expect(brokers.logs.size).toBe(12)
  await flow.flush()
  expect([...brokers.logs.values()].flat()).toHaveLength(1_200)
})

test('a refused batch is named with its largest record, and nothing is sent after it', async () => {
  const brokers = new ScriptedBrokers()
  brokers.batchBytesMax = 300_000
  const flow = flowTo(brokers)
  await flow.append(outputRecord('events', { text: 'y'.repeat(400_000), headers: ['ce_id', 'an-id'] }))
  await flow.append(large(1))
  await turns()
  expect(flow.failure).toMatchObject({ code: 'PUBLISH_REFUSED' })
  const requests = brokers.requests
  expect(flow.failure?.message).toMatch(
    /^Produce to events, partition 0 \(400\d+ bytes, 1 records; the largest has 4000\d\d bytes, ce_id an-id\) .*messageTooLarge/,
  )
  expect(await codeOf(async () => await flow.flush())).toBe('PUBLISH_REFUSED')
  await turns()
  expect(brokers.requests).toBe(requests)
})

test('the first failure of several requests in flight is the one that is told', async () => {
  const brokers = new ScriptedBrokers()
  brokers.batchBytesMax = 300_000
  brokers.hold()
  const flow = flowTo(brokers)
  void flow.append(outputRecord('events', { text: 'y'.repeat(400_000) }))
  // Their sequence numbers do not follow what was refused.
  for (let index = 0; index < 100; index++) void flow.append(large(index))
  await turns()
  expect(brokers.inFlight).toBeGreaterThan(2)
  brokers.release()
  await turns()
  expect(flow.failure).toMatchObject({ code: 'PUBLISH_REFUSED' })
  expect([...brokers.logs.values()].flat()).toEqual([])
})

test('whoever waits for room is told when the connection breaks, and so is the flush', async () => {
  const brokers = new ScriptedBrokers()
  brokers.hold()
  const flow = flowTo(brokers)
  let full: Promise<void> | null = null
  for (let index = 0; full === null; index++) full = flow.append(large(index))
  await turns()
  brokers.cut()
  expect(await codeOf(async () => await full)).toBe('PUBLISH_UNCERTAIN')
  expect(await codeOf(async () => await flow.flush())).toBe('PUBLISH_UNCERTAIN')
})

test('a large transaction leaves no more than a few megabytes of buffers behind', async () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const settledBytes = async (): Promise<number> => {
    await turns()
    collect()
    await turns()
    collect()
    return process.memoryUsage().arrayBuffers
  }
  const brokers = new ScriptedBrokers()
  const flow = flowTo(brokers)
  const value = Buffer.alloc(1_000, 'x')
  await flow.append(outputRecord('events', { value }))
  await flow.flush()
  const before = await settledBytes()
  for (let index = 0; index < 100_000; index++) {
    const full = flow.append(outputRecord('events', { partition: index % 12, value }))
    if (full !== null) await full
  }
  await flow.flush()
  brokers.logs.clear()
  // Memory is given back some time behind a collection: what was kept for good would never be.
  while ((await settledBytes()) - before > 6_000_000) await turns()
}, 60_000)
