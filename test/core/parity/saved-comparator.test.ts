import { describe, expect, it } from 'vitest'
import { Comparator } from '../../../src/core/parity/comparator.ts'
import { decodeComparator, decodeWindow, encodeComparator } from '../../../src/core/parity/kept/saved-comparator.ts'
import { bridgeEvents, comparison } from './streams.ts'

function comparatorOf(count: number): Comparator {
  const comparator = new Comparator(comparison())
  for (const event of bridgeEvents(count)) comparator.take(event)
  return comparator
}

describe('a saved comparator', () => {
  it('is of one version of the comparison', () => {
    const bytes = encodeComparator(comparatorOf(3).saved())
    expect(decodeComparator(bytes, '1').kind).toBe('saved')
    expect(decodeComparator(bytes, '2').kind).toBe('otherVersion')
  })

  it('is unreadable when it is cut off', () => {
    const bytes = encodeComparator(comparatorOf(3).saved())
    expect(decodeComparator(bytes.subarray(0, -1), '1').kind).toBe('unreadable')
  })

  it('has what is not spilled, and goes on with the marks of what is', () => {
    const comparator = comparatorOf(10)
    const spilled = comparator.spill(4)
    expect(spilled).toHaveLength(6)
    const saved = comparator.saved()
    expect(saved.live).toHaveLength(4)
    const marks = spilled.map(({ aggregate, dueMs, pendingSinceMs }) => [aggregate, { dueMs, pendingSinceMs }] as const)
    const resumed = new Comparator(comparison(), { saved, spilled: marks })
    expect(resumed.pendingSinceMs()).toBe(bridgeEvents(1)[0]?.atMs)
    expect(resumed.spilledKey('order-0')).toEqual({ aggregate: 'order-0', dueMs: spilled[0]?.dueMs })
    expect(resumed.spilledKey('order-9')).toBeNull()
  })

  it('takes no event of an aggregate that must be restored first', () => {
    const comparator = comparatorOf(10)
    comparator.spill(0)
    const [event] = bridgeEvents(1)
    expect(() => (event === undefined ? [] : comparator.take(event))).toThrow('spilled aggregate')
  })

  it('refuses bytes of an aggregate that it has not written', () => {
    expect(() => decodeWindow(Buffer.from('{}'))).toThrow('cannot be read')
  })
})

describe('an event', () => {
  it('of the native stream is counted when it is in another partition, whatever else it is', () => {
    const comparator = new Comparator(comparison())
    const [event] = bridgeEvents(1)
    if (event === undefined) throw new Error('one event')
    const misplaced = { ...event, partition: event.partition + 1 }
    for (const one of [event, misplaced]) comparator.take(one)
    comparator.take({ ...misplaced, side: 'native' })
    comparator.take({ ...misplaced, side: 'native', type: 'shop.OrderSeen' })
    const read = decodeComparator(encodeComparator(comparator.saved()), '1')
    expect(read).toMatchObject({ kind: 'saved', saved: { wrongPartitions: 2 } })
    expect(comparator.wrongPartitions()).toBe(2)
  })

  it('without a value in the field that names its pair cannot be compared', () => {
    const [event] = bridgeEvents(1)
    const found = event === undefined ? [] : new Comparator(comparison()).take({ ...event, fields: {} })
    expect(found).toMatchObject([{ outcome: 'uncomparable' }])
  })
})
