import { describe, expect, it } from 'vitest'
import { topicNames } from '../../../src/core/delivery/topic-names.ts'

describe('topics of falsework itself', () => {
  it.each([
    { prefix: '', rawPrefix: '' },
    { prefix: 'acme.', rawPrefix: 'acme.' },
    { prefix: '', rawPrefix: 'capture.' },
    { prefix: 'r', rawPrefix: '' },
  ])('are told from those of mappings, under $prefix and $rawPrefix', ({ prefix, rawPrefix }) => {
    const names = topicNames(prefix, rawPrefix)
    const own = [
      names.registry,
      names.deadLetters,
      names.checkpoint('shop'),
      names.checkpoint('later'),
      names.rawLog('shop'),
    ]
    const nameable = own.filter((topic) => topic.startsWith(prefix)).map((topic) => topic.slice(prefix.length))
    expect(nameable.length).toBeGreaterThan(3)
    expect(nameable.filter((topic) => !names.isOwn(topic))).toEqual([])
    expect(['orders.v1', 'falsework', 'falseworks.x', 'rawhide', 'x.raw.y'].filter(names.isOwn)).toEqual([])
  })

  it('are told whatever prefix another installation has, and those of the stages of a migration', () => {
    const { isOwn } = topicNames('')
    const own = ['acme.falsework.registry', 'acme-falsework.checkpoint.shop', 'falsework.held.shop']
    const ofStages = ['falsework.ownership', 'shadow.orders.v1', 'native.orders.v1']
    expect([...own, ...ofStages].filter((topic) => !isOwn(topic))).toEqual([])
    expect(topicNames('acme.').isOwn('shadow.orders.v1')).toBe(true)
    expect(['shadow', 'nativeorders.v1', 'x.shadow.y', 'myfalsework.x'].filter(isOwn)).toEqual([])
  })
})

describe('consumer groups of falsework itself', () => {
  it('are told from those of readers, and from those of another installation', () => {
    const { isOwnGroup, leaseGroup, comparisonGroup } = topicNames('acme.')
    expect([leaseGroup('shop'), comparisonGroup('orders')].every(isOwnGroup)).toBe(true)
    expect(['billing', 'acme.falsework', topicNames('').leaseGroup('shop')].filter(isOwnGroup)).toEqual([])
  })
})
