/** Which keys of a transaction occur more than once, for a transaction whose rows are not held. */
import type { RowChange } from '../../capture/row-change.ts'
import { keyText } from '../../capture/image/same-image.ts'
import { textHash } from './text-hash.ts'

const firstSlots = 65_536

/** Open addressing over hashes of keys: 16 to 32 bytes a key. Two keys with one hash count as one that repeats. */
export class KeyTally {
  private slots = new Float64Array(firstSlots)
  private used = 0
  private readonly repeated = new Set<number>()
  /** A key that changes, or a table that is emptied: what such a change means depends on others. */
  private entangled = false

  add(change: RowChange): void {
    if (isEntangled(change)) this.entangled = true
    const hash = hashOf(change)
    if (hash === null) return
    if (this.used * 2 >= this.slots.length) this.grow()
    if (this.put(hash)) this.repeated.add(hash)
  }

  /** Whether any change has to be seen together with another. */
  get hasRepeats(): boolean {
    return this.entangled || this.repeated.size > 0
  }

  /** Whether what becomes of the row depends on other changes of the transaction. */
  repeats(change: RowChange): boolean {
    if (!this.hasRepeats) return false
    if (isEntangled(change)) return true
    const hash = hashOf(change)
    return hash !== null && this.repeated.has(hash)
  }

  /** True when it was there. */
  private put(hash: number): boolean {
    const { slots } = this
    let slot = hash % slots.length
    while (slots[slot] !== 0) {
      if (slots[slot] === hash) return true
      slot = (slot + 1) % slots.length
    }
    slots[slot] = hash
    this.used += 1
    return false
  }

  private grow(): void {
    const before = this.slots
    this.slots = new Float64Array(before.length * 2)
    this.used = 0
    for (const hash of before) if (hash !== 0) this.put(hash)
  }
}

const isEntangled = ({ op, rekey }: RowChange): boolean => op === 't' || rekey !== null

const hashOf = ({ table, key }: RowChange): number | null =>
  key === null ? null : textHash(`${table}\0${keyText(key)}`)
