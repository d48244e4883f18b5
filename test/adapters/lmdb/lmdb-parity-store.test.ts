import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openLmdbParityStores } from '../../../src/adapters/lmdb/lmdb-parity-store.ts'
import { describeParityStore } from '../../contract/parity-store.ts'

const freshDirectory = (): string => mkdtempSync(join(tmpdir(), 'falsework-parity-'))

describeParityStore('lmdb', async () => {
  await Promise.resolve()
  const directory = freshDirectory()
  return {
    openParityStore: openLmdbParityStores(directory),
    close: async () => {
      rmSync(directory, { recursive: true })
      await Promise.resolve()
    },
  }
})

describe('parity stores on LMDB', () => {
  let directory: string
  const children: ChildProcess[] = []
  beforeEach(() => {
    directory = freshDirectory()
  })
  afterEach(async () => {
    for (const child of children.splice(0)) await killed(child)
    rmSync(directory, { recursive: true })
  })

  test('show a whole batch, none lost, after the process that writes them was killed', async () => {
    const script = join(import.meta.dirname, 'parity-store-process.ts')
    for (let round = 0; round < 3; round++) {
      const child = spawn(process.execPath, [script, directory], { stdio: ['ignore', 'pipe', 'ignore'] })
      children.push(child)
      const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
      let said = 0
      for (let seen = 0; seen < 3 + round; seen++) said = Number((await lines.next()).value)
      await killed(child)
      const store = await openLmdbParityStores(directory)('orders')
      const marks = [...store.spilledMarks()]
      const number = Number(store.state()?.toString())
      expect(number).toBeGreaterThanOrEqual(said)
      expect(marks).toHaveLength(1_000)
      expect(new Set(marks.map(([, { dueMs }]) => dueMs))).toEqual(new Set([number]))
      await store.close()
    }
  })

  test('refuse a directory that holds something else, and say of which store', async () => {
    const place = join(directory, '.parity', 'orders')
    mkdirSync(place, { recursive: true })
    writeFileSync(join(place, 'data.mdb'), 'no windows'.repeat(3_000))
    await expect(openLmdbParityStores(directory)('orders')).rejects.toMatchObject({
      code: 'STORE_FAILED',
      message: expect.stringContaining(`the parity store in ${place} cannot be opened`) as string,
    })
  })
})

async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = once(child, 'exit')
  child.kill('SIGKILL')
  await exit
}
