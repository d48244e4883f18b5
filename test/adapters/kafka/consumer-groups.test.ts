/** What brokers tell of groups that are no plain consumers, or are in the middle of a rebalance. */
import { type Admin, AssignerProtocol, type GroupDescription, type Kafka } from 'kafkajs'
import { describe, expect, it, vi } from 'vitest'
import { createConsumerGroups } from '../../../src/adapters/kafka/clients/consumer-groups.ts'
import { topicNames } from '../../../src/core/delivery/topic-names.ts'
import type { ReadingGroup } from '../../../src/ports/kafka/consumer-groups.ts'

const subscribed = (...topics: string[]): Buffer =>
  AssignerProtocol.MemberMetadata.encode({ version: 1, topics, userData: Buffer.alloc(0) })

interface Told {
  readonly protocolType?: string
  readonly state?: string
  readonly members: readonly Buffer[]
}

/** One group, described by one answer after the other, the last of them again and again. */
function readersBy(
  answers: readonly Told[],
  committed = '-1',
  failure?: Error,
): () => Promise<readonly ReadingGroup[]> {
  let asked = 0
  const admin: Partial<Admin> = {
    connect: async () => await Promise.resolve(),
    listTopics: async () => await Promise.resolve(['orders']),
    fetchTopicOffsets: async () => await Promise.resolve([{ partition: 0, offset: '50', low: '40', high: '50' }]),
    listGroups: async () =>
      failure === undefined
        ? await Promise.resolve({ groups: [{ groupId: 'billing', protocolType: 'consumer' }] })
        : await Promise.reject(failure),
    describeGroups: async () => {
      const {
        protocolType = 'consumer',
        state = 'Stable',
        members,
      } = answers[Math.min(asked++, answers.length - 1)] ?? {
        members: [],
      }
      const described = members.map((memberMetadata) => ({ memberMetadata }))
      return await Promise.resolve({
        groups: [{ groupId: 'billing', protocolType, state, members: described } as unknown as GroupDescription],
      })
    },
    fetchOffsets: async () =>
      await Promise.resolve([{ topic: 'orders', partitions: [{ partition: 0, offset: committed, metadata: null }] }]),
  }
  const kafka = { admin: () => admin } as unknown as Kafka
  const groups = createConsumerGroups(kafka, { brokers: [], names: topicNames('') })
  return async () => (await groups.readersOf(['orders'])).get('orders') ?? []
}

describe('a group that is asked about one topic', () => {
  it.each<[string, Told, string, readonly Partial<ReadingGroup>[]]>([
    [
      'a member is subscribed, and nothing is committed',
      { members: [subscribed('orders')] },
      '-1',
      [{ members: 1, lag: null }],
    ],
    ['a member is subscribed to another one', { members: [subscribed('invoices')] }, '-1', []],
    ['its offset is deleted already', { members: [], state: 'Empty' }, '7', [{ members: 0, lag: 10 }]],
    ['its members are workers of Kafka Connect', { protocolType: 'connect', members: [Buffer.from('url')] }, '-1', []],
    ['a member says what nobody can read', { members: [Buffer.from([0, 1, 0x7f])] }, '-1', [{ members: 1, lag: null }]],
  ])('when %s', async (_, told, committed, expected) => {
    expect(await readersBy([told], committed)()).toEqual(expected.map((one): unknown => expect.objectContaining(one)))
  })

  it('is asked again until its rebalance is over', async () => {
    const rebalancing = { state: 'PreparingRebalance', members: [Buffer.alloc(0)] }
    expect(await readersBy([rebalancing, { members: [subscribed('invoices')] }])()).toEqual([])
  })

  it('counts as a reader when its rebalance does not end: nothing says that it is none', async () => {
    vi.useFakeTimers({ toFake: ['performance'] })
    try {
      const readers = readersBy([{ state: 'CompletingRebalance', members: [Buffer.alloc(0)] }])()
      await vi.advanceTimersByTimeAsync(4_000)
      expect(await readers).toEqual([{ group: 'billing', state: 'CompletingRebalance', members: 1, lag: null }])
    } finally {
      vi.useRealTimers()
    }
  })

  it('is not taken for nobody where groups may not be asked for', async () => {
    const failure = Object.assign(new Error('not authorised'), { name: 'KafkaJSProtocolError', code: 31 })
    await expect(readersBy([], '-1', failure)()).rejects.toMatchObject({ code: 'NOT_AUTHORISED' })
  })
})
