/** Row stores on LMDB: one directory for each source. */
import { existsSync, statSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'
import { storedChanges, type StoreKey } from '../../core/rows/stored/store-key.ts'
import type { FindRowStore, OpenRowStore, RowStore, StoreBatch, StoreEntry } from '../../ports/row-store.ts'
import { copyEnvironment } from './copy-environment.ts'
import { dataFileOf, flushDataFile } from './data-file.ts'
import { type DirectoryLock, lockDirectory } from './directory-lock.ts'
import { entriesOf, type Environment, firstKey, openEnvironment } from './environment.ts'
import { failure } from './failure.ts'

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
    if (lock !== null)
      return new LmdbRowStore({ directory, named, lock, environment: await openEnvironment(directory) })
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

interface Opened {
  readonly directory: string
  /** In errors. */
  readonly named: string
  readonly lock: DirectoryLock
  readonly environment: Environment
}

/**
 * Usable until a write is refused or it is closed; from then on everything but `close` raises `STORE_FAILED`: whether
 * a refused batch is there is known only to whoever opens the store again.
 */
class LmdbRowStore implements RowStore {
  private lastMark: string | null
  private unusable: FalseworkError | null = null
  /** Rejected for good by the first that is refused: no batch is written behind one that is not there. */
  private lastCommit: Promise<void> = Promise.resolve()
  private copies: Promise<unknown> = Promise.resolve()
  private closing: Promise<void> | null = null
  private readonly directory: string
  private readonly named: string
  private readonly lock: DirectoryLock
  private readonly environment: Environment
  private readonly rows: Environment['rows']

  constructor({ directory, named, lock, environment }: Opened) {
    this.directory = directory
    this.named = named
    this.lock = lock
    this.environment = environment
    this.rows = environment.rows
    this.lastMark = environment.about.get('mark') ?? null
  }

  get mark(): string | null {
    return this.lastMark
  }

  get(key: StoreKey): Buffer | null {
    if (this.unusable !== null) throw this.unusable
    try {
      const shared = this.rows.getBinaryFast(key)
      if (shared === undefined) return null
      // The buffer is LMDB's, and the next read writes into it.
      const bytes = shared.length
      const value = Buffer.allocUnsafe(bytes)
      shared.copy(value, 0, 0, bytes)
      return value
    } catch (cause) {
      throw this.unreadable(cause)
    }
  }

  *range(from: StoreKey, to: StoreKey): Generator<StoreEntry> {
    if (this.unusable !== null) throw this.unusable
    if (from >= to) return
    try {
      yield* this.rows.getRange({ start: from === '' ? firstKey : from, end: to })
    } catch (cause) {
      throw this.unreadable(cause)
    }
  }

  async write(batch: StoreBatch): Promise<void> {
    // All of it is known before LMDB is given the first: what it was given, it writes.
    const changes = storedChanges(batch.entries)
    const { mark } = batch
    const { rows, about } = this.environment
    await this.commit(() => {
      for (const [key, value] of changes) {
        if (value === null) void rows.remove(key)
        else void rows.put(key, value)
      }
      void about.put('mark', mark)
    })
    this.lastMark = mark
  }

  async clear(): Promise<void> {
    const { rows, about } = this.environment
    await this.commit(() => {
      void rows.clearAsync()
      void about.remove('mark')
    })
    this.lastMark = null
  }

  size(): { readonly bytes: number; readonly entries: number } {
    if (this.unusable !== null) throw this.unusable
    return { bytes: statSync(dataFileOf(this.directory)).size, entries: entriesOf(this.rows) }
  }

  async copyTo(directory: string, copied: (bytes: number) => void = () => undefined): Promise<void> {
    if (this.unusable !== null) throw this.unusable
    const copying = copyEnvironment(this.environment.root, directory, copied)
    this.copies = Promise.allSettled([this.copies, copying])
    await copying
  }

  async close(): Promise<void> {
    await (this.closing ??= this.end())
  }

  private async end(): Promise<void> {
    this.unusable ??= new FalseworkError('STORE_FAILED', `${this.named} is closed`)
    const [written] = await Promise.allSettled([this.lastCommit, this.copies])
    try {
      await this.environment.root.close()
      if (written.status === 'fulfilled') await flushDataFile(dataFileOf(this.directory))
    } catch (cause) {
      throw failure(`${this.named} cannot be closed`, cause)
    } finally {
      this.lock.release()
    }
  }

  private unreadable(cause: unknown): FalseworkError {
    return failure(`${this.named} cannot be read`, cause)
  }

  private async commit(give: () => void): Promise<void> {
    if (this.unusable !== null) throw this.unusable
    this.lastCommit = this.lastCommit.then(async () => {
      await this.commitNext(give)
    })
    await this.lastCommit
  }

  /** What is given to LMDB in one batch is written in one transaction of it, on another thread. */
  private async commitNext(give: () => void): Promise<void> {
    try {
      await this.environment.root.batch(give)
    } catch (cause) {
      const refusal = failure(`${this.named} cannot be written`, await reasonOf(cause))
      this.unusable ??= refusal
      throw refusal
    }
  }
}

/** LMDB gives the reason of a commit that failed as a promise that is rejected with it. */
async function reasonOf(cause: unknown): Promise<unknown> {
  if (!(cause instanceof Error) || !('commitError' in cause)) return cause
  return await Promise.resolve(cause.commitError).catch((reason: unknown) => reason)
}
