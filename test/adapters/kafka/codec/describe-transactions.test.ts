/** What a coordinator says of a transactional id, in the bytes of DescribeTransactions 0. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ByteReader } from '../../../../src/adapters/kafka/codec/byte-reader.ts'
import { ByteWriter } from '../../../../src/adapters/kafka/codec/byte-writer.ts'
import {
  type DescribedTransaction,
  describeTransactionsRequest,
  readDescribeTransactionsResponse,
} from '../../../../src/adapters/kafka/codec/describe-transactions.ts'
import {
  readCompactLength,
  readCompactText,
  skipTaggedFields,
  writeCompactArrayLength,
  writeCompactText,
  writeNoTaggedFields,
} from '../../../../src/adapters/kafka/codec/flexible-fields.ts'

/** Each topic has as many partitions as its place says. */
function answer(code: number, transaction: DescribedTransaction): Buffer {
  const writer = new ByteWriter(1_024)
  writeNoTaggedFields(writer)
  writer.int32(0)
  writeCompactArrayLength(writer, 1)
  writer.int16(code)
  writeCompactText(writer, transaction.transactionalId)
  writeCompactText(writer, transaction.state)
  writer.int32(60_000)
  writer.int64(BigInt(transaction.startMs))
  writer.int64(transaction.producerId)
  writer.int16(transaction.producerEpoch)
  writeCompactArrayLength(writer, transaction.topics.length)
  for (const [partitions, topic] of transaction.topics.entries()) {
    writeCompactText(writer, topic)
    writeCompactArrayLength(writer, partitions)
    for (let partition = 0; partition < partitions; partition++) writer.int32(partition)
    writeNoTaggedFields(writer)
  }
  writeNoTaggedFields(writer)
  writeNoTaggedFields(writer)
  return writer.written
}

const transactions = fc.record({
  transactionalId: fc.string({ unit: 'grapheme', maxLength: 200 }),
  state: fc.constantFrom('Empty', 'Ongoing', 'PrepareAbort'),
  startMs: fc.integer({ min: -1, max: 2_000_000_000_000 }),
  producerId: fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }),
  producerEpoch: fc.nat(32_767),
  topics: fc.array(fc.string({ minLength: 1, maxLength: 249 }), { maxLength: 4 }),
})

describe('the answer to DescribeTransactions', () => {
  it('is read as it was written, whatever the lengths of its texts', () => {
    fc.assert(
      fc.property(transactions, (transaction) => {
        expect(readDescribeTransactionsResponse(answer(0, transaction))).toEqual(transaction)
      }),
    )
  })

  const nobody = { transactionalId: 'x', state: '', startMs: -1, producerId: -1n, producerEpoch: -1, topics: [] }

  it('of an id that the coordinator does not know is null', () => {
    expect(readDescribeTransactionsResponse(answer(105, nobody))).toBeNull()
  })

  it.each([14, 16, 53])('with error %i is raised', (code) => {
    expect(() => readDescribeTransactionsResponse(answer(code, nobody))).toThrow(expect.objectContaining({ code }))
  })
})

it('DescribeTransactions asks for one id', () => {
  const { apiKey, apiVersion, body } = describeTransactionsRequest('größe')
  expect([apiKey, apiVersion]).toEqual([65, 0])
  const reader = new ByteReader(Buffer.concat(body))
  skipTaggedFields(reader)
  expect([readCompactLength(reader), readCompactText(reader)]).toEqual([1, 'größe'])
  skipTaggedFields(reader)
  expect(reader.position).toBe(reader.bytes.length)
})
