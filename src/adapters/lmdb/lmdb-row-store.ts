/** Row stores on LMDB: one directory for each source. */
import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'
import type { FindRowStore, OpenRowStore, RowStore } from '../../ports/row-store.ts'
import { dataFileOf } from './data-file.ts'
import { type DirectoryLock, lockDirectory } from './directory-lock.ts'
import { openEnvironment } from './environment.ts'
import { failure } from './failure.ts'
import { LmdbStore } from './lmdb-store.ts'

/** Opens the stores in `<dataDirectory>/<source>`. */
export const openLmdbRowStores =
  (dataDirectory: string): OpenRowStore =>
  async (source) =>
    await openLmdbStore(join(dataDirectory, source), 'row store')

/** `what`: a store is called so in errors. Raises as `OpenRowStore`. */
export async function openLmdbStore(directory: string, what: string): Promise<RowStore> {
  const named = `the ${what} in ${directory}`
  let lock: DirectoryLock | null = null
  try {
    await mkdir(directory, { recursive: true })
    lock = lockDirectory(directory, 'owner')
    if (lock !== null) return new LmdbStore({ directory, named, lock, found: await openEnvironment(directory) })
  } catch (cause) {
    lock?.release()
    throw failure(`${named} cannot be opened`, cause)
  }
  throw new FalseworkError('STORE_IN_USE', `another process has ${named}`)
}

/** Opens those of them that are there. */
export const findLmdbRowStores =
  (dataDirectory: string): FindRowStore =>
  async (source) =>
    existsSync(dataFileOf(join(dataDirectory, source))) ? await openLmdbRowStores(dataDirectory)(source) : null
