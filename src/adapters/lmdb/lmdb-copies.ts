/** Copies of row stores on LMDB, beside the process that has them. */
import { existsSync } from 'node:fs'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'
import { keyBytesMax, type StoreKey } from '../../core/rows/stored/store-key.ts'
import type { BorrowRowStore, CopyRowStore, RowStore } from '../../ports/row-store.ts'
import { copyEnvironment } from './copy-environment.ts'
import { dataFileOf } from './data-file.ts'
import { readEnvironment } from './environment.ts'
import { failure } from './failure.ts'
import { openLmdbRowStores } from './lmdb-row-store.ts'

/** Copies the stores in `<dataDirectory>/<source>`. */
export const copyLmdbRowStores =
  (dataDirectory: string): CopyRowStore =>
  async (source, directory, copied) =>
    await copyOf(dataDirectory, source, { directory, copied, looks: Infinity })

/** The same on the disk of the stores, which has room for them: the one for temporary files may be memory. */
export const borrowLmdbRowStores =
  (dataDirectory: string): BorrowRowStore =>
  async (source, copied) => {
    if (!existsSync(dataFileOf(join(dataDirectory, source)))) return null
    const place = await mkdtemp(join(dataDirectory, `.copy of ${source} `))
    const removed = async (): Promise<void> => await rm(place, { recursive: true, force: true })
    try {
      const copy = await copyOf(dataDirectory, source, { directory: join(place, 'rows'), copied, looks: 1 })
      return copy === null ? null : closingWith(copy, removed)
    } catch (error) {
      await removed()
      throw error
    }
  }

interface Copied {
  readonly directory: string
  readonly copied: Parameters<CopyRowStore>[2]
  /** So often some of the copy is looked at, in the order of keys. */
  readonly looks: number
}

async function copyOf(
  dataDirectory: string,
  source: string,
  { directory, copied = () => undefined, looks }: Copied,
): Promise<RowStore | null> {
  const from = join(dataDirectory, source)
  if (!existsSync(dataFileOf(from))) return null
  const { size } = await stat(dataFileOf(from))
  await copyStore(dataDirectory, source, { directory, copied: (bytes) => copied(bytes, size) })
  const copy = await openLmdbRowStores(dirname(directory))(basename(directory))
  try {
    await lookAt(copy, looks)
    return copy
  } catch (cause) {
    await copy.close()
    await rm(directory, { recursive: true, force: true })
    if (!(cause instanceof FalseworkError)) throw cause
    throw new FalseworkError(cause.code, `a copy of the row store in ${from} is not sound: ${cause.message}`, { cause })
  }
}

/** Of one look. */
const lookEntries = 10_000
const lastKey = '\u00ff'.repeat(keyBytesMax) as StoreKey

/** Its pages were just written, and are in memory as a rule. Raises what the store raises. */
async function lookAt(copy: RowStore, looks: number): Promise<void> {
  let from = '' as StoreKey
  for (let look = 0, found = lookEntries; look < looks && found === lookEntries; look += 1) {
    found = 0
    for (const { key } of copy.range(from, lastKey)) {
      found += 1
      from = `${key}\u0000` as StoreKey
      if (found === lookEntries) break
    }
    await setImmediate()
  }
}

interface Copying {
  readonly directory: string
  readonly copied: (bytes: number) => void
}

/** A store that nobody has is opened as its owner does, who looks whether all of its file is there. */
async function copyStore(dataDirectory: string, source: string, { directory, copied }: Copying): Promise<void> {
  const own = await openLmdbRowStores(dataDirectory)(source).catch((error: unknown) => {
    if (error instanceof FalseworkError && error.code === 'STORE_IN_USE') return null
    throw error
  })
  if (own !== null) {
    await own.copyTo(directory, copied).finally(async () => await own.close())
    return
  }
  const from = join(dataDirectory, source)
  try {
    await readEnvironment(from, async (root) => await copyEnvironment(root, directory, copied))
  } catch (cause) {
    if (cause instanceof FalseworkError) throw cause
    throw failure(`the row store in ${from} cannot be read beside whoever has it`, cause)
  }
}

const closingWith = (store: RowStore, closed: () => Promise<void>): RowStore => ({
  get unreadable() {
    return store.unreadable
  },
  get mark() {
    return store.mark
  },
  get: (key) => store.get(key),
  range: (from, to) => store.range(from, to),
  write: async (batch) => await store.write(batch),
  clear: async () => await store.clear(),
  size: () => store.size(),
  copyTo: async (directory, copied) => await store.copyTo(directory, copied),
  close: async () => {
    await store.close()
    await closed()
  },
})
