import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  firstOwnership,
  type Ownership,
  type OwnershipStep,
  stepOwnership,
} from '../../../src/core/migration/ownership.ts'

const at = null
const told = (steps: readonly OwnershipStep[], from: Ownership = firstOwnership('live')) =>
  steps
    .reduce<readonly Ownership[]>((all, step) => [...all, stepOwnership(all.at(-1) ?? from, step)], [])
    .map(({ owner, epoch }) => `${owner} ${epoch}`)

const handOver = (epoch: number): OwnershipStep => ({ kind: 'fence', verdict: 'handOver', epoch, position: at })
const keep = (epoch: number): OwnershipStep => ({ kind: 'fence', verdict: 'keep', epoch, position: at })
const takeBack = (epoch: number): OwnershipStep => ({ kind: 'takeBack', epoch, position: at })
const giveBack = (epoch: number): OwnershipStep => ({ kind: 'return', epoch, position: at })
const begin: OwnershipStep = { kind: 'begin', epoch: 1, position: at }

describe('the ownership of a scope', () => {
  it('begins with nobody in shadow, and with falsework in live', () => {
    expect(told([begin], firstOwnership('shadow'))).toEqual(['legacy 1'])
    expect(firstOwnership('live')).toMatchObject({ owner: 'legacy', epoch: 1 })
  })

  it('goes to the new service at the fence, and comes back by way of nobody', () => {
    expect(told([handOver(2), takeBack(3), giveBack(3), handOver(5)])).toEqual([
      'native 2',
      'none 3',
      'legacy 4',
      'native 5',
    ])
  })

  it('stays under a new epoch where a handover is cancelled', () => {
    expect(told([keep(2), handOver(2), handOver(4)])).toEqual(['legacy 3', 'legacy 3', 'native 4'])
  })

  it('is not taken back from who does not have it', () => {
    expect(told([takeBack(2), giveBack(1), begin])).toEqual(['legacy 1', 'legacy 1', 'legacy 1'])
  })

  it('has epochs that only grow, and steps that change nothing when they are taken twice', () => {
    const anyStep = fc.oneof(
      fc.nat({ max: 9 }).map(handOver),
      fc.nat({ max: 9 }).map(keep),
      fc.nat({ max: 9 }).map(takeBack),
      fc.nat({ max: 9 }).map(giveBack),
      fc.constant(begin),
    )
    fc.assert(
      fc.property(fc.constantFrom('shadow', 'live'), fc.array(anyStep), (stage, steps) => {
        steps.reduce((before, step) => {
          const after = stepOwnership(before, step)
          expect(after.epoch > before.epoch || after === before).toBe(true)
          expect(stepOwnership(after, step)).toBe(after)
          return after
        }, firstOwnership(stage))
      }),
    )
  })
})
