/** What every OwnershipLog promises. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { encodeOwnership, type OwnedScope, ownerOf } from '../../src/core/migration/ownership-record.ts'
import { codeOf, type KafkaHarness, type MakeHarness } from './kafka-harness.ts'

const mapping = 'order-lifecycle'
const owned = (scope: string | null, owner: OwnedScope['owner'], epoch: number) =>
  encodeOwnership({ mapping, scope, owner, epoch, position: null })

/** Longer than any transaction of these tests. */
const maxWaitMs = 20_000

export function describeOwnershipLog(name: string, makeHarness: MakeHarness): void {
  describe(`${name}: an ownership log`, () => {
    let harness: KafkaHarness
    beforeEach(async () => {
      harness = await makeHarness()
      await harness.createTopic(harness.names.ownership, 1, { 'cleanup.policy': 'compact' })
    })
    afterEach(async () => await harness.close())

    const ownerIn = async (scope: string | null) =>
      ownerOf(await harness.ownershipLog.read({ maxWaitMs }), mapping, scope)

    test('gives nothing as long as nothing was decided', async () => {
      expect((await harness.ownershipLog.read({ maxWaitMs })).size).toBe(0)
    })

    test('gives the newest record of each scope, and what has come since when it is read again', async () => {
      const { names } = harness
      await harness.append(names.ownership, [owned('1', 'legacy', 1), owned('2', 'legacy', 1), owned('1', 'native', 2)])
      expect(await ownerIn('1')).toMatchObject({ owner: 'native', epoch: 2 })
      expect(await ownerIn('2')).toMatchObject({ owner: 'legacy', epoch: 1 })
      await harness.append(names.ownership, [owned('2', 'native', 2)])
      expect(await ownerIn('2')).toMatchObject({ owner: 'native', epoch: 2 })
      expect(await ownerIn('1')).toMatchObject({ owner: 'native', epoch: 2 })
    })

    test('forgets a scope whose record was deleted: what holds of all holds of it', async () => {
      const { names } = harness
      const { key } = owned('1', 'native', 2)
      await harness.append(names.ownership, [owned(null, 'none', 3), owned('1', 'native', 2), { key, value: null }])
      expect(await ownerIn('1')).toMatchObject({ owner: 'none', epoch: 3 })
    })

    test('gives nothing of a transaction that was aborted', async () => {
      const writer = await harness.writer(harness.names.ownership)
      await writer.begin()
      await writer.append(owned('1', 'native', 2))
      await writer.end('abort')
      expect(await ownerIn('1')).toMatchObject({ owner: 'legacy', epoch: 1 })
    })

    test('does not say who owns while a transaction is open that may decide it, and says it afterwards', async () => {
      await harness.append(harness.names.ownership, [owned('1', 'native', 2)])
      const writer = await harness.writer(harness.names.ownership)
      await writer.begin()
      await writer.append(owned('1', 'none', 3))
      expect(await codeOf(async () => await harness.ownershipLog.read({ maxWaitMs: 50 }))).toBe('OWNERSHIP_PENDING')
      const patient = ownerIn('1')
      await writer.end('commit')
      expect(await patient).toMatchObject({ owner: 'none', epoch: 3 })
    })

    test('raises what it cannot read rather than leaving it out', async () => {
      const unreadable = { key: Buffer.from(mapping), value: Buffer.from('{}') }
      await harness.append(harness.names.ownership, [owned('1', 'native', 2), unreadable])
      expect(await codeOf(async () => await ownerIn('1'))).toBe('OWNERSHIP_UNREADABLE')
      expect(await codeOf(async () => await ownerIn('1'))).toBe('OWNERSHIP_UNREADABLE')
    })

    test('raises TOPIC_MISSING when there is no topic', async () => {
      await harness.deleteTopic(harness.names.ownership)
      expect(await codeOf(async () => await ownerIn('1'))).toBe('TOPIC_MISSING')
    })
  })
}
