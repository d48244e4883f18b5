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
import { foreignEnvironment, tampered } from './tampered.ts'

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
  /** Every time that the text is there, one bit of it; only on pages that have `beside` as well. */
  const flip = (text: string, offset: number, beside = text): void => {
    const bytes = readFileSync(file())
    let flips = 0
    for (let at = bytes.indexOf(text, 0, 'latin1'); at >= 0; at = bytes.indexOf(text, at + 1, 'latin1')) {
      const page = at - (at % 4_096)
      if (!bytes.subarray(page, page + 4_096).includes(beside, 0, 'latin1')) continue
      bytes.writeUInt8(bytes.readUInt8(at + offset) ^ 0x10, at + offset)
      flips += 1
    }
    expect(flips).toBeGreaterThan(0)
    writeFileSync(file(), bytes)
  }
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
    flip('value of c', 2)
    expect(await codeOf(async () => (await open()).get(keyOf('c')))).toBe('STORE_DAMAGED')
  })

  const wrong: readonly (readonly [string, () => void])[] = [
    ['a head', () => flip('\xde\xc0\xef\xbe', 1)],
    ['the form', () => flip('falsework rows 2', 3)],
    ['the key of the form', () => flip('form', 1)],
    ['the key of the mark', () => flip('mark', 1)],
    ['the name of the rows', () => flip('rows', 0, 'about')],
    ['the name of what is to be known of them', () => flip('about', 0)],
    ['the length of the file', () => writeFileSync(file(), readFileSync(file()).subarray(0, 4_096))],
  ]
  test.each(wrong)('is noticed when the store is opened where it is %s, and cleared with it', async (_, change) => {
    change()
    for (const time of ['first', 'second']) {
      const store = await open()
      expect([store.unreadable, store.mark], time).toEqual(['damaged', null])
      if (time === 'second') await store.clear()
      await store.close()
    }
    const next = await open()
    expect([next.unreadable, next.mark, next.get(keyOf('a'))]).toEqual([null, null, null])
  })

  test.each(['whole', 'cut off'])('is not a file of another program, which is refused as it is: %s', async (how) => {
    const foreign = join(directory, 'foreign')
    await foreignEnvironment(foreign)
    const data = join(foreign, 'data.mdb')
    const whole = readFileSync(data)
    if (how === 'cut off') writeFileSync(data, whole.subarray(0, whole.length - 4_096))
    for (const time of ['first', 'second']) {
      expect(await codeOf(async () => await openLmdbRowStores(directory)('foreign')), time).toBe('STORE_FAILED')
      const bytes = how === 'cut off' ? whole.length - 4_096 : whole.length
      expect(readFileSync(data).subarray(0, bytes).equals(whole.subarray(0, bytes))).toBe(true)
      expect(readdirSync(foreign)).not.toContain('data.mdb.damaged')
    }
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

  test('is not handed on with a copy where it is in the very last of many entries', async () => {
    const store = await open()
    const entries = Array.from({ length: 10_100 }, (_, key) => [keyOf(`k${key}`), Buffer.from('v')] as const)
    await store.write({ entries: [...entries, [keyOf('z'), Buffer.from('last')]], mark: 'second' })
    await store.close()
    await tampered(join(directory, 'shop'), 'rows', () => [['z', Buffer.from('1234last')]])
    const target = join(directory, 'copies', 'shop')
    expect(await codeOf(async () => await copyLmdbRowStores(directory)('shop', target))).toBe('STORE_DAMAGED')
    expect(existsSync(target)).toBe(false)
  })

  test('is not copied beside whoever has come upon it, however little of a copy is read', async () => {
    await tampered(join(directory, 'shop'), 'rows', () => [['b', Buffer.from('1234value of b')]])
    const store = await open()
    expect(await codeOfReading(() => store.get(keyOf('b')))).toBe('STORE_DAMAGED')
    await expect(borrowLmdbRowStores(directory)('shop')).rejects.toMatchObject({
      code: 'STORE_DAMAGED',
      message: expect.stringContaining('cannot be read beside whoever has it') as string,
    })
  })

  test('is cleared once by two who clear at the same time', async () => {
    await tampered(join(directory, 'shop'), 'about', () => [['mark', Buffer.from('1234second')]])
    const store = await open()
    const anew = { entries: [[keyOf('a'), Buffer.from('anew')]], mark: 'anew' } as const
    await Promise.all([store.clear().then(async () => await store.write(anew)), store.clear()])
    await store.close()
    const next = await open()
    expect([next.unreadable, next.mark, next.get(keyOf('a'))?.toString()]).toEqual([null, 'anew', 'anew'])
  })

  test('is cleared before the store is closed meanwhile, which is not used any more', async () => {
    await tampered(join(directory, 'shop'), 'about', () => [['mark', Buffer.from('1234second')]])
    const store = await open()
    const clearing = store.clear()
    await store.close()
    await clearing
    await expect(async () => await Promise.resolve(store.get(keyOf('a')))).rejects.toMatchObject({
      code: 'STORE_FAILED',
      message: expect.stringContaining('is closed') as string,
    })
    const next = await open()
    expect([next.unreadable, next.mark, next.get(keyOf('a'))]).toEqual([null, null, null])
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
