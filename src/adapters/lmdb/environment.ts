/** One LMDB environment: rows in one database of it, and in another what is to be known of them. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Database, open, type RootDatabase } from 'lmdb'
import type { StoreKey } from '../../core/rows/store-key.ts'
import { provenDataFile, readyDataFile } from './data-file.ts'

export interface Environment {
  readonly root: RootDatabase
  readonly rows: Database<Buffer, StoreKey>
  readonly about: Database<string, string>
}

/** No key is below it. */
export const firstKey = '\0'

/** Another form is built anew, never guessed at. */
const form = 'falsework rows 1'

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

/**
 * For whoever has the directory alone. Raises what LMDB says, and Error for a directory that holds something else.
 * What LMDB would refuse to open is found before: lmdb-js ends the process over it.
 */
export async function openEnvironment(directory: string): Promise<Environment> {
  const file = join(directory, 'data.mdb')
  const wholeness = await readyDataFile(file)
  await rm(join(directory, 'lock.mdb'), { force: true })
  const root = open({
    path: directory,
    // Without it a dot in the name would make the path that of a file.
    noSubdir: false,
    maxDbs: 2,
    mapSize: mapBytes,
    // A commit waits for its pages and not for the page that names them: a crash takes back whole commits, from the last.
    noMetaSync: true,
    overlappingSync: false,
    cache: false,
  })
  try {
    const rows = root.openDB<Buffer, StoreKey>({ name: 'rows', ...bytesByBytes })
    const about = root.openDB<string, string>({ name: 'about', encoding: 'string' })
    const formFound = about.get('form')
    if (formFound === undefined && entriesOf(rows) === 0) await about.put('form', form)
    else if (formFound !== form) throw new Error(`it holds ${formFound ?? 'something else'}, expected ${form}`)
    if (wholeness === 'unproven') {
      if (rows.getKeysCount({ start: firstKey }) !== entriesOf(rows)) throw new Error('data.mdb is cut off')
      await provenDataFile(file)
    }
    return { root, rows, about }
  } catch (cause) {
    await root.close()
    throw cause
  }
}

/** As LMDB has counted them: nothing is walked through. */
export const entriesOf = (rows: Environment['rows']): number => Number(Reflect.get(rows.getStats(), 'entryCount'))
