/** Batches of one partition: in order, of bounded size, numbered without a gap. */
import { expect, test } from 'vitest'
import { ByteWriter } from '../../../src/adapters/kafka/codec/byte-writer.ts'
import { noProducer, type ProducerIdentity } from '../../../src/adapters/kafka/codec/record-batch-writer.ts'
import { readRecordBatches } from '../../../src/adapters/kafka/codec/record-batches.ts'
import { PartitionQueue } from '../../../src/adapters/kafka/partition-queue.ts'
import { outputRecord } from '../../contract/kafka-batches.ts'

const producer: ProducerIdentity = { producerId: 7n, producerEpoch: 1 }
const baseSequenceAt = 53

/** Seals everything that waits and gives sequence and values of each batch. */
function sealed(queue: PartitionQueue, by = producer): { sequence: number; values: string[]; bytes: number }[] {
  const batches: { sequence: number; values: string[]; bytes: number }[] = []
  while (queue.waiting) {
    const target = new ByteWriter(1_024)
    queue.sealInto(target, { producer: by, timestampMs: 0 })
    const records = readRecordBatches({ batches: target.written, aborted: [] }, 0)
    const values = Array.from({ length: records.count }, (_, index) => records.value(index)?.toString() ?? 'null')
    batches.push({ sequence: target.bytes.readInt32BE(baseSequenceAt), values, bytes: target.length })
  }
  return batches
}

const append = (queue: PartitionQueue, ...texts: readonly string[]): void => {
  for (const text of texts) queue.append(outputRecord('topic', { text }))
}

test('sequences go on from batch to batch', () => {
  const queue = new PartitionQueue()
  append(queue, 'a', 'b', 'c')
  expect(sealed(queue)).toMatchObject([{ sequence: 0, values: ['a', 'b', 'c'] }])
  append(queue, 'd')
  expect(sealed(queue)).toMatchObject([{ sequence: 3, values: ['d'] }])
  expect(queue.waiting).toBe(false)
})

test('sequences wrap modulo 2^31, also within a batch', () => {
  const queue = new PartitionQueue(2 ** 31 - 2)
  append(queue, 'a', 'b', 'c')
  expect(sealed(queue)).toMatchObject([{ sequence: 2 ** 31 - 2 }])
  append(queue, 'd')
  expect(sealed(queue)).toMatchObject([{ sequence: 1 }])
  const exact = new PartitionQueue(2 ** 31 - 1)
  append(exact, 'a')
  sealed(exact)
  append(exact, 'b')
  expect(sealed(exact)).toMatchObject([{ sequence: 0 }])
})

test('what is too much for one batch goes into the next, in order and without a gap', () => {
  const queue = new PartitionQueue()
  for (const round of [1, 2]) {
    const texts = Array.from({ length: 100 }, (_, index) => `${round}/${index}/${'x'.repeat(10_000)}`)
    append(queue, ...texts)
    const batches = sealed(queue)
    expect(batches.length).toBeGreaterThan(3)
    expect(batches.flatMap(({ values }) => values)).toEqual(texts)
    expect(Math.max(...batches.map(({ bytes }) => bytes))).toBeLessThan(300_000)
    let next = (round - 1) * 100
    for (const { sequence, values } of batches) {
      expect(sequence).toBe(next)
      next += values.length
    }
  }
})

test('a record that is larger than a batch has one of its own', () => {
  const queue = new PartitionQueue()
  append(queue, 'small', 'x'.repeat(500_000), 'small again')
  expect(sealed(queue).map(({ values }) => values.length)).toEqual([1, 1, 1])
})

test('a plain append carries no sequence', () => {
  const queue = new PartitionQueue()
  append(queue, 'plain')
  expect(sealed(queue, noProducer)).toMatchObject([{ sequence: -1, values: ['plain'] }])
})
