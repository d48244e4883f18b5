import { describe, expect, it } from 'vitest'
import type { Checkpoint } from '../../../src/core/delivery/checkpoint.ts'
import { PendingRows } from '../../../src/core/rows/pending-rows.ts'
import type { StoreKey, StoreSpace } from '../../../src/core/rows/stored/store-key.ts'

const space: StoreSpace = { from: 'r\u0000' as StoreKey, to: 'r\u0001' as StoreKey }
const prefix = 'r\u0000p' as StoreKey
const key = `${prefix}1` as StoreKey
const checkpoint = { next: 0 } as Checkpoint

describe('rows of slices some of which change nothing', () => {
  it('are read in each layer that they come to, until the store has them', () => {
    const stored = new Map<StoreKey, Buffer>()
    const pending = new PendingRows({
      get: (one) => stored.get(one) ?? null,
      entries: () => stored,
      has: () => stored.size > 0,
    })
    const seen = (): unknown[] => [
      pending.get(key, space)?.toString() ?? null,
      [...pending.entries(prefix, space)].length,
      pending.has(prefix, space),
    ]
    const nothing = [null, 0, false]
    const one = ['one', 1, true]
    const idle = (): void => pending.seal(checkpoint)
    idle()
    pending.becomeVisible()
    idle()
    expect(seen()).toEqual(nothing)
    pending.setEntry(prefix, key, Buffer.from('one'))
    expect(seen()).toEqual(one)
    pending.seal(checkpoint)
    idle()
    expect(seen()).toEqual(one)
    pending.becomeVisible()
    expect(seen()).toEqual(one)
    // Into a visible layer that had nothing so far.
    pending.becomeVisible()
    expect(seen()).toEqual(one)
    pending.becomeVisible()
    idle()
    for (const [at, value] of pending.beginWriting()?.content.values ?? []) if (value !== null) stored.set(at, value)
    expect(seen()).toEqual(one)
    pending.setEntry(prefix, key, null)
    expect(seen()).toEqual(nothing)
    pending.seal(checkpoint)
    pending.written()
    expect(seen()).toEqual(nothing)
    expect(stored.size).toBe(1)
  })

  it('stand under no prefix any more where their table was emptied, whatever is below', () => {
    const pending = new PendingRows({ get: () => Buffer.from('one'), entries: () => [], has: () => true })
    expect(pending.has(prefix, space)).toBe(true)
    pending.empty(space)
    expect(pending.has(prefix, space)).toBe(false)
    pending.seal(checkpoint)
    pending.becomeVisible()
    expect(pending.has(prefix, space)).toBe(false)
  })
})
