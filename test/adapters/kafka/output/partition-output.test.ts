/** Batches of one partition: in order, of bounded size, numbered without a gap. */
import { expect, test } from 'vitest'
import { noProducer, type ProducerIdentity } from '../../../../src/adapters/kafka/codec/record-batch-writer.ts'
import { readRecordBatches } from '../../../../src/adapters/kafka/codec/record-batches.ts'
import { BufferPool } from '../../../../src/adapters/kafka/output/buffer-pool.ts'
import { PartitionOutput, type SealedBatch } from '../../../../src/adapters/kafka/output/partition-output.ts'
import { outputRecord } from '../../../contract/kafka-batches.ts'

const usual: ProducerIdentity = { producerId: 7n, producerEpoch: 1 }
const baseSequenceAt = 53

const outputOf = (firstSequence = 0, producer = usual): PartitionOutput =>
  new PartitionOutput({ topic: 'topic', partition: 0, producer, buffers: new BufferPool(), firstSequence })

/** All batches of these records, read and released. */
function sealed(output: PartitionOutput, ...texts: readonly string[]): ReturnType<typeof seen>[] {
  const batches = texts.map((text) => output.append(outputRecord('topic', { text })))
  return [...batches, output.seal()].filter((batch) => batch !== null).map(seen)
}

function seen({ bytes, recordCount, largest, release }: SealedBatch) {
  const records = readRecordBatches({ batches: bytes, aborted: [] }, 0)
  const values = Array.from({ length: records.count }, (_, index) => records.value(index)?.toString() ?? 'null')
  const sequence = bytes.readInt32BE(baseSequenceAt)
  release()
  return { sequence, values, recordCount, bytes: bytes.length, largest: largest.bytes }
}

test('sequences go on from batch to batch', () => {
  const output = outputOf()
  expect(sealed(output, 'a', 'b', 'c')).toMatchObject([{ sequence: 0, values: ['a', 'b', 'c'], recordCount: 3 }])
  expect(sealed(output, 'd')).toMatchObject([{ sequence: 3, values: ['d'] }])
  expect(sealed(output)).toEqual([])
})

test('sequences wrap modulo 2^31, also within a batch', () => {
  const output = outputOf(2 ** 31 - 2)
  expect(sealed(output, 'a', 'b', 'c')).toMatchObject([{ sequence: 2 ** 31 - 2 }])
  expect(sealed(output, 'd')).toMatchObject([{ sequence: 1 }])
  const exact = outputOf(2 ** 31 - 1)
  sealed(exact, 'a')
  expect(sealed(exact, 'b')).toMatchObject([{ sequence: 0 }])
})

test('what is too much for one batch goes into the next, in order and without a gap', () => {
  const output = outputOf()
  for (const round of [1, 2]) {
    const texts = Array.from({ length: 100 }, (_, index) => `${round}/${index}/${'x'.repeat(10_000)}`)
    const batches = sealed(output, ...texts)
    expect(batches.length).toBeGreaterThan(3)
    expect(batches.flatMap(({ values }) => values)).toEqual(texts)
    expect(Math.max(...batches.map(({ bytes }) => bytes))).toBeLessThanOrEqual(262_144)
    let next = (round - 1) * 100
    for (const { sequence, values } of batches) {
      expect(sequence).toBe(next)
      next += values.length
    }
  }
})

test('a record that is larger than a batch has one of its own, and is its largest', () => {
  const batches = sealed(outputOf(), 'small', 'x'.repeat(500_000), 'small again')
  expect(batches.map(({ values }) => values.length)).toEqual([1, 1, 1])
  expect(batches[1]?.largest).toBeGreaterThan(500_000)
  expect(batches[2]?.largest).toBeLessThan(100)
})

test('a plain append carries no sequence', () => {
  expect(sealed(outputOf(0, noProducer), 'plain')).toMatchObject([{ sequence: -1, values: ['plain'] }])
})
