/**
 * What LMDB takes for granted of its file, and dies of where it is not so: that it is one of LMDB, and that every page
 * of it is there.
 */
import { type FileHandle, open, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { flushDirectory, isNoted, note, unnote } from './data-file-notes.ts'
import { codeOf, Damage } from './failure.ts'

/** Page sizes are up to 64 KiB, and the second of the two heads stands at the beginning of the second page. */
const headBytes = 128 * 1_024
const magic = 0xbeefc0de
/** Of the form of the file, in the build of LMDB that lmdb-js has. */
const version = 2
const offsets = { flags: 18, magic: 24, version: 28, pageBytes: 48, lastPage: 144, transaction: 152 }
const isHeadFlag = 8

/** Whether nothing is missing in the file; `unproven` until somebody has looked. */
export type Wholeness = 'whole' | 'unproven'

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
 * opens the file finds out. Raises as `wrongIn` for a file that is not LMDB's.
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
    const bytes = size === 0 ? 0 : await bytesByHead(file, path)
    if (size < bytes) {
      note(path, 'unproven', '')
      await file.truncate(bytes)
    }
    return isNoted(path, 'unproven') ? 'unproven' : 'whole'
  } finally {
    await file.close()
  }
}

/**
 * For whoever only reads a file that somebody else has opened: then every page that is used is there. Raises as
 * `wrongIn` for a file that is not LMDB's.
 */
export async function expectDataFile(path: string): Promise<void> {
  const file = await open(path, 'r')
  try {
    await bytesByHead(file, path)
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

/**
 * Whoever still reads it, reads what was there, in pages that nobody writes any more. That it is damaged is forgotten
 * behind it, whenever the machine dies.
 */
export async function removeDataFile(path: string): Promise<void> {
  const directory = dirname(path)
  for (const file of [path, join(directory, 'lock.mdb')]) await rm(file, { force: true })
  await unnote(path, 'unproven')
  flushDirectory(directory)
  await unnote(path, 'damaged')
}

/** What is wrong in a file: Damage where it is known to be of a store, else Error, since it may be somebody else's. */
export const wrongIn = (path: string, what: string): Error =>
  isNoted(path, 'ours') ? new Damage(what) : new Error(what)

/** Up to the end of the last page, by the newer of the two heads. */
async function bytesByHead(file: FileHandle, path: string): Promise<number> {
  const { buffer } = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0)
  const first = headAt(buffer, 0)
  const second = first === null ? null : headAt(buffer, first.pageBytes)
  if (first === null || second === null) throw wrongIn(path, 'data.mdb is not a file of this LMDB')
  const { lastPage, pageBytes } = second.transaction > first.transaction ? second : first
  return (lastPage + 1) * pageBytes
}

function headAt(buffer: Buffer, start: number): Head | null {
  const isHead =
    start + 256 <= buffer.length &&
    (buffer.readUInt16LE(start + offsets.flags) & isHeadFlag) !== 0 &&
    buffer.readUInt32LE(start + offsets.magic) === magic &&
    buffer.readUInt16LE(start + offsets.version) === version
  if (!isHead) return null
  return {
    pageBytes: buffer.readUInt32LE(start + offsets.pageBytes),
    lastPage: Number(buffer.readBigUInt64LE(start + offsets.lastPage)),
    transaction: Number(buffer.readBigUInt64LE(start + offsets.transaction)),
  }
}
