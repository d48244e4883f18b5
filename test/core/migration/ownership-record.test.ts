import { describe, expect, it } from 'vitest'
import {
  decodeOwnership,
  encodeOwnership,
  type OwnedScope,
  ownerOf,
  ownershipKey,
} from '../../../src/core/migration/ownership-record.ts'

const owned: OwnedScope = {
  mapping: 'order-lifecycle',
  scope: '3',
  owner: 'native',
  epoch: 2,
  position: '0000000000000400-0000000000000410' as OwnedScope['position'],
}

describe('a record of ownership', () => {
  it('says of a scope who owns it, and comes back as it was written', () => {
    expect(decodeOwnership(encodeOwnership(owned).value)).toMatchObject(owned)
  })

  it('has a key of its own for each scope, and one for all', () => {
    expect(ownershipKey(owned)).toBe('order-lifecycle 3')
    expect(ownershipKey({ ...owned, scope: null })).toBe('order-lifecycle')
  })

  it.each([
    { name: 'no JSON', value: 'x', code: 'OWNERSHIP_UNREADABLE' },
    { name: 'no format', value: '{}', code: 'OWNERSHIP_UNREADABLE' },
    {
      name: 'an owner that there is not',
      value: '{"format":1,"mapping":"m","scope":null,"owner":"me","epoch":1,"position":null}',
      code: 'OWNERSHIP_UNREADABLE',
    },
    { name: 'a later format', value: '{"format":2}', code: 'NEWER_FORMAT' },
  ])('that has $name is refused', ({ value, code }) => {
    expect(() => decodeOwnership(Buffer.from(value))).toThrow(expect.objectContaining({ code }))
  })
})

describe('the owner of a scope', () => {
  const all = { owner: 'legacy', epoch: 3 } as const
  const records = new Map<string, Pick<OwnedScope, 'owner' | 'epoch'>>([
    ['m', all],
    ['m 3', { owner: 'native', epoch: 4 }],
  ])

  it.each([
    { name: 'is that of its own record', mapping: 'm', scope: '3', is: { owner: 'native', epoch: 4 } },
    { name: 'is that of all where it has none', mapping: 'm', scope: '4', is: all },
    { name: 'is legacy where nothing was decided', mapping: 'other', scope: '3', is: { owner: 'legacy', epoch: 1 } },
  ])('$name', ({ mapping, scope, is }) => {
    expect(ownerOf(records, mapping, scope)).toEqual(is)
  })
})
