import { describe, expect, it } from 'vitest'
import { type Draw, uniform, zipf } from '../../bench/draw.ts'
import { Random } from '../../demo/old-application/plan/random.ts'

const count = 1_000
const draws = 200_000

/** How often each number was drawn, the most frequent first. */
function frequencies(draw: Draw): number[] {
  const random = new Random(3)
  const found = Array<number>(count).fill(0)
  for (let number = 0; number < draws; number++) {
    const drawn = draw(random)
    found[drawn] = (found[drawn] ?? 0) + 1
  }
  return found
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

describe('numbers that are drawn', () => {
  it('uniformly come about as often as each other', () => {
    const found = frequencies(uniform(count))
    expect(sum(found)).toBe(draws)
    expect(Math.min(...found)).toBeGreaterThan(100)
    expect(Math.max(...found)).toBeLessThan(300)
  })

  it("by Zipf's law come as often as their rank says", () => {
    const found = frequencies(zipf(count, 0.99)).toSorted((a, b) => b - a)
    const weights = Array.from({ length: count }, (_, index) => (index + 1) ** -0.99)
    const share = (ranks: number): number => sum(found.slice(0, ranks)) / draws
    const expected = (ranks: number): number => sum(weights.slice(0, ranks)) / sum(weights)
    for (const ranks of [1, 10, 100, 500]) expect(Math.abs(share(ranks) - expected(ranks))).toBeLessThan(0.01)
  })

  it("by Zipf's law are all of them, and the frequent ones are no neighbours", () => {
    const found = frequencies(zipf(count, 0.99))
    expect(Math.min(...found)).toBeGreaterThan(0)
    const [first = 0, second = 0] = found
      .map((times, number) => ({ times, number }))
      .toSorted((a, b) => b.times - a.times)
      .map(({ number }) => number)
    expect(Math.abs(first - second)).toBeGreaterThan(10)
  })
})
