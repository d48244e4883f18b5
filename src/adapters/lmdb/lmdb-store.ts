/** One store on LMDB, of whatever it is. */
import { statSync } from 'node:fs'
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'
import { storedChanges, type StoreKey } from '../../core/rows/stored/store-key.ts'
import type { Unreadable } from '../../core/rows/stored/store-mark.ts'
import type { RowStore, StoreBatch, StoreEntry } from '../../ports/row-store.ts'
import { copyEnvironment } from './copy-environment.ts'
import { dataFileOf, flushDataFile, removeDataFile } from './data-file.ts'
import { note } from './data-file-notes.ts'
import type { DirectoryLock } from './directory-lock.ts'
import { entriesOf, type Environment, firstKey, openEnvironment, putMark, removeMark } from './environment.ts'
import { failure } from './failure.ts'
import { putSealed, readSealed, sealedBetween } from './sealed-value.ts'

interface Opened {
  readonly directory: string
  /** In errors. */
  readonly named: string
  readonly lock: DirectoryLock
  readonly found: Environment | Unreadable
}

/**
 * Usable until a write is refused, something is found to be damaged, or it is closed; from then on everything but `close`
 * raises what has spent it: whether a refused batch is there is known only to whoever opens the store again.
 */
export class LmdbStore implements RowStore {
  private found: Unreadable | null
  private lastMark: string | null
  private unusable: FalseworkError | null
  /** Rejected for good by the first that is refused: no batch is written behind one that is not there. */
  private lastCommit: Promise<void> = Promise.resolve()
  private copies: Promise<unknown> = Promise.resolve()
  private closing: Promise<void> | null = null
  private readonly directory: string
  private readonly named: string
  private readonly lock: DirectoryLock
  /** Null while it is unreadable. */
  private environment: Environment | null

  constructor({ directory, named, lock, found }: Opened) {
    this.directory = directory
    this.named = named
    this.lock = lock
    this.found = typeof found === 'string' ? found : null
    this.environment = typeof found === 'string' ? null : found
    this.lastMark = this.environment?.mark ?? null
    this.unusable = this.found === null ? null : unreadableError(named, this.found)
  }

  get unreadable(): Unreadable | null {
    return this.found
  }

  get mark(): string | null {
    return this.lastMark
  }

  get(key: StoreKey): Buffer | null {
    const { rows } = this.usable
    try {
      return readSealed(rows, key)
    } catch (cause) {
      throw this.failed('cannot be read', cause)
    }
  }

  *range(from: StoreKey, to: StoreKey): Generator<StoreEntry> {
    const { rows } = this.usable
    if (from >= to) return
    try {
      yield* sealedBetween(rows, from === '' ? firstKey : from, to)
    } catch (cause) {
      throw this.failed('cannot be read', cause)
    }
  }

  async write(batch: StoreBatch): Promise<void> {
    // All of it is known before LMDB is given the first: what it was given, it writes.
    const changes = storedChanges(batch.entries)
    const { mark } = batch
    await this.commit((environment) => {
      const { rows } = environment
      for (const [key, value] of changes) {
        if (value === null) void rows.remove(key)
        else putSealed(rows, key, value)
      }
      putMark(environment, mark)
    })
    this.lastMark = mark
  }

  async clear(): Promise<void> {
    if (this.found !== null && this.closing === null) {
      this.lastCommit = this.lastCommit.then(async () => await this.beginAnew())
      await this.lastCommit
      return
    }
    await this.commit((environment) => {
      void environment.rows.clearAsync()
      removeMark(environment)
    })
    this.lastMark = null
  }

  size(): { readonly bytes: number; readonly entries: number } {
    const entries = this.found === null ? entriesOf(this.usable.rows) : 0
    return { bytes: statSync(dataFileOf(this.directory), { throwIfNoEntry: false })?.size ?? 0, entries }
  }

  async copyTo(directory: string, copied: (bytes: number) => void = () => undefined): Promise<void> {
    const copying = copyEnvironment(this.usable.root, directory, copied).catch((cause: unknown) => {
      throw this.noted(cause)
    })
    this.copies = Promise.allSettled([this.copies, copying])
    await copying
  }

  async close(): Promise<void> {
    await (this.closing ??= this.end())
  }

  private async end(): Promise<void> {
    this.unusable ??= closedError(this.named)
    const [written] = await Promise.allSettled([this.lastCommit, this.copies])
    try {
      if (this.environment !== null) {
        await this.environment.root.close()
        if (written.status === 'fulfilled') await flushDataFile(dataFileOf(this.directory))
      }
    } catch (cause) {
      throw failure(`${this.named} cannot be closed`, cause)
    } finally {
      this.lock.release()
    }
  }

  /** Raises what has spent it. */
  private get usable(): Environment {
    if (this.unusable !== null) throw this.unusable
    if (this.environment === null) throw new FalseworkError('INTERNAL', `${this.named} is read, and was not opened`)
    return this.environment
  }

  private failed(how: string, cause: unknown): FalseworkError {
    return this.noted(failure(`${this.named} ${how}`, cause))
  }

  /** Whoever opens it next knows of damage. */
  private noted<Told>(error: Told): Told {
    if (!(error instanceof FalseworkError) || error.code !== 'STORE_DAMAGED') return error
    this.unusable ??= error
    try {
      note(dataFileOf(this.directory), 'damaged', error.message)
    } catch {
      // The disk does not take it: whoever reads the same finds it again.
    }
    return error
  }

  private async beginAnew(): Promise<void> {
    // By a `clear` before this one.
    if (this.found === null) return
    try {
      await removeDataFile(dataFileOf(this.directory))
      const found = await openEnvironment(this.directory)
      if (typeof found === 'string') throw new Error('an empty file cannot be read')
      this.environment = found
    } catch (cause) {
      throw failure(`${this.named} cannot be made anew`, cause)
    }
    this.found = null
    this.unusable = this.closing === null ? null : closedError(this.named)
  }

  private async commit(give: (environment: Environment) => void): Promise<void> {
    const environment = this.usable
    this.lastCommit = this.lastCommit.then(async () => {
      await this.commitNext(environment, give)
    })
    await this.lastCommit
  }

  /** What is given to LMDB in one batch is written in one transaction of it, on another thread. */
  private async commitNext(environment: Environment, give: (environment: Environment) => void): Promise<void> {
    try {
      await environment.root.batch(() => give(environment))
    } catch (cause) {
      const refusal = this.failed('cannot be written', await reasonOf(cause))
      this.unusable ??= refusal
      throw refusal
    }
  }
}

const closedError = (named: string): FalseworkError => new FalseworkError('STORE_FAILED', `${named} is closed`)

const unreadableError = (named: string, why: Unreadable): FalseworkError =>
  why === 'damaged'
    ? new FalseworkError('STORE_DAMAGED', `${named} is damaged`)
    : new FalseworkError('STORE_FAILED', `${named} was made by another version of falsework`)

/** LMDB gives the reason of a commit that failed as a promise that is rejected with it. */
async function reasonOf(cause: unknown): Promise<unknown> {
  if (!(cause instanceof Error) || !('commitError' in cause)) return cause
  return await Promise.resolve(cause.commitError).catch((reason: unknown) => reason)
}
