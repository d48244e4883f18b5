import { expect, test } from 'vitest'
import { openOwnershipReader } from '../../src/native/index.ts'
import { ownershipReaderOnPorts } from '../../src/native/ownership-reader.ts'
import { codeOf } from '../contract/kafka-harness.ts'
import { mapping, nativeInstallation } from './installation.ts'

test('a service reads who owns a scope: what is decided of it, else of its mapping, else the legacy system', async () => {
  const installation = await nativeInstallation()
  const reader = ownershipReaderOnPorts(installation.kafka, { maxWaitMs: 1_000 })
  const before = await reader.read()
  expect(before.ownerOf(mapping, '3')).toEqual({ owner: 'legacy', epoch: 1 })
  installation.decide({ mapping, scope: null, owner: 'native', epoch: 2 })
  installation.decide({ mapping, scope: '3', owner: 'none', epoch: 3 })
  const after = await reader.read()
  expect(after.ownerOf(mapping, '3')).toMatchObject({ owner: 'none', epoch: 3 })
  expect(after.ownerOf(mapping, '4')).toMatchObject({ owner: 'native', epoch: 2 })
  expect(after.ownerOf('customers', null)).toMatchObject({ owner: 'legacy', epoch: 1 })
  expect(before.ownerOf(mapping, '3')).toEqual({ owner: 'legacy', epoch: 1 })
  await reader.close()
})

test('a service is told that no broker answers', async () => {
  const reader = openOwnershipReader({ brokers: ['127.0.0.1:1'], clientId: 'fulfilment', requestTimeoutMs: 500 })
  expect(await codeOf(async () => await reader.read())).toBe('KAFKA_UNREACHABLE')
  await reader.close()
})
