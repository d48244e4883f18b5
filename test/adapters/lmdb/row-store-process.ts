/** A process of its own with a row store: `<what it does> <data directory>`. */
import { setInterval } from 'node:timers'
import { openLmdbRowStores } from '../../../src/adapters/lmdb/lmdb-row-store.ts'
import { FalseworkError } from '../../../src/core/diagnostics/falsework-error.ts'
import type { StoreKey } from '../../../src/core/rows/store-key.ts'
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

const [, , task, dataDirectory = ''] = process.argv
const store = await openLmdbRowStores(dataDirectory)('shop')
say('opened')
if (task === 'write') await writeOnAndOn(store)
else if (task === 'fill') await writeUntilRefused(store)
else setInterval(() => undefined, 60_000)
