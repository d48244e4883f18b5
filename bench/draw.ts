/** Which of so many rows a change is of, by chance. */
import type { Random } from '../demo/old-application/plan/random.ts'

/** Gives a number from 0 up to, not including, how many there are. */
export type Draw = (random: Random) => number

export const uniform =
  (count: number): Draw =>
  (random) =>
    random.integer(0, count - 1)

/**
 * Zipf's law: the nth most frequent number comes with a weight of `1 / n ** exponent`. Numbers that are frequent are
 * strewn over all of them: a hot row is no neighbour of another one.
 */
export function zipf(count: number, exponent: number): Draw {
  const weights = new Float64Array(count)
  let total = 0
  for (let rank = 1; rank <= count; rank++) {
    total += rank ** -exponent
    weights[rank - 1] = total
  }
  const stride = strideOf(count)
  return (random) => (firstBeyond(weights, random.next() * total) * stride) % count
}

/** The index of the first value that is greater; values rise. */
function firstBeyond(values: Float64Array, value: number): number {
  let [low, high] = [0, values.length - 1]
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if ((values[middle] ?? 0) > value) high = middle
    else low = middle + 1
  }
  return low
}

const goldenShare = 0.618_033_988_75

/** Steps of it reach every number once. */
function strideOf(count: number): number {
  let stride = Math.max(1, Math.floor(count * goldenShare))
  while (divisor(stride, count) > 1) stride += 1
  return stride
}

const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b))
