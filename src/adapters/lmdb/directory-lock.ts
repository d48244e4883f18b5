/**
 * A directory that belongs to one opener at a time, of all processes of the machine. The lock is SQLite's on a database
 * without content: the kernel gives it back when the process ends, however it ends, and nothing that is left behind can
 * be taken for a holder. It holds between connections of one process too.
 */
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

export interface DirectoryLock {
  release(): void
}

/** SQLITE_BUSY: somebody else has the lock. */
const busy = 5

/** Null while somebody has it. Raises what SQLite says of a directory in which the file of the lock cannot be used. */
export function lockDirectory(directory: string): DirectoryLock | null {
  const database = new DatabaseSync(join(directory, 'owner.lock'), { timeout: 0 })
  try {
    database.exec('BEGIN EXCLUSIVE')
    return {
      release: () => {
        database.close()
      },
    }
  } catch (cause) {
    database.close()
    if (cause instanceof Error && 'errcode' in cause && cause.errcode === busy) return null
    throw cause
  }
}
