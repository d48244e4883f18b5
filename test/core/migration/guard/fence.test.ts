import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fenceOf, fenceOwners, judgeMove } from '../../../../src/core/migration/guard/fence.ts'

const scope = { mapping: 'orders', scope: '3' }

describe('the fence of an ownership', () => {
  it.each([
    { ownership: { owner: 'none', epoch: 0 }, fence: { owner: 'legacy', epoch: 1 } },
    { ownership: { owner: 'legacy', epoch: 3 }, fence: { owner: 'legacy', epoch: 3 } },
    { ownership: { owner: 'native', epoch: 2 }, fence: { owner: 'native', epoch: 2 } },
    { ownership: { owner: 'none', epoch: 3 }, fence: { owner: 'native', epoch: 3 } },
  ] as const)('of $ownership.owner in epoch $ownership.epoch is $fence.owner', ({ ownership, fence }) => {
    expect(fenceOf(scope, ownership)).toEqual({ ...scope, ...fence })
  })
})

describe('a fence', () => {
  const row = fc.record({ owner: fc.constantFrom(...fenceOwners), epoch: fc.nat(5) })
  const moved = (there: { owner: 'legacy' | 'native'; epoch: number }, to: 'legacy' | 'native', epoch: number) =>
    judgeMove({ ...scope, ...there }, { ...scope, to, epoch }).kind

  it('moves only to the other owner, and only to a greater epoch', () => {
    fc.assert(
      fc.property(row, fc.constantFrom(...fenceOwners), fc.nat(5), (there, to, epoch) => {
        if (moved(there, to, epoch) === 'moved') expect(there.owner !== to && epoch > there.epoch).toBe(true)
      }),
    )
  })

  it('is closed by the next epoch alone, and opened by any later one', () => {
    expect([2, 3, 4].map((epoch) => moved({ owner: 'legacy', epoch: 2 }, 'native', epoch))).toEqual([
      'refused',
      'moved',
      'refused',
    ])
    expect([2, 3, 4].map((epoch) => moved({ owner: 'native', epoch: 2 }, 'legacy', epoch))).toEqual([
      'refused',
      'moved',
      'moved',
    ])
  })
})
