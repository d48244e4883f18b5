/**
 * Who may do what in the directory of a store, of all processes of the machine. A lock is SQLite's on a database without
 * content: the kernel gives it back when the process ends, however it ends, and nothing that is left behind can be taken
 * for a holder. It holds between connections of one process too.
 */
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

export interface DirectoryLock {
  release(): void
}

/** `owner`: who writes. `readers`: who reads beside it, and nobody while the owner makes the environment ready. */
export type LockName = 'owner' | 'readers'

/** SQLITE_BUSY: somebody else has the lock. */
const busy = 5

/** Alone. Null while somebody has it. Raises what SQLite says of a directory in which the file of the lock cannot be used. */
export const lockDirectory = (directory: string, name: LockName): DirectoryLock | null =>
  locked(directory, name, 'BEGIN EXCLUSIVE')

/** Together with others who share it. Null while somebody has it alone. Raises as `lockDirectory`. */
export const shareDirectory = (directory: string, name: LockName): DirectoryLock | null =>
  // A transaction has its lock from the first read on.
  locked(directory, name, 'BEGIN; SELECT count(*) FROM sqlite_master')

function locked(directory: string, name: LockName, statements: string): DirectoryLock | null {
  const database = new DatabaseSync(join(directory, `${name}.lock`), { timeout: 0 })
  try {
    database.exec(statements)
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
