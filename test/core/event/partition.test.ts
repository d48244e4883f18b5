import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { murmur2, partitionOf } from '../../../src/core/event/partition.ts'

describe('the partition of a key', () => {
  // The values of Kafka's own UtilsTest.
  it.each([
    ['21', -973932308],
    ['foobar', -790332482],
    ['a-little-bit-long-string', -985981536],
    ['a-little-bit-longer-string', -1486304829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
    ['abc', 479470107],
  ])('hashes %s as Java does', (text, hash) => {
    expect(murmur2(Buffer.from(text))).toBe(hash)
  })

  it('is the positive hash modulo the partitions', () => {
    expect(partitionOf(Buffer.from('foobar'), 6)).toBe((-790332482 & 0x7fffffff) % 6)
  })

  it('is one of the topic, for any key', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.integer({ min: 1, max: 500 }), (key, partitions) => {
        const partition = partitionOf(Buffer.from(key), partitions)
        return partition >= 0 && partition < partitions
      }),
    )
  })
})
