/** A seeded random generator: the same seed gives the same story on every machine. */

/** Mulberry32: one 32-bit word of state, more than random enough for a shop. */
export class Random {
  private state: number

  constructor(seed: number) {
    this.state = seed >>> 0
  }

  /** From 0 up to, not including, 1. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0
    let word = Math.imul(this.state ^ (this.state >>> 15), this.state | 1)
    word ^= word + Math.imul(word ^ (word >>> 7), word | 61)
    return ((word ^ (word >>> 14)) >>> 0) / 2 ** 32
  }

  /** Both bounds included. */
  integer(min: number, max: number): number {
    return min + Math.floor(this.next() * (max - min + 1))
  }

  /** True for that share of the calls. */
  chance(share: number): boolean {
    return this.next() < share
  }

  pick<T>(items: readonly [T, ...T[]]): T {
    return items[Math.floor(this.next() * items.length)] ?? items[0]
  }

  /** null: there is nothing to pick from. */
  pickAny<T>(items: readonly T[]): T | null {
    return items[Math.floor(this.next() * items.length)] ?? null
  }

  /** Lower-case letters, which no compression makes shorter by much. */
  letters(length: number): string {
    return Array.from({ length }, () => String.fromCharCode(this.integer(97, 122))).join('')
  }
}
