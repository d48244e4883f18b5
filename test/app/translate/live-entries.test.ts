import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MemoryRowStores } from '../../../src/adapters/memory/stores/memory-row-store.ts'
import { LiveEntries } from '../../../src/app/translate/rows/live-entries.ts'
import { firstCheckpoint } from '../../../src/core/delivery/checkpoint.ts'
import type { StoreKey } from '../../../src/core/rows/stored/store-key.ts'
import type { RowStore, StoreBatch } from '../../../src/ports/row-store.ts'

const told = {
  checkpoint: firstCheckpoint({ source: 'shop', incarnation: 1, next: 1, registryOffset: 0, timeZoneDatabase: 'test' }),
  keys: new Map(),
  indexes: [],
}
const spaceOf = (letter: string) => ({ from: `${letter}\u0000` as StoreKey, to: `${letter}\u0001` as StoreKey })
const keyIn = (letter: string, number: number): StoreKey =>
  `${letter}\u0000${String(number).padStart(6, '0')}` as StoreKey
const rows = spaceOf('r')

/** The store, and how many entries each turn of it has read or written at most. */
function counted(store: RowStore): { readonly store: RowStore; readonly most: () => number } {
  let most = 0
  const [range, write] = [store.range.bind(store), store.write.bind(store)]
  store.range = function* (from, to) {
    let read = 0
    for (const entry of range(from, to)) {
      most = Math.max(most, (read += 1))
      yield entry
    }
  }
  store.write = async (batch: StoreBatch) => {
    const entries = [...batch.entries]
    most = Math.max(most, entries.length)
    await write({ ...batch, entries })
  }
  return { store, most: () => most }
}

const texts = (entries: LiveEntries, space = rows): readonly string[] => {
  const found: string[] = []
  for (let behind: StoreKey | null = null, isLast = false; !isLast; isLast = behind === null) {
    const page = entries.page(space, behind)
    found.push(...page.entries.map(([, value]) => value.toString()))
    behind = page.upTo
  }
  return found
}

const filled = (count: number): (readonly [StoreKey, Buffer])[] =>
  Array.from({ length: count }, (_, number) => [keyIn('r', number), Buffer.from(`row ${number}`)])

describe('a table of twenty thousand rows that is emptied', () => {
  it('is empty with the step that says so, and loses its entries in steps of a few thousand', async () => {
    const disk = new MemoryRowStores()
    const opened = await disk.openRowStore('shop')
    await new LiveEntries(opened).write({ emptied: [], values: filled(20_000) }, told)
    const { store, most } = counted(opened)
    const entries = new LiveEntries(store)
    const row = [keyIn('r', 7), Buffer.from('written behind it')] as const
    await entries.write({ emptied: [rows], values: [row] }, told)
    expect([entries.get(keyIn('r', 8), rows), entries.get(keyIn('r', 7), rows)?.toString()]).toEqual([
      null,
      'written behind it',
    ])
    expect(entries.entries(keyIn('r', 8), rows)).toEqual([])
    let steps = 0
    for (; entries.hasDead; steps++) await entries.removeSome()
    expect({ most: most(), steps: steps > 8, left: store.size().entries }).toEqual({
      most: 2_000,
      steps: true,
      left: 1,
    })
    expect(texts(entries)).toEqual(['written behind it'])
  })

  it('stays so when the process is killed in between, and the removal is taken up', async () => {
    const disk = new MemoryRowStores()
    const store = await disk.openRowStore('shop')
    const first = new LiveEntries(store)
    await first.write({ emptied: [], values: filled(10_000) }, told)
    await first.write({ emptied: [rows], values: [] }, told)
    await first.removeSome()
    const next = new LiveEntries(store)
    expect([texts(next), next.hasDead, store.size().entries]).toEqual([[], true, 8_000])
    while (next.hasDead) await next.removeSome()
    expect(store.size().entries).toBe(0)
  })
})

describe('a removal', () => {
  it('leaves a row alone that is being written', async () => {
    const store = await new MemoryRowStores().openRowStore('shop')
    const entries = new LiveEntries(store)
    await entries.write({ emptied: [], values: filled(3) }, told)
    await entries.write({ emptied: [rows], values: [] }, told)
    const write = store.write.bind(store)
    let fulfil = (): void => undefined
    store.write = async (batch) => {
      await new Promise<void>((resolve) => {
        fulfil = resolve
      })
      await write(batch)
    }
    const writing = entries.write({ emptied: [], values: [[keyIn('r', 1), Buffer.from('new')]] }, told)
    store.write = write
    await entries.removeSome()
    fulfil()
    await writing
    await entries.removeSome()
    expect([texts(entries), store.size().entries, entries.hasDead]).toEqual([['new'], 1, false])
  })
})

describe('a prefix that nothing stands under', () => {
  it('is looked for in the store once, until something is written there', async () => {
    const store = await new MemoryRowStores().openRowStore('shop')
    const range = store.range.bind(store)
    let looks = 0
    store.range = (from, to) => {
      looks += 1
      return range(from, to)
    }
    const entries = new LiveEntries(store)
    const asked = (): boolean[] => [1, 2, 3].map(() => entries.has(keyIn('r', 1), rows))
    const before = asked()
    await entries.write({ emptied: [], values: [[keyIn('r', 2), Buffer.from('beside it')]] }, told)
    expect([...before, ...asked(), looks]).toEqual([...Array<boolean>(6).fill(false), 1])
    await entries.write({ emptied: [], values: [[`${keyIn('r', 1)}.7` as StoreKey, Buffer.from('under it')]] }, told)
    expect(asked()).toEqual([true, true, true])
  })

  it('is not taken for one while what stands there is being written', async () => {
    const store = await new MemoryRowStores().openRowStore('shop')
    const write = store.write.bind(store)
    const begun = Promise.withResolvers<undefined>()
    store.write = async (batch) => {
      await begun.promise
      await write(batch)
    }
    const entries = new LiveEntries(store)
    const writing = entries.write({ emptied: [], values: [[keyIn('r', 1), Buffer.from('a row')]] }, told)
    const meanwhile = entries.has(keyIn('r', 1), rows)
    begun.resolve(undefined)
    await writing
    expect([meanwhile, entries.has(keyIn('r', 1), rows)]).toEqual([false, true])
  })
})

describe('any order of writes, emptyings, removals and restarts', () => {
  const step = fc.oneof(
    fc.record({ act: fc.constant('put' as const), space: fc.constantFrom('i', 'r'), row: fc.nat(4) }),
    fc.record({ act: fc.constant('delete' as const), space: fc.constantFrom('i', 'r'), row: fc.nat(4) }),
    fc.record({ act: fc.constant('empty' as const), space: fc.constantFrom('i', 'r'), row: fc.nat(4) }),
    fc.record({ act: fc.constantFrom('remove' as const, 'restart' as const), space: fc.constant('r'), row: fc.nat(4) }),
  )

  it('shows what a map shows, and in the end holds no more than that', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const store = await new MemoryRowStores().openRowStore('shop')
        let entries = new LiveEntries(store)
        const expected = new Map<StoreKey, string>()
        for (const [at, { act, space, row }] of steps.entries()) {
          const key = keyIn(space, row)
          if (act === 'remove') await entries.removeSome()
          else if (act === 'restart') entries = new LiveEntries(store)
          else if (act === 'empty') {
            // A row of the same step is set behind the emptying.
            for (const own of [...expected.keys()]) if (own.startsWith(space)) expected.delete(own)
            expected.set(key, `at ${at}`)
            await entries.write({ emptied: [spaceOf(space)], values: [[key, Buffer.from(`at ${at}`)]] }, told)
          } else {
            const value = act === 'put' ? `at ${at}` : null
            if (value === null) expected.delete(key)
            else expected.set(key, value)
            await entries.write({ emptied: [], values: [[key, value === null ? null : Buffer.from(value)]] }, told)
          }
          const inOrder = [...expected].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value)
          expect([...texts(entries, spaceOf('i')), ...texts(entries)]).toEqual(inOrder)
          for (const number of [0, 1, 2, 3, 4]) {
            const own = keyIn(space, number)
            expect(entries.get(own, spaceOf(space))?.toString()).toBe(expected.get(own))
            for (const letter of ['i', 'r']) {
              const prefix = keyIn(letter, number)
              expect(entries.has(prefix, spaceOf(letter))).toBe(expected.has(prefix))
            }
          }
        }
        while (entries.hasDead) await entries.removeSome()
        expect(store.size().entries).toBe(expected.size)
      }),
      { numRuns: 300 },
    )
  })
})
