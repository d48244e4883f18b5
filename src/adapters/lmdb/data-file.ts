/**
 * What LMDB takes for granted of its file, and dies of where it is not so: that it is one of LMDB, and that every page
 * of it is there.
 */
import { closeSync, existsSync, fsyncSync, openSync, writeSync } from 'node:fs'
import { type FileHandle, open, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { codeOf } from './failure.ts'

/** Page sizes are up to 64 KiB, and the second of the two heads stands at the beginning of the second page. */
const headBytes = 128 * 1_024
const magic = 0xbeefc0de
/** Of the form of the file, in the build of LMDB that lmdb-js has. */
const version = 2
const offsets = { flags: 18, magic: 24, version: 28, pageBytes: 48, lastPage: 144, transaction: 152 }
const isHeadFlag = 8

/** Whether nothing is missing in the file; `unproven` until somebody has looked. */
export type Wholeness = 'whole' | 'unproven'

/** Stands beside a file that was made longer until it is proven, so that whoever opens it next knows. */
const unprovenMark = (path: string): string => `${path}.unproven`

/** Stands beside a file of which something is damaged, as long as that is there. */
const damageMark = (path: string): string => `${path}.damaged`

/** Where the file of an environment stands in its directory. */
export const dataFileOf = (directory: string): string => join(directory, 'data.mdb')

interface Head {
  readonly pageBytes: number
  readonly lastPage: number
  readonly transaction: number
}

/**
 * Makes a file that ends before its last page as long as its head says: then a page that is missing is zeros, which
 * LMDB reports, and not the end of the process. The last pages may be missing rightly, when they are free: whoever
 * opens the file finds out. Raises Error for a file that is not LMDB's.
 */
export async function readyDataFile(path: string): Promise<Wholeness> {
  let file: FileHandle
  try {
    file = await open(path, 'r+')
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return 'whole'
    throw cause
  }
  try {
    const { size } = await file.stat()
    const bytes = size === 0 ? 0 : await bytesByHead(file)
    if (size < bytes) {
      await writeFile(unprovenMark(path), '')
      await file.truncate(bytes)
    }
    return existsSync(unprovenMark(path)) ? 'unproven' : 'whole'
  } finally {
    await file.close()
  }
}

/**
 * For whoever only reads a file that somebody else has opened: then every page that is used is there. Raises Error for
 * a file that is not LMDB's.
 */
export async function expectDataFile(path: string): Promise<void> {
  const file = await open(path, 'r')
  try {
    await bytesByHead(file)
  } finally {
    await file.close()
  }
}

/** Waits until the file is on the disk. */
export async function flushDataFile(path: string): Promise<void> {
  const file = await open(path, 'r+')
  try {
    await file.datasync()
  } finally {
    await file.close()
  }
}

/** Nothing is missing in it. */
export async function provenDataFile(path: string): Promise<void> {
  await rm(unprovenMark(path))
}

export const isNotedDamaged = (path: string): boolean => existsSync(damageMark(path))

/** On the disk when it returns: whoever opens the file next knows. Raises what the file system says. */
export function noteDamage(path: string, what: string): void {
  const file = openSync(damageMark(path), 'w')
  try {
    writeSync(file, `${what}\n`)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  flushDirectory(dirname(path))
}

/**
 * Whoever still reads it, reads what was there, in pages that nobody writes any more. That it is damaged is forgotten
 * behind it, whenever the machine dies.
 */
export async function removeDataFile(path: string): Promise<void> {
  const directory = dirname(path)
  for (const file of [path, join(directory, 'lock.mdb'), unprovenMark(path)]) await rm(file, { force: true })
  flushDirectory(directory)
  await rm(damageMark(path), { force: true })
}

function flushDirectory(directory: string): void {
  const file = openSync(directory, 'r')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/** Up to the end of the last page, by the newer of the two heads. */
async function bytesByHead(file: FileHandle): Promise<number> {
  const { buffer } = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0)
  const first = headAt(buffer, 0)
  const second = headAt(buffer, first.pageBytes)
  const { lastPage, pageBytes } = second.transaction > first.transaction ? second : first
  return (lastPage + 1) * pageBytes
}

function headAt(buffer: Buffer, start: number): Head {
  const isHead =
    start + 256 <= buffer.length &&
    (buffer.readUInt16LE(start + offsets.flags) & isHeadFlag) !== 0 &&
    buffer.readUInt32LE(start + offsets.magic) === magic &&
    buffer.readUInt16LE(start + offsets.version) === version
  if (!isHead) throw new Error('data.mdb is not a file of this LMDB')
  return {
    pageBytes: buffer.readUInt32LE(start + offsets.pageBytes),
    lastPage: Number(buffer.readBigUInt64LE(start + offsets.lastPage)),
    transaction: Number(buffer.readBigUInt64LE(start + offsets.transaction)),
  }
}
