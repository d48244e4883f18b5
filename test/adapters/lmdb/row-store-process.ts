/** A process of its own with a row store: `<what it does> <data directory>`. */
import { once } from 'node:events'
import { join } from 'node:path'
import { setInterval } from 'node:timers'
import { readEnvironment } from '../../../src/adapters/lmdb/environment.ts'
import { borrowLmdbRowStores } from '../../../src/adapters/lmdb/lmdb-copies.ts'
import { openLmdbRowStores } from '../../../src/adapters/lmdb/lmdb-row-store.ts'
import { FalseworkError } from '../../../src/core/diagnostics/falsework-error.ts'
import type { StoreKey } from '../../../src/core/rows/stored/store-key.ts'
import type { RowStore, StoreBatch } from '../../../src/ports/row-store.ts'

const say = (text: string): void => void process.stdout.write(`${text}\n`)

/** Each batch sets the same keys to the text that is its mark. */
function batchOf(mark: number, entries: number): StoreBatch {
  const value = Buffer.from(`${mark}`.padStart(600))
  return {
    entries: Array.from({ length: entries }, (_, index) => [`key ${(index * 7919) % entries}` as StoreKey, value]),
    mark: String(mark),
  }
}

async function writeOnAndOn(store: RowStore): Promise<never> {
  for (let mark = Number(store.mark ?? '0') + 1; ; mark++) {
    await store.write(batchOf(mark, 2_000))
    say(String(mark))
  }
}

const codeOf = (error: unknown): string => (error instanceof FalseworkError ? error.code : String(error))

/** Until the disk refuses a batch, each with a small one behind it; then says what the store answers. */
async function writeUntilRefused(store: RowStore): Promise<void> {
  const answers: string[] = []
  for (let mark = 1; answers.length === 0; mark++) {
    const late: StoreBatch = { entries: [['late' as StoreKey, Buffer.from(String(mark))]], mark: String(mark) }
    const written = await Promise.allSettled([store.write(batchOf(mark, mark * 500)), store.write(late)])
    for (const result of written) if (result.status === 'rejected') answers.push(codeOf(result.reason))
  }
  const { mark } = store
  for (const act of [async () => await store.write(batchOf(0, 1)), () => store.get('key 0' as StoreKey)]) {
    try {
      await act()
    } catch (error) {
      answers.push(codeOf(error))
    }
  }
  await store.close()
  say(JSON.stringify({ mark, answers }))
}

/** Copies beside whoever has the store, over and over; each time says what it has got. */
async function borrowOnAndOn(dataDirectory: string): Promise<never> {
  for (;;) {
    const copy = await borrowLmdbRowStores(dataDirectory)('shop')
    if (copy === null) throw new Error('nothing was copied')
    const values = [...copy.range('key' as StoreKey, 'l' as StoreKey)].map(({ value }) => value.toString().trim())
    const texts = [...new Set(values)]
    const said = JSON.stringify({ mark: copy.mark, texts, entries: copy.size().entries })
    await copy.close()
    say(said)
  }
}

/** Before each value there is its checksum. */
const sumBytes = 4

/** Says what there is as of one moment, and when it hears something, what there is as of the same moment. */
async function readTwice(directory: string): Promise<void> {
  await readEnvironment(directory, async (root) => {
    const rows = root.openDB<Buffer, string>({ name: 'rows', encoding: 'binary' })
    const transaction = root.useReadTransaction()
    const texts = (): readonly string[] => {
      const values = [...rows.getRange({ transaction })].map(({ value }) => value.subarray(sumBytes).toString().trim())
      return [...new Set(values)]
    }
    say(JSON.stringify(texts()))
    await once(process.stdin, 'data')
    say(JSON.stringify(texts()))
    transaction.done()
  })
}

async function own(task: string | undefined, dataDirectory: string): Promise<void> {
  const store = await openLmdbRowStores(dataDirectory)('shop')
  say('opened')
  if (task === 'write') await writeOnAndOn(store)
  else if (task === 'fill') await writeUntilRefused(store)
  else setInterval(() => undefined, 60_000)
}

const [, , task, dataDirectory = ''] = process.argv
if (task === 'borrow') await borrowOnAndOn(dataDirectory)
else if (task === 'read') await readTwice(join(dataDirectory, 'shop'))
else await own(task, dataDirectory)
process.stdin.unref()
