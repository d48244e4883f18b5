/** What brokers are refused before anything is sent to them. */
import { expect, test } from 'vitest'
import type { Broker } from '../../../src/adapters/kafka/cluster/kafkajs.ts'
import { type ApiVersions, ownRequests } from '../../../src/adapters/kafka/cluster/own-requests.ts'
import { connectionError, publishError } from '../../../src/adapters/kafka/cluster/protocol-error.ts'
import { sendRequest } from '../../../src/adapters/kafka/cluster/send-request.ts'

const spoken: ApiVersions = Object.fromEntries(
  Object.values(ownRequests).map(({ apiKey, apiVersion }) => [apiKey, { minVersion: 0, maxVersion: apiVersion }]),
)

/** A broker that is asked for a connection only when a request is really to be sent. */
const brokerOf = (versions: Broker['versions']): Broker =>
  ({
    versions,
    connectionPool: { getConnectionByRequest: async () => await Promise.reject(new Error('would be sent')) },
  }) as unknown as Broker

const failure = async (broker: Broker, request: keyof typeof ownRequests): Promise<unknown> =>
  await sendRequest(broker, { ...ownRequests[request], body: [] }).catch((error: unknown) => error)

test('a broker is named with every request of ours that it does not speak', async () => {
  const { addPartitions, fetch } = ownRequests
  const others = Object.entries(spoken).filter(([apiKey]) => Number(apiKey) !== addPartitions.apiKey)
  const old = { ...Object.fromEntries(others), [fetch.apiKey]: { minVersion: 4, maxVersion: 12 } }
  const error = await failure(brokerOf(old), 'fetch')
  expect(error).toMatchObject({
    code: 'KAFKA_INCOMPATIBLE',
    message: 'the broker does not speak Fetch 13 (only 4 to 12), AddPartitionsToTxn 1 (not at all)',
  })
  expect(connectionError(error)).toBe(error)
  expect(publishError(error)).toBe(error)
})

test('a broker that has dropped a version is named as one that never had it', async () => {
  const newer = { ...spoken, 0: { minVersion: 8, maxVersion: 12 } }
  expect(await failure(brokerOf(newer), 'produce')).toMatchObject({
    code: 'KAFKA_INCOMPATIBLE',
    message: 'the broker does not speak Produce 7 (only 8 to 12)',
  })
})

test.each(['disconnecting', 'disconnected'])(
  'nothing is sent over a connection that is %s',
  async (connectionStatus) => {
    const connection = {
      connectionStatus,
      isAuthenticated: () => true,
      requestQueue: { push: () => expect.fail('it was sent') },
    }
    const broker = {
      versions: spoken,
      connectionPool: { getConnectionByRequest: async () => await Promise.resolve(connection) },
    }
    expect(await failure(broker as unknown as Broker, 'fetch')).toMatchObject({
      message: 'not connected: Fetch was not sent',
    })
  },
)

test('a request that is spoken is sent, whatever else is not', async () => {
  const reader = { ...spoken, 26: { minVersion: 0, maxVersion: 0 } }
  expect(await failure(brokerOf(reader), 'fetch')).toMatchObject({ message: 'would be sent' })
  expect(await failure(brokerOf(spoken), 'endTransaction')).toMatchObject({ message: 'would be sent' })
  expect(await failure(brokerOf(null), 'fetch')).toMatchObject({ message: 'would be sent' })
})
