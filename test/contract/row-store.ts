/** What every RowStore promises. */
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { keyBytesMax, type StoreKey } from '../../src/core/rows/stored/store-key.ts'
import type {
  BorrowRowStore,
  CopyRowStore,
  FindRowStore,
  OpenRowStore,
  RowStore,
  StoreEntry,
} from '../../src/ports/row-store.ts'
import { codeOf } from './kafka-harness.ts'

export interface RowStoreHarness {
  readonly openRowStore: OpenRowStore
  readonly findRowStore: FindRowStore
  readonly copyRowStore: CopyRowStore
  readonly borrowRowStore: BorrowRowStore
  /** Where nothing is yet. */
  freshDirectory(): string
  /** Opens what `copyTo` has left in a directory. */
  openCopy(directory: string): Promise<RowStore>
  close(): Promise<void>
}

export const keyOf = (text: string): StoreKey => text as StoreKey

const shown = (entries: Iterable<StoreEntry>): readonly (readonly [string, string])[] =>
  [...entries].map(({ key, value }) => [key, value.toString('latin1')] as const)

const inOrder = (entries: ReadonlyMap<string, string>): readonly (readonly [string, string])[] =>
  [...entries].toSorted(([left], [right]) => Buffer.compare(Buffer.from(left, 'latin1'), Buffer.from(right, 'latin1')))

/** Few bytes, the ends of their range among them, so that keys are prefixes of each other. */
const anyKey = fc
  .array(fc.constantFrom(0x00, 0x01, 0x61, 0x7f, 0x80, 0xc3, 0xfe, 0xff), { minLength: 1, maxLength: 5 })
  .map((bytes) => keyOf(Buffer.from(bytes).toString('latin1')))

const anyChange = fc.tuple(anyKey, fc.option(fc.string({ maxLength: 8 })))

export function describeRowStore(name: string, makeHarness: () => Promise<RowStoreHarness>): void {
  describe(`${name}: a row store`, () => {
    let harness: RowStoreHarness
    let store: RowStore
    const write = async (mark: string, entries: Readonly<Record<string, string | null>>): Promise<void> => {
      await store.write({
        entries: Object.entries(entries).map(([key, value]) => [
          keyOf(key),
          value === null ? null : Buffer.from(value),
        ]),
        mark,
      })
    }
    const all = (): readonly (readonly [string, string])[] =>
      shown(store.range(keyOf(''), keyOf('\u00ff'.repeat(keyBytesMax))))
    const reopen = async (): Promise<void> => {
      await store.close()
      store = await harness.openRowStore('shop')
    }
    beforeEach(async () => {
      harness = await makeHarness()
      store = await harness.openRowStore('shop')
    })
    afterEach(async () => {
      await store.close()
      await harness.close()
    })

    test('is empty, without a mark, before anything is written', () => {
      expect([store.mark, store.get(keyOf('a')), all()]).toEqual([null, null, []])
      expect(store.size().entries).toBe(0)
    })

    test('gives what was written last, and nothing for what was removed', async () => {
      await write('1', { a: 'one', b: 'two', c: '' })
      await write('2', { a: 'three', b: null, nothing: null })
      expect(store.get(keyOf('a'))?.toString()).toBe('three')
      expect(store.get(keyOf('b'))).toBe(null)
      expect(store.get(keyOf('c'))?.length).toBe(0)
      expect([store.mark, store.size().entries]).toEqual(['2', 2])
      expect(store.size().bytes).toBeGreaterThan(0)
    })

    test('takes the last of several changes of one key', async () => {
      const entries = ['one', 'two'].map((text) => [keyOf('a'), Buffer.from(text)] as const)
      await store.write({ entries: [...entries, [keyOf('b'), Buffer.from('x')], [keyOf('b'), null]], mark: '1' })
      expect(all()).toEqual([['a', 'two']])
    })

    test('keeps everything when it is closed and opened again', async () => {
      await write('1', { a: 'one', b: 'two' })
      await reopen()
      expect([store.mark, all()]).toEqual([
        '1',
        [
          ['a', 'one'],
          ['b', 'two'],
        ],
      ])
    })

    test('has entries in byte order, whatever bytes and in whatever order they were written', async () => {
      let mark = 0
      const batches = fc.array(fc.array(anyChange, { maxLength: 20 }), { minLength: 1, maxLength: 4 })
      await fc.assert(
        fc.asyncProperty(batches, anyKey, anyKey, async (written, from, to) => {
          await store.clear()
          const expected = new Map<string, string>()
          for (const changes of written) {
            for (const [key, value] of changes) {
              if (value === null) expected.delete(key)
              else expected.set(key, Buffer.from(value).toString('latin1'))
            }
            const entries = changes.map(([key, text]) => [key, text === null ? null : Buffer.from(text)] as const)
            await store.write({ entries, mark: String(++mark) })
          }
          expect(all()).toEqual(inOrder(expected))
          expect(shown(store.range(from, to))).toEqual(inOrder(expected).filter(([key]) => key >= from && key < to))
          expect(store.size().entries).toBe(expected.size)
          expect(store.mark).toBe(String(mark))
        }),
        { numRuns: 60 },
      )
    })

    test('takes keys of up to the limit, as bounds of many ranges too, and values of any size', async () => {
      const longest = ['a', 'b'].map((last) => keyOf('\u0000\u00ff'.repeat(keyBytesMax / 2 - 1) + 'x' + last))
      const sizes = [0, 1, 600, 5_000, 70_000, 3_000_000]
      const values = sizes.map((size) => Buffer.alloc(size, size % 251))
      await store.write({ entries: values.map((value, index) => [keyOf(`size ${index}`), value]), mark: '1' })
      await store.write({ entries: longest.map((key) => [key, Buffer.from(key.slice(-1))]), mark: '2' })
      const [first, second] = longest
      if (first === undefined || second === undefined) throw new Error('two keys')
      for (let round = 0; round < 50; round++) expect(shown(store.range(first, second))).toEqual([[first, 'a']])
      for (const [index, value] of values.entries()) {
        expect(store.get(keyOf(`size ${index}`))?.equals(value), String(sizes[index])).toBe(true)
      }
      const ranged = [...store.range(keyOf('size'), keyOf('t'))]
      expect(ranged.map(({ value }, index) => values[index]?.equals(value))).toEqual(sizes.map(() => true))
    })

    test('has values that stay as they are while others are read', async () => {
      const texts = Array.from({ length: 500 }, (_, index) => String(index).repeat(50))
      await write('1', Object.fromEntries(texts.map((text, index) => [`key ${index}`, text])))
      const values = texts.map((_, index) => store.get(keyOf(`key ${index}`)))
      const ranged = [...store.range(keyOf('key'), keyOf('l'))]
      expect(values.map(String)).toEqual(texts)
      expect(ranged.map(({ value }) => String(value)).toSorted()).toEqual(texts.toSorted())
    })

    test('lets a range be left before its end', async () => {
      await write('1', { a: 'one', b: 'two', c: 'three' })
      for (let round = 0; round < 300; round++) {
        for (const { key } of store.range(keyOf('a'), keyOf('d'))) {
          expect(key).toBe('a')
          break
        }
      }
      await write('2', { a: 'four' })
      expect(all()).toHaveLength(3)
    })

    test('shows a batch in the turn in which its write is fulfilled', async () => {
      for (let round = 0; round < 50; round++) {
        store.get(keyOf('a'))
        await write(String(round), { a: String(round) })
        expect([store.get(keyOf('a'))?.toString(), store.mark]).toEqual([String(round), String(round)])
      }
    })

    test('writes batches in the order of the calls', async () => {
      const written = Array.from({ length: 20 }, async (_, index) => {
        await write(String(index), { a: String(index), [`only ${index}`]: 'x' })
        return store.mark
      })
      const marks = (await Promise.all(written)).map(Number)
      expect(marks).toEqual(marks.toSorted((left, right) => left - right))
      expect([store.mark, store.get(keyOf('a'))?.toString(), store.size().entries]).toEqual(['19', '19', 21])
    })

    test('takes nothing of a batch that breaks off while it is given, and goes on', async () => {
      await write('1', { a: 'one' })
      function* broken(): Generator<readonly [StoreKey, Buffer]> {
        yield [keyOf('b'), Buffer.from('two')]
        throw new RangeError('broken off')
      }
      await expect(store.write({ entries: broken(), mark: '2' })).rejects.toThrow('broken off')
      for (const key of ['', 'x'.repeat(keyBytesMax + 1)]) {
        await expect(write('2', { b: 'two', [key]: 'three' })).rejects.toThrow(RangeError)
      }
      expect([store.mark, all()]).toEqual(['1', [['a', 'one']]])
      await write('2', { a: 'two' })
      expect([store.mark, all()]).toEqual(['2', [['a', 'two']]])
    })

    test('holds nothing when it is cleared, and neither when it is opened again', async () => {
      await write('1', { a: 'one' })
      await store.clear()
      expect([store.mark, all(), store.size().entries]).toEqual([null, [], 0])
      await reopen()
      expect([store.mark, all()]).toEqual([null, []])
      await write('2', { b: 'two' })
      expect([store.mark, all()]).toEqual(['2', [['b', 'two']]])
    })

    test('is copied as of one batch while others are written', async () => {
      const directory = harness.freshDirectory()
      const batch = (mark: number): Readonly<Record<string, string>> =>
        Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`key ${index}`, String(mark)]))
      await write('1', batch(1))
      const told: number[] = []
      const copying = store.copyTo(directory, (bytes) => told.push(bytes))
      for (let mark = 2; mark < 20; mark++) await write(String(mark), batch(mark))
      await copying
      const copy = await harness.openCopy(directory)
      const copied = new Set(shown(copy.range(keyOf('key'), keyOf('l'))).map(([, value]) => value))
      expect([copy.size().entries, [...copied]]).toEqual([200, [copy.mark]])
      expect(told.every((bytes) => bytes >= 0 && bytes <= copy.size().bytes)).toBe(true)
      await copy.close()
      expect(store.mark).toBe('19')
      expect(await codeOf(async () => await store.copyTo(directory))).toBe('STORE_FAILED')
      await write('20', { a: 'goes on' })
    })

    test('is refused to a second opener until the first has closed it, and to nobody for another source', async () => {
      expect(await codeOf(async () => await harness.openRowStore('shop'))).toBe('STORE_IN_USE')
      const other = await harness.openRowStore('other')
      expect(other.mark).toBe(null)
      await other.close()
      await reopen()
    })

    test('is found where it was made, and not made by looking for it', async () => {
      expect(await codeOf(async () => await harness.findRowStore('shop'))).toBe('STORE_IN_USE')
      expect(await harness.findRowStore('other')).toBe(null)
      expect(await harness.findRowStore('other')).toBe(null)
      await write('1', { a: 'one' })
      await store.close()
      const found = await harness.findRowStore('shop')
      expect(found?.mark).toBe('1')
      await found?.close()
    })

    test('is copied and borrowed where it was made, and not made by that', async () => {
      const directory = harness.freshDirectory()
      expect(await harness.copyRowStore('other', directory)).toBe(null)
      expect(await harness.borrowRowStore('other')).toBe(null)
      await write('1', { a: 'one' })
      await store.close()
      const told: (readonly [number, number])[] = []
      const copy = await harness.copyRowStore('shop', directory, (bytes, of) => told.push([bytes, of]))
      const borrowed = await harness.borrowRowStore('shop')
      await borrowed?.write({ entries: [[keyOf('a'), null]], mark: '2' })
      expect([copy?.mark, borrowed?.mark, borrowed?.size().entries]).toEqual(['1', '2', 0])
      expect(shown(copy?.range(keyOf('a'), keyOf('b')) ?? [])).toEqual([['a', 'one']])
      expect(told.every(([bytes, of]) => bytes <= of)).toBe(true)
      await copy?.close()
      await borrowed?.close()
      store = await harness.openRowStore('shop')
      expect([store.mark, all()]).toEqual(['1', [['a', 'one']]])
    })

    test('waits with closing for what is being written, and then takes nothing more', async () => {
      const writing = write('1', { a: 'one' })
      await store.close()
      await writing
      await store.close()
      expect(await codeOf(async () => await write('2', { a: 'two' }))).toBe('STORE_FAILED')
      expect(() => store.get(keyOf('a'))).toThrow('closed')
      store = await harness.openRowStore('shop')
      expect([store.mark, all()]).toEqual(['1', [['a', 'one']]])
    })
  })
}
