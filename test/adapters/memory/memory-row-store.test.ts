import { describe, expect, test } from 'vitest'
import { MemoryRowStores } from '../../../src/adapters/memory/stores/memory-row-store.ts'
import { codeOf } from '../../contract/kafka-harness.ts'
import { describeRowStore, keyOf } from '../../contract/row-store.ts'

describeRowStore('memory', async () => {
  await Promise.resolve()
  const stores = new MemoryRowStores()
  return {
    openRowStore: stores.openRowStore,
    findRowStore: stores.findRowStore,
    copyRowStore: stores.copyRowStore,
    borrowRowStore: stores.borrowRowStore,
    freshDirectory: () => 'copy',
    openCopy: stores.openRowStore,
    close: async () => await Promise.resolve(),
  }
})

const codeOfReading = async (read: () => unknown): Promise<string> =>
  await codeOf(async () => await Promise.resolve(read()))

describe('row stores in memory', () => {
  test('refuse what is written to a source while they are told to, and the store is spent', async () => {
    const stores = new MemoryRowStores()
    const store = await stores.openRowStore('shop')
    await store.write({ entries: [[keyOf('a'), Buffer.from('one')]], mark: '1' })
    stores.refuse('shop', 'no space left on device')
    const write = async (): Promise<void> => await store.write({ entries: [[keyOf('a'), null]], mark: '2' })
    await expect(write()).rejects.toMatchObject({
      code: 'STORE_FAILED',
      message: 'the row store shop cannot be written: no space left on device',
    })
    stores.refuse('shop', null)
    expect(await codeOf(write)).toBe('STORE_FAILED')
    await store.close()
    const next = await stores.openRowStore('shop')
    expect([next.mark, next.get(keyOf('a'))?.toString()]).toEqual(['1', 'one'])
  })

  test('are damaged from when they are told to until they are cleared', async () => {
    const stores = new MemoryRowStores()
    const store = await stores.openRowStore('shop')
    await store.write({ entries: [[keyOf('a'), Buffer.from('one')]], mark: '1' })
    stores.damage('shop')
    expect(await codeOfReading(() => store.get(keyOf('a')))).toBe('STORE_DAMAGED')
    await store.close()
    const next = await stores.openRowStore('shop')
    expect([next.unreadable, next.mark, next.size()]).toEqual(['damaged', null, { bytes: 0, entries: 0 }])
    expect(await codeOfReading(() => next.get(keyOf('a')))).toBe('STORE_DAMAGED')
    await next.clear()
    expect([next.unreadable, next.mark, next.get(keyOf('a'))]).toEqual([null, null, null])
  })
})
