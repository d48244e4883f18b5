/** A whole copy of an LMDB environment, as of one of its transactions. */
import { existsSync } from 'node:fs'
import { mkdir, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { RootDatabase } from 'lmdb'
import { dataFileOf, flushDataFile } from './data-file.ts'
import { failure } from './failure.ts'

/** Between looks at how far a copy is. */
const tellMs = 250

/**
 * Under another name until it is whole. Now and then `copied` is told how many bytes there are. Raises `STORE_FAILED`, and
 * `STORE_DAMAGED` where LMDB comes upon damage.
 */
export async function copyEnvironment(
  root: Pick<RootDatabase, 'backup'>,
  directory: string,
  copied: (bytes: number) => void,
): Promise<void> {
  const partial = `${directory}.new`
  const data = dataFileOf(partial)
  const telling = setInterval(() => {
    stat(data).then(
      ({ size }) => copied(size),
      () => undefined,
    )
  }, tellMs)
  try {
    if (existsSync(directory)) throw new Error('it is there already')
    await mkdir(dirname(directory), { recursive: true })
    await rm(partial, { recursive: true, force: true })
    await mkdir(partial)
    await root.backup(partial, true)
    await flushDataFile(data)
    await rename(partial, directory)
  } catch (cause) {
    await rm(partial, { recursive: true, force: true })
    throw failure(`the row store cannot be copied to ${directory}`, cause)
  } finally {
    clearInterval(telling)
  }
}
