/** What happens to a lease when members come, go, and cannot be reached. */
import { Kafka, logLevel } from 'kafkajs'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import type { Lease } from '../../../src/ports/kafka/lease.ts'
import { codeOf, freshName, freshSource } from '../../contract/kafka-harness.ts'
import { type BrokerHarness, brokerHarness } from './broker-harness.ts'

let harness: BrokerHarness
let members: (source: string) => Promise<number>
const closing: (() => Promise<void>)[] = []

beforeAll(async () => {
  harness = await brokerHarness()
  const admin = new Kafka({ brokers: [inject('stack').brokers], logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  closing.push(async () => await admin.disconnect())
  members = async (source) => {
    const { groups } = await admin.describeGroups([harness.names.leaseGroup(source)])
    return groups[0]?.state === 'Stable' ? groups[0].members.length : 0
  }
})
afterAll(async () => {
  await Promise.all(closing.map(async (close) => await close()))
  await harness.close()
})

const tracked = (lease: Lease): Lease => {
  closing.unshift(async () => await lease.close())
  return lease
}

test('a holder keeps its source when others join, and one of them gets it when it leaves', async () => {
  const source = await freshSource(harness)
  const holder = await tracked(harness.openLease(source)).acquire()
  const others = [1, 2].map(() => tracked(harness.openLease(source)))
  const next = Promise.race(others.map(async (other) => await other.acquire()))
  next.catch(() => undefined)
  while ((await members(source)) < 3);
  expect(holder.ended.aborted).toBe(false)
  await holder.release()
  expect((await next).ended.aborted).toBe(false)
})

test('a holder that cannot reach the broker has ended before another one begins', async () => {
  const source = await freshSource(harness)
  const order: string[] = []
  const cutOff = await tracked(harness.openLease(source)).acquire()
  cutOff.ended.addEventListener('abort', () => order.push('ended'))
  const other = tracked(harness.direct().openLease(source)).acquire()
  while ((await members(source)) < 2);
  harness.proxy.partition('closed')
  const grant = await other
  order.push('granted')
  harness.proxy.partition('open')
  expect(order).toEqual(['ended', 'granted'])
  expect(grant.ended.aborted).toBe(false)
})

test('a source whose only member stops while it joins is free for the next one', async () => {
  const source = await freshSource(harness)
  const hasty = harness.openLease(source)
  const joining = harness.proxy.trap({ api: 'JoinGroup', direction: 'response', action: 'hold' })
  const refused = codeOf(async () => await hasty.acquire())
  await joining.sprung
  const closed = hasty.close()
  expect(await refused).toBe('LEASE_CLOSED')
  joining.release()
  await closed
  const grant = await tracked(harness.openLease(source)).acquire()
  while ((await members(source)) !== 1);
  expect(grant.ended.aborted).toBe(false)
})

test('a source without its checkpoint topic cannot be leased, and says so', async () => {
  const lease = tracked(harness.openLease(freshName('nowhere')))
  expect(await codeOf(async () => await lease.acquire())).toBe('TOPIC_MISSING')
})

test('a broker that is away refuses the lease, which can be had when it is back', async () => {
  const source = await freshSource(harness)
  const lease = tracked(harness.openLease(source))
  harness.proxy.partition('closed')
  expect(await codeOf(async () => await lease.acquire())).toBe('KAFKA_UNREACHABLE')
  harness.proxy.partition('open')
  expect((await lease.acquire()).ended.aborted).toBe(false)
})
