/** What came out, reduced to what can be held against something else: for each key its events in order, and all ids. */
import type { ExpectedEvent } from './debezium/source-transaction.ts'

interface KeyTally {
  events: number
  /** Of the texts so far, in their order. */
  digest: number
}

export class OutputTally {
  readonly keys = new Map<string, KeyTally>()
  events = 0
  deadLetters = 0
  private readonly ids = new Set<string>()
  private idSum = 0

  add({ key, text }: ExpectedEvent, id: string | null = null): void {
    this.events += 1
    const tally = this.keys.get(key) ?? { events: 0, digest: 0 }
    this.keys.set(key, tally)
    tally.events += 1
    tally.digest = digestOf(text, tally.digest)
    if (id === null) return
    this.ids.add(id)
    this.idSum = (this.idSum + digestOf(id, 0)) >>> 0
  }

  /** The same for the same ids in any order. */
  get idDigest(): string {
    return `${this.ids.size}:${this.idSum.toString(16)}`
  }

  /** Why this is not what was expected, or null. Texts are compared where `expected` has all of them in this form. */
  differenceFrom(expected: OutputTally): string | null {
    if (this.events !== expected.events) return `${this.events} events instead of ${expected.events}`
    if (this.deadLetters !== expected.deadLetters) {
      return `${this.deadLetters} dead letters instead of ${expected.deadLetters}`
    }
    if (this.ids.size !== this.events) return `${this.events} events with ${this.ids.size} ids`
    for (const [key, wanted] of expected.keys) {
      const found = this.keys.get(key)
      if (found?.events !== wanted.events) return `key ${key}: ${found?.events ?? 0} events instead of ${wanted.events}`
      if (found.digest !== wanted.digest) return `key ${key}: other fields, or another order, than expected`
    }
    return null
  }
}

/** FNV-1a over the characters: fast, and nobody attacks it. */
function digestOf(text: string, seed: number): number {
  let hash = 0x81_1c_9d_c5 ^ seed
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01_00_01_93)
  return hash >>> 0
}
