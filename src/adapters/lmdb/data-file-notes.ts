/**
 * What is known of the file of an environment, in files beside it that are named after it: whoever opens it next knows.
 *
 * - `ours`: it was opened as a store of ours. Nothing else tells when its first bytes are wrong: a directory with the
 *   locks in it may hold what somebody else has made, and was refused.
 * - `unproven`: it was made longer, and nobody has looked yet whether something is missing.
 * - `damaged`: something in it is, as long as that is there.
 */
import { closeSync, existsSync, fsyncSync, openSync, writeSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { dirname } from 'node:path'

export type Note = 'ours' | 'unproven' | 'damaged'

const noteOf = (path: string, what: Note): string => `${path}.${what}`

export const isNoted = (path: string, what: Note): boolean => existsSync(noteOf(path, what))

/** On the disk when it returns. Raises what the file system says. */
export function note(path: string, what: Note, text: string): void {
  const file = openSync(noteOf(path, what), 'w')
  try {
    writeSync(file, `${text}\n`)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  flushDirectory(dirname(path))
}

/** Where it is noted. Raises what the file system says. */
export async function unnote(path: string, what: Note): Promise<void> {
  await rm(noteOf(path, what), { force: true })
}

/** What was made in it and removed from it is so behind a crash of the machine, too. */
export function flushDirectory(directory: string): void {
  const file = openSync(directory, 'r')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}
