/** What something else has changed in the file of a store. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { borrowLmdbRowStores, copyLmdbRowStores } from '../../../src/adapters/lmdb/lmdb-copies.ts'
import { openLmdbParityStores } from '../../../src/adapters/lmdb/lmdb-parity-store.ts'
import { openLmdbRowStores } from '../../../src/adapters/lmdb/lmdb-row-store.ts'
import { stateKey } from '../../../src/core/parity/kept/spilled-entry.ts'
import type { RowStore } from '../../../src/ports/row-store.ts'
import { codeOf } from '../../contract/kafka-harness.ts'
import { keyOf } from '../../contract/row-store.ts'
import { tampered } from './tampered.ts'

const codeOfReading = async (read: () => unknown): Promise<string> =>
  await codeOf(async () => await Promise.resolve(read()))

describe('what something else has changed in the file of a store', () => {
  let directory: string
  const opened: RowStore[] = []
  const open = async (): Promise<RowStore> => {
    const store = await openLmdbRowStores(directory)('shop')
    opened.push(store)
    return store
  }
  const file = (): string => join(directory, 'shop', 'data.mdb')
  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'falsework-damage-'))
    const store = await open()
    const entries = ['a', 'b', 'c'].map((name) => [keyOf(name), Buffer.from(`value of ${name}`)] as const)
    await store.write({ entries, mark: 'first' })
    await store.close()
  })
  afterEach(async () => {
    for (const store of opened.splice(0)) await store.close()
    rmSync(directory, { recursive: true })
  })

  const readings: readonly (readonly [string, (store: RowStore) => unknown])[] = [
    ['looked up', (store) => store.get(keyOf('b'))],
    ['met in a range', (store) => [...store.range(keyOf('a'), keyOf('d'))]],
  ]
  test.each(readings)(
    'is noticed when it is %s, spends the store, and is known to whoever opens it next',
    async (_, read) => {
      await tampered(join(directory, 'shop'), 'rows', (rows) => {
        const value = rows.get('b')
        if (value !== undefined) value[value.length - 1] = 0x62 ^ 1
        return [['b', value]]
      })
      const store = await open()
      expect([store.unreadable, store.mark, store.get(keyOf('a'))?.toString()]).toEqual([null, 'first', 'value of a'])
      expect(await codeOfReading(() => read(store))).toBe('STORE_DAMAGED')
      expect(await codeOfReading(() => store.get(keyOf('a')))).toBe('STORE_DAMAGED')
      expect(await codeOf(async () => await store.write({ entries: [], mark: 'second' }))).toBe('STORE_DAMAGED')
      await store.close()
      const next = await open()
      expect([next.unreadable, next.mark, next.size().entries]).toEqual(['damaged', null, 0])
      expect(await codeOfReading(() => next.get(keyOf('a')))).toBe('STORE_DAMAGED')
      expect(await codeOf(async () => await next.write({ entries: [], mark: 'second' }))).toBe('STORE_DAMAGED')
    },
  )

  test('is noticed where a sound value stands under the key of another', async () => {
    await tampered(join(directory, 'shop'), 'rows', (rows) => [['a', rows.get('b')]])
    const store = await open()
    expect(await codeOfReading(() => store.get(keyOf('a')))).toBe('STORE_DAMAGED')
  })

  test('is noticed where a bit of the file has flipped', async () => {
    const bytes = readFileSync(file())
    for (let at = bytes.indexOf('value of c'); at >= 0; at = bytes.indexOf('value of c', at + 1)) {
      bytes.writeUInt8(bytes.readUInt8(at + 2) ^ 0x10, at + 2)
    }
    writeFileSync(file(), bytes)
    expect(await codeOf(async () => (await open()).get(keyOf('c')))).toBe('STORE_DAMAGED')
  })

  test('is noticed by LMDB itself where a page is nothing but zeros', async () => {
    const bytes = readFileSync(file())
    bytes.fill(0, 2 * 4_096)
    writeFileSync(file(), bytes)
    expect((await open()).unreadable).toBe('damaged')
  })

  test('is noticed of the mark when the store is opened', async () => {
    await tampered(join(directory, 'shop'), 'about', () => [['mark', Buffer.from('1234second')]])
    const store = await open()
    expect([store.unreadable, store.mark]).toEqual(['damaged', null])
  })

  test('is gone with everything else when the store is cleared, and the store is sound', async () => {
    await tampered(join(directory, 'shop'), 'about', () => [['mark', Buffer.from('1234second')]])
    const store = await open()
    await store.clear()
    expect([store.unreadable, store.mark, store.get(keyOf('a')), store.size().entries]).toEqual([null, null, null, 0])
    await store.write({ entries: [[keyOf('a'), Buffer.from('anew')]], mark: 'anew' })
    await store.close()
    const next = await open()
    expect([next.unreadable, next.mark, next.get(keyOf('a'))?.toString()]).toEqual([null, 'anew', 'anew'])
  })

  test('is not handed on with a copy, of which nothing is left, and neither is a store that is known to have it', async () => {
    await tampered(join(directory, 'shop'), 'rows', () => [['b', Buffer.from('1234value of b')]])
    const target = join(directory, 'copies', 'shop')
    const copy = async (): Promise<unknown> => await copyLmdbRowStores(directory)('shop', target)
    await expect(copy()).rejects.toMatchObject({
      code: 'STORE_DAMAGED',
      message: expect.stringContaining(join(directory, 'shop')) as string,
    })
    expect(existsSync(target)).toBe(false)
    expect(await codeOf(async () => (await open()).get(keyOf('b')))).toBe('STORE_DAMAGED')
    await opened.pop()?.close()
    expect(await codeOf(copy)).toBe('STORE_DAMAGED')
    expect(await codeOf(async () => await borrowLmdbRowStores(directory)('shop'))).toBe('STORE_DAMAGED')
    expect(readdirSync(directory).toSorted()).toEqual(['copies', 'shop'])
  })

  test('is not what another version of falsework has written: that is not read, and empty when it is cleared', async () => {
    await tampered(join(directory, 'shop'), 'about', () => [
      ['form', Buffer.from('falsework rows 1')],
      ['mark', Buffer.from('first')],
    ])
    const store = await open()
    expect([store.unreadable, store.mark]).toEqual(['other version', null])
    expect(await codeOfReading(() => store.get(keyOf('a')))).toBe('STORE_FAILED')
    await store.clear()
    await store.write({ entries: [], mark: 'anew' })
    await store.close()
    const next = await open()
    expect([next.unreadable, next.mark, next.get(keyOf('a'))]).toEqual([null, 'anew', null])
  })

  test('makes a parity store begin anew', async () => {
    const openParity = openLmdbParityStores(directory)
    const store = await openParity('orders')
    await store.write({ state: Buffer.from('state'), removed: [], spilled: [] })
    await store.close()
    await tampered(join(directory, '.parity', 'orders'), 'rows', () => [[stateKey, Buffer.from('1234another')]])
    const damaged = await openParity('orders')
    expect(await codeOfReading(() => damaged.state())).toBe('STORE_DAMAGED')
    await damaged.close()
    const anew = await openParity('orders')
    expect(anew.state()).toBe(null)
    await anew.write({ state: Buffer.from('state'), removed: [], spilled: [] })
    expect(anew.state()?.toString()).toBe('state')
    await anew.close()
  })
})
