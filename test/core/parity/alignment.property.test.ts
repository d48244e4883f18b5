import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { align } from '../../../src/core/parity/pairing/alignment.ts'

const words = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 9 })

/** By the textbook. */
function longest(left: readonly string[], right: readonly string[]): number {
  const [one, ...restLeft] = left
  const [other, ...restRight] = right
  if (one === undefined || other === undefined) return 0
  if (one === other) return 1 + longest(restLeft, restRight)
  return Math.max(longest(restLeft, right), longest(left, restRight))
}

describe('an alignment', () => {
  it('is a common subsequence, and none is longer', () => {
    fc.assert(
      fc.property(words, words, (left, right) => {
        const anchors = align(left, right)
        for (const [at, anchor] of anchors.entries()) {
          expect(left[anchor.left]).toBe(right[anchor.right])
          const before = anchors[at - 1] ?? { left: -1, right: -1 }
          expect(anchor.left).toBeGreaterThan(before.left)
          expect(anchor.right).toBeGreaterThan(before.right)
        }
        expect(anchors).toHaveLength(longest(left, right))
      }),
    )
  })
})
