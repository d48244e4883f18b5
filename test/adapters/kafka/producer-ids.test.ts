/** What a failed question about a transactional id means. */
import { expect, it } from 'vitest'
import { idError } from '../../../src/adapters/kafka/clients/producer-ids.ts'
import { ProtocolError } from '../../../src/adapters/kafka/cluster/protocol-error.ts'

it('an id that may not be used is named, with the rights that are missing', () => {
  expect(idError(new ProtocolError('DescribeTransactions', 53), 'orders-1')).toMatchObject({
    code: 'NOT_AUTHORISED',
    message: 'Kafka does not let us use the transactional id orders-1: DESCRIBE, and WRITE to fence it',
  })
})

it('anything else stays what it is', () => {
  const cause = new ProtocolError('DescribeTransactions', 15)
  expect(idError(cause, 'orders-1')).toBe(cause)
})
