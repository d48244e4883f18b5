/** One LMDB environment: rows in one database of it, and in another what is to be known of them. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Database, open, type RootDatabase } from 'lmdb'
import type { StoreKey } from '../../core/rows/stored/store-key.ts'
import type { Unreadable } from '../../core/rows/stored/store-mark.ts'
import { dataFileOf, expectDataFile, readyDataFile, wrongIn } from './data-file.ts'
import { isNoted, note, unnote } from './data-file-notes.ts'
import { type DirectoryLock, lockDirectory, shareDirectory } from './directory-lock.ts'
import { Damage, isDamage } from './failure.ts'
import { putSealed, readSealed } from './sealed-value.ts'

export interface Environment {
  readonly root: RootDatabase
  readonly rows: Database<Buffer, StoreKey>
  readonly about: Database<Buffer, string>
  /** As it was found. */
  readonly mark: string | null
}

/** No key is below it. */
export const firstKey = '\0' as StoreKey

/** Of what stands in the file. Another form of ours is built anew, never guessed at. */
const forms = 'falsework rows '
const form = `${forms}2`

/**
 * Address space, not memory and not disk: beyond it LMDB maps the file once more beside the old mapping, and readers
 * of the old one stay valid; up to it nothing is ever mapped twice.
 */
const mapBytes = 64 * 2 ** 30

/** A key as it stands in its text; LMDB tells by the RangeError that its buffer ends before the key. */
const keyEncoder = {
  writeKey(key: StoreKey, target: Buffer, start: number): number {
    const end = start + key.length
    if (end > target.length) throw new RangeError('the buffer ends before the key')
    // `clear` comes with an empty buffer for a key.
    if (key.length > 0) target.write(key, start, 'latin1')
    return end
  },
  readKey: (source: Buffer, start: number, end: number): string => source.toString('latin1', start, end),
}

/** Apart, since the declaration of `openDB` does not know of encoders of keys. */
const bytesByBytes = { encoding: 'binary', keyEncoder } as const

const opening = {
  // Without it a dot in the name would make the path that of a file.
  noSubdir: false,
  maxDbs: 2,
  mapSize: mapBytes,
  cache: false,
} as const

/**
 * For whoever owns the directory. Raises what LMDB says, and Error for a directory that holds something else.
 * What LMDB would refuse to open is found before: lmdb-js ends the process over it. So nothing of a file that is known to
 * be damaged is opened.
 */
export async function openEnvironment(directory: string): Promise<Environment | Unreadable> {
  if (isNoted(dataFileOf(directory), 'damaged')) return 'damaged'
  const alone = lockDirectory(directory, 'readers')
  try {
    // Only without readers: in lock.mdb a writer sees which pages they still read.
    if (alone !== null) await rm(join(directory, 'lock.mdb'), { force: true })
    return await openOwn(directory)
  } finally {
    alone?.release()
  }
}

async function openOwn(directory: string): Promise<Environment | Unreadable> {
  try {
    return await openSound(directory, dataFileOf(directory))
  } catch (cause) {
    if (!isDamage(cause)) throw cause
    note(dataFileOf(directory), 'damaged', cause instanceof Error ? cause.message : String(cause))
    return 'damaged'
  }
}

/** Raises Damage, as LMDB tells it or ours, beside what `openEnvironment` raises. */
async function openSound(directory: string, file: string): Promise<Environment | 'other version'> {
  const wholeness = await readyDataFile(file)
  const root = open({
    path: directory,
    ...opening,
    // A commit waits for its pages and not for the page that names them: a crash takes back whole commits, from the last.
    noMetaSync: true,
    overlappingSync: false,
  })
  try {
    const found = await environmentIn(root, file)
    if (found === 'other version') {
      await root.close()
      return found
    }
    if (wholeness === 'unproven') {
      if (found.rows.getKeysCount({ start: firstKey }) !== entriesOf(found.rows))
        throw new Damage('data.mdb is cut off')
      await unnote(file, 'unproven')
    }
    if (!isNoted(file, 'ours')) note(file, 'ours', form)
    return found
  } catch (cause) {
    await root.close()
    throw cause
  }
}

const databases: ReadonlySet<unknown> = new Set(['about', 'rows'])

/** Nothing is written into what is none of ours. */
async function environmentIn(root: RootDatabase, file: string): Promise<Environment | 'other version'> {
  for (const name of root.getKeys()) if (!databases.has(name)) throw wrongIn(file, 'it holds something else')
  const rows = root.openDB<Buffer, StoreKey>({ name: 'rows', ...bytesByBytes })
  const about = root.openDB<Buffer, string>({ name: 'about', encoding: 'binary' })
  const formFound = about.get('form')?.toString()
  if (formFound === undefined && entriesOf(rows) === 0) await about.put('form', Buffer.from(form))
  else if (formFound !== form) {
    if (formFound?.startsWith(forms) === true) return 'other version'
    throw wrongIn(file, `it holds ${formFound ?? 'something else'}, expected ${form}`)
  }
  const mark = readSealed(about, markKey)?.toString() ?? null
  // Each batch leaves one.
  if (mark === null && entriesOf(rows) > 0) throw new Damage('it has entries and no mark')
  return { root, rows, about, mark }
}

const markKey = 'mark'

/** Within a batch of the environment. */
export const putMark = ({ about }: Environment, mark: string): void => putSealed(about, markKey, Buffer.from(mark))

/** The same. */
export const removeMark = ({ about }: Environment): void => void about.remove(markKey)

/** As LMDB has counted them: nothing is walked through. */
export const entriesOf = (rows: Environment['rows']): number => Number(Reflect.get(rows.getStats(), 'entryCount'))

/**
 * Work on an environment that another process owns: what is read in one transaction is as of one batch of it. The owner
 * may end and another one begin meanwhile. Raises Error for a directory that holds something else, Damage for a file that is
 * known to have it, and what LMDB says.
 */
export async function readEnvironment<Result>(
  directory: string,
  work: (root: RootDatabase) => Promise<Result>,
): Promise<Result> {
  const shared = await shareWithReaders(directory)
  try {
    const file = dataFileOf(directory)
    if (isNoted(file, 'damaged')) throw new Damage('it is damaged')
    await expectDataFile(file)
    const root = open({ path: directory, ...opening, readOnly: true })
    try {
      return await work(root)
    } finally {
      await root.close()
    }
  } finally {
    shared.release()
  }
}

/** An owner makes its environment ready in less, unless all of a file must be counted. */
const readyMs = 30_000
const lookMs = 50

async function shareWithReaders(directory: string): Promise<DirectoryLock> {
  for (let waitedMs = 0; waitedMs < readyMs; waitedMs += lookMs) {
    const shared = shareDirectory(directory, 'readers')
    if (shared !== null) return shared
    await sleep(lookMs)
  }
  throw new Error(`whoever opens it is not ready after ${readyMs / 1_000} s`)
}
