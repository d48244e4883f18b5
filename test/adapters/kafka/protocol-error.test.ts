/** What a failed step of a transaction means. */
import { expect, test } from 'vitest'
import { checkClientVersion } from '../../../src/adapters/kafka/cluster/kafkajs.ts'
import {
  connectionError,
  ProtocolError,
  protocolCodeOf,
  protocolError,
  publishError,
} from '../../../src/adapters/kafka/cluster/protocol-error.ts'
import { FalseworkError } from '../../../src/core/diagnostics/falsework-error.ts'

const ofKafkajs = (code: number): Error =>
  Object.assign(new Error('of kafkajs'), { name: 'KafkaJSProtocolError', code })

test.each([
  [47, 'FENCED'],
  [90, 'FENCED'],
  [3, 'PUBLISH_REFUSED'],
  [10, 'PUBLISH_REFUSED'],
  [18, 'PUBLISH_REFUSED'],
  [29, 'PUBLISH_REFUSED'],
  [31, 'PUBLISH_REFUSED'],
  [35, 'PUBLISH_REFUSED'],
  [50, 'PUBLISH_REFUSED'],
  [53, 'PUBLISH_REFUSED'],
  [87, 'PUBLISH_REFUSED'],
  [6, 'PUBLISH_UNCERTAIN'],
  [7, 'PUBLISH_UNCERTAIN'],
  [45, 'PUBLISH_UNCERTAIN'],
  [48, 'PUBLISH_UNCERTAIN'],
  [51, 'PUBLISH_UNCERTAIN'],
])('answer %i means %s, whoever has read it', (code, meaning) => {
  expect(publishError(new ProtocolError('EndTxn', code)).code).toBe(meaning)
  expect(publishError(ofKafkajs(code)).code).toBe(meaning)
})

test('an answer is named as the protocol names it', () => {
  expect(publishError(new ProtocolError('Produce', 29)).message).toBe(
    'Produce was answered with error 29 (topicAuthorizationFailed)',
  )
  expect(publishError(new ProtocolError('Produce', 6)).message).toBe(
    'Produce was answered with error 6 (notLeaderOrFollower)',
  )
})

test('what is no answer leaves the outcome open', () => {
  expect(publishError(new Error('socket closed')).code).toBe('PUBLISH_UNCERTAIN')
  expect(connectionError(new Error('socket closed')).code).toBe('KAFKA_UNREACHABLE')
})

test('the answer of a coordinator that is still to come is found under what the client wraps it in', () => {
  const wrapped = Object.assign(new Error('gave up', { cause: ofKafkajs(15) }), {
    name: 'KafkaJSNumberOfRetriesExceeded',
  })
  expect(protocolCodeOf(wrapped)).toBe(protocolError.coordinatorNotAvailable)
})

test('a topic that is not there is no unreachable broker, however the client wraps the answer', () => {
  const wrapped = Object.assign(new Error('gave up', { cause: ofKafkajs(3) }), {
    name: 'KafkaJSNumberOfRetriesExceeded',
  })
  expect(connectionError(new ProtocolError('ListOffsets', 3)).code).toBe('TOPIC_MISSING')
  expect(connectionError(ofKafkajs(3)).code).toBe('TOPIC_MISSING')
  expect(connectionError(wrapped).code).toBe('TOPIC_MISSING')
  expect(publishError(wrapped).code).toBe('PUBLISH_REFUSED')
})

test('a broker that lacks a request of the client is named with it, however the client wraps that', () => {
  const lacking = Object.assign(new Error('does not support the requested API version'), {
    name: 'KafkaJSServerDoesNotSupportApiKey',
    apiName: 'InitProducerId',
  })
  const wrapped = Object.assign(new Error('gave up', { cause: lacking }), { name: 'KafkaJSNumberOfRetriesExceeded' })
  for (const error of [publishError(lacking), publishError(wrapped), connectionError(wrapped)]) {
    expect(error).toMatchObject({
      code: 'KAFKA_INCOMPATIBLE',
      message: 'the broker does not speak InitProducerId (not at all)',
    })
  }
  expect(connectionError(new ProtocolError('Fetch', 35)).code).toBe('KAFKA_INCOMPATIBLE')
})

test('what has a code keeps it', () => {
  const error = new FalseworkError('NEWER_FORMAT', 'format 2')
  expect(publishError(error)).toBe(error)
  expect(connectionError(error)).toBe(error)
})

test('another version of kafkajs is refused by name', () => {
  expect(() => checkClientVersion('2.2.4')).not.toThrow()
  expect(() => checkClientVersion('2.3.0')).toThrow(expect.objectContaining({ code: 'KAFKA_CLIENT' }))
})
