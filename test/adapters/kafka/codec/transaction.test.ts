/** Requests and answers of a transaction: the bytes of kafkajs's own encoders, and the errors that answers carry. */
import { createRequire } from 'node:module'
import { describe, expect, test } from 'vitest'
import { ByteWriter } from '../../../../src/adapters/kafka/codec/byte-writer.ts'
import { readProduceResponse } from '../../../../src/adapters/kafka/codec/produce.ts'
import {
  addPartitionsRequest,
  commitRequest,
  readAddPartitionsResponse,
  readCommitResponse,
} from '../../../../src/adapters/kafka/codec/transaction.ts'

type Encode = (options: object) => { readonly encode: () => Promise<{ readonly buffer: Buffer }> }
const require = createRequire(import.meta.url)
const encoded = async (path: string, options: object): Promise<string> => {
  const encoder = require(`kafkajs/src/protocol/requests/${path}`) as Encode
  return (await encoder(options).encode()).buffer.toString('hex')
}

const producer = { transactionalId: 'falsework.größe', producerId: 4_611_686_018_427_387_905n, producerEpoch: 7 }
const asKafkajs = { transactionalId: producer.transactionalId, producerId: '4611686018427387905', producerEpoch: 7 }

test('AddPartitionsToTxn has the bytes that kafkajs would send', async () => {
  const topics = [
    { topic: 'one', partitions: [0, 1, 2] },
    { topic: 'zwölf', partitions: [11] },
  ]
  const { body } = addPartitionsRequest(producer, topics)
  expect(Buffer.concat(body).toString('hex')).toBe(
    await encoded('addPartitionsToTxn/v1/request', { ...asKafkajs, topics }),
  )
})

test('EndTxn has the bytes that kafkajs would send', async () => {
  const { body } = commitRequest(producer)
  expect(Buffer.concat(body).toString('hex')).toBe(
    await encoded('endTxn/v1/request', { ...asKafkajs, transactionResult: true }),
  )
})

function addPartitionsAnswer(codes: readonly number[]): Buffer {
  const writer = new ByteWriter(64)
  writer.int32(0)
  writer.int32(codes.length)
  for (const [partition, code] of codes.entries()) {
    writer.text(`topic ${partition}`)
    writer.int32(1)
    writer.int32(partition)
    writer.int16(code)
  }
  return writer.written
}

describe('the answer to AddPartitionsToTxn', () => {
  test('is well when every partition was added', () => {
    expect(() => readAddPartitionsResponse(addPartitionsAnswer([0, 0, 0]))).not.toThrow()
  })

  test.each([
    [[55, 3, 55], 3],
    [[29, 55], 29],
    [[55, 55], 55],
    [[51, 51], 51],
    [[0, 47], 47],
  ])('with codes %j raises %i: the one that says why', (codes, expected) => {
    expect(() => readAddPartitionsResponse(addPartitionsAnswer(codes))).toThrow(
      expect.objectContaining({ code: expected }),
    )
  })
})

test.each([0, 47, 51, 90])('the answer %i to EndTxn is raised unless it is well', (code) => {
  const writer = new ByteWriter(8)
  writer.int32(0)
  writer.int16(code)
  const read = (): void => readCommitResponse(writer.written)
  if (code === 0) expect(read).not.toThrow()
  else expect(read).toThrow(expect.objectContaining({ code }))
})

test('the answer to Produce gives base offsets, or the first refusal', () => {
  const answer = (code: number): Buffer => {
    const writer = new ByteWriter(64)
    writer.int32(1)
    writer.text('events')
    writer.int32(2)
    for (const partition of [0, 1]) {
      writer.int32(partition)
      writer.int16(partition === 1 ? code : 0)
      writer.int64FromNumber(100 + partition)
      writer.int64FromNumber(-1)
      writer.int64FromNumber(0)
    }
    writer.int32(0)
    return writer.written
  }
  expect(readProduceResponse(answer(0))).toEqual([
    { topic: 'events', partition: 0, baseOffset: 100 },
    { topic: 'events', partition: 1, baseOffset: 101 },
  ])
  expect(() => readProduceResponse(answer(10))).toThrow(expect.objectContaining({ code: 10 }))
})
