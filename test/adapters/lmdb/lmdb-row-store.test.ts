import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { borrowLmdbRowStores, copyLmdbRowStores } from '../../../src/adapters/lmdb/lmdb-copies.ts'
import { findLmdbRowStores, openLmdbRowStores } from '../../../src/adapters/lmdb/lmdb-row-store.ts'
import type { RowStore } from '../../../src/ports/row-store.ts'
import { codeOf } from '../../contract/kafka-harness.ts'
import { describeRowStore, keyOf } from '../../contract/row-store.ts'

const freshDirectory = (): string => mkdtempSync(join(tmpdir(), 'falsework-rows-'))

describeRowStore('lmdb', async () => {
  await Promise.resolve()
  const directory = freshDirectory()
  return {
    openRowStore: openLmdbRowStores(directory),
    findRowStore: findLmdbRowStores(directory),
    copyRowStore: copyLmdbRowStores(directory),
    borrowRowStore: borrowLmdbRowStores(directory),
    freshDirectory: () => join(directory, 'copies', 'shop'),
    openCopy: async (copy) => await openLmdbRowStores(dirname(copy))(basename(copy)),
    close: async () => {
      rmSync(directory, { recursive: true })
      await Promise.resolve()
    },
  }
})

describe('row stores on LMDB', () => {
  let directory: string
  const children: ChildProcess[] = []
  const opened: RowStore[] = []
  const open = async (source = 'shop'): Promise<RowStore> => {
    const store = await openLmdbRowStores(directory)(source)
    opened.push(store)
    return store
  }
  beforeEach(() => {
    directory = freshDirectory()
  })
  afterEach(async () => {
    for (const child of children.splice(0)) await killed(child)
    for (const store of opened.splice(0)) await store.close()
    rmSync(directory, { recursive: true })
  })

  /** Gives what the process says, line by line. */
  const start = (command: readonly [string, ...string[]]): { child: ChildProcess; lines: AsyncIterator<string> } => {
    const [program, ...words] = command
    const child = spawn(program, words, { stdio: ['pipe', 'pipe', 'ignore'] })
    children.push(child)
    return { child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator]() }
  }
  const script = join(import.meta.dirname, 'row-store-process.ts')

  test('are refused while another process has them, and to be had as soon as it is killed', async () => {
    const { child, lines } = start([process.execPath, script, 'hold', directory])
    expect((await lines.next()).value).toBe('opened')
    expect(await codeOf(open)).toBe('STORE_IN_USE')
    await killed(child)
    await (await open()).close()
  })

  test('show a whole batch, none lost, after the process that writes them was killed', async () => {
    for (let round = 0; round < 4; round++) {
      const { child, lines } = start([process.execPath, script, 'write', directory])
      await lines.next()
      let said = 0
      for (let seen = 0; seen < 3 + round; seen++) said = Number((await lines.next()).value)
      await killed(child)
      const store = await open()
      const texts = new Set([...store.range(keyOf('key'), keyOf('l'))].map(({ value }) => value.toString().trim()))
      expect([...texts]).toEqual([store.mark])
      expect(Number(store.mark)).toBeGreaterThanOrEqual(said)
      expect(store.size().entries).toBe(2_000)
      await store.close()
    }
  })

  test('are copied as of one batch beside a process that writes all the time', async () => {
    const writer = start([process.execPath, script, 'write', directory])
    await writer.lines.next()
    const before = Number((await writer.lines.next()).value)
    const reader = start([process.execPath, script, 'borrow', directory])
    const marks: number[] = []
    for (let copy = 0; copy < 5; copy++) {
      const said = JSON.parse(String((await reader.lines.next()).value)) as Readonly<Record<string, unknown>>
      expect(said).toEqual({ mark: said['mark'], texts: [said['mark']], entries: 2_000 })
      marks.push(Number(said['mark']))
    }
    expect(marks[0]).toBeGreaterThanOrEqual(before)
    expect(marks).toEqual(marks.toSorted((one, other) => one - other))
    expect(new Set(marks).size).toBeGreaterThan(1)
  })

  test('are read as of one moment while their owner is killed and another one writes', async () => {
    const first = start([process.execPath, script, 'write', directory])
    for (let line = 0; line < 3; line++) await first.lines.next()
    const reader = start([process.execPath, script, 'read', directory])
    const read = String((await reader.lines.next()).value)
    expect(JSON.parse(read)).toHaveLength(1)
    await killed(first.child)
    const second = start([process.execPath, script, 'write', directory])
    for (let line = 0; line < 10; line++) await second.lines.next()
    reader.child.stdin?.write('again')
    expect(String((await reader.lines.next()).value)).toBe(read)
  })

  test('refuse a batch that the disk does not take and whatever comes behind, keep nothing of it, and are spent', async () => {
    const blocks = 'ulimit -f 8192; exec "$0" "$@"'
    const { lines } = start(['sh', '-c', blocks, process.execPath, script, 'fill', directory])
    expect((await lines.next()).value).toBe('opened')
    const said: unknown = JSON.parse(String((await lines.next()).value))
    const store = await open()
    expect(said).toEqual({ mark: store.mark, answers: Array(4).fill('STORE_FAILED') })
    expect(store.get(keyOf('late'))?.toString()).toBe(store.mark)
    const texts = new Set([...store.range(keyOf('key'), keyOf('l'))].map(({ value }) => value.toString().trim()))
    expect([[...texts], store.size().entries]).toEqual([[store.mark], Number(store.mark) * 500 + 1])
    await store.write({ entries: [[keyOf('a'), Buffer.from('goes on')]], mark: 'next' })
    await store.close()
  })

  test('refuse a directory that holds something else', async () => {
    mkdirSync(join(directory, 'shop'))
    for (const content of ['', 'short', 'no rows'.repeat(3_000), '\0'.repeat(20_000)]) {
      writeFileSync(join(directory, 'shop', 'data.mdb'), content)
      expect(await codeOf(open), `${content.length} bytes`).toBe(content === '' ? 'none' : 'STORE_FAILED')
      await opened.pop()?.close()
      rmSync(join(directory, 'shop'), { recursive: true })
      mkdirSync(join(directory, 'shop'))
    }
    writeFileSync(join(directory, 'file'), '')
    expect(await codeOf(async () => await open('file'))).toBe('STORE_FAILED')
  })

  test('are damaged where the file is cut off', async () => {
    const store = await open()
    const entries = Array.from({ length: 2_000 }, (_, index) => [keyOf(`key ${index}`), Buffer.alloc(600)] as const)
    await store.write({ entries, mark: '1' })
    await store.close()
    const file = join(directory, 'shop', 'data.mdb')
    const whole = readFileSync(file)
    for (const bytes of [100, 4_096, 8_192, 40_000, whole.length >> 1, whole.length - 3 * 4_096]) {
      writeFileSync(file, whole.subarray(0, bytes))
      for (const time of ['first', 'second']) {
        const damaged = await open()
        expect(damaged.unreadable, `${bytes} bytes, the ${time} time`).toBe('damaged')
        await damaged.close()
      }
      const cleared = await open()
      await cleared.clear()
      await cleared.close()
      expect(readdirSync(join(directory, 'shop')).toSorted()).toEqual([
        'data.mdb',
        'data.mdb.ours',
        'lock.mdb',
        'owner.lock',
        'readers.lock',
      ])
    }
    // Free pages at the end may be missing: then all that is looked for is there.
    writeFileSync(file, whole)
    await (await open()).close()
    expect(readdirSync(join(directory, 'shop'))).not.toContain('data.mdb.unproven')
  })

  test('take a source whose name has a dot for a directory too', async () => {
    const store = await open('shop.eu')
    await store.write({ entries: [], mark: '1' })
    await store.close()
    expect(readdirSync(join(directory, 'shop.eu'))).toContain('data.mdb')
  })
})

async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = once(child, 'exit')
  child.kill('SIGKILL')
  await exit
}
