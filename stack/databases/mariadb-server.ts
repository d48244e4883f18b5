/** Where the MariaDB server is: installed, or unpacked from Debian's packages beside the other parts of the stack. */
import { execFile } from 'node:child_process'
import { existsSync, globSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { StackError } from '../stack-error.ts'

export interface MariadbServer {
  readonly binary: string
  /** Holds the SQL that makes system tables, messages and character sets. */
  readonly share: string
  /** Where the loader finds libraries that are not installed; null: all are. */
  readonly libraries: string | null
}

/** The server, and what of its libraries a machine may lack. */
const packages = ['mariadb-server-core', 'libaio1', 'liburing2', 'libnuma1']
const inCache = 'mariadb-server'
const installedAt = [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin', '/usr/libexec', '/usr/local/libexec']

/**
 * Null: there is none here, and none can be had. Nothing is installed: packages are unpacked into the cache, once, by
 * any user. `onProgress` gets a line then.
 */
export async function findMariadb(cache: string, onProgress: (line: string) => void): Promise<MariadbServer | null> {
  const present = installed() ?? unpacked(cache)
  if (present !== null || !canUnpack()) return present
  onProgress('unpacking MariaDB from Debian packages (once, 8 MB)')
  return await unpack(cache)
}

/** null: all there, or to be had. Otherwise one sentence with the remedy. */
export function missingForMariadb(): string | null {
  return installed() !== null || canUnpack()
    ? null
    : 'no MariaDB server: install MariaDB 10.11 or newer (Debian: apt-get install mariadb-server)'
}

function installed(): MariadbServer | null {
  const folder = installedAt.find((path) => path !== '' && existsSync(join(path, 'mariadbd')))
  const share = ['/usr/share/mysql', '/usr/share/mariadb', '/usr/local/share/mysql'].find((path) =>
    existsSync(join(path, 'mysql_system_tables.sql')),
  )
  if (folder === undefined || share === undefined) return null
  return { binary: join(folder, 'mariadbd'), share, libraries: null }
}

function unpacked(cache: string): MariadbServer | null {
  const root = join(cache, inCache)
  if (!existsSync(root)) return null
  const libraries = globSync('{usr/,}lib/*-linux-gnu', { cwd: root }).map((path) => join(root, path))
  return {
    binary: join(root, 'usr/sbin/mariadbd'),
    share: join(root, 'usr/share/mysql'),
    libraries: libraries.join(':'),
  }
}

const canUnpack = (): boolean => ['apt-get', 'dpkg'].every((name) => existsSync(join('/usr/bin', name)))

async function unpack(cache: string): Promise<MariadbServer> {
  // Into a neighbour first: a folder under its final name is always whole.
  const partial = join(cache, `${inCache}.${process.pid}`)
  const downloads = join(partial, 'downloads')
  const lists = join(partial, 'lists')
  for (const folder of [downloads, join(lists, 'partial')]) mkdirSync(folder, { recursive: true })
  const run = promisify(execFile)
  // Package lists of our own: those of the system may be old or missing, and are not ours to change.
  const options = ['-q', '-o', `Dir::State::Lists=${lists}`, '-o', 'APT::Sandbox::User=', '-o', `Dir::Cache=${partial}`]
  try {
    await run('apt-get', [...options, 'update'])
    await run('apt-get', [...options, 'download', ...packages], { cwd: downloads })
    for (const file of globSync('*.deb', { cwd: downloads })) {
      await run('dpkg', ['-x', join(downloads, file), join(partial, 'root')])
    }
  } catch (error) {
    rmSync(partial, { recursive: true, force: true })
    const { stderr = '' } = error as { readonly stderr?: string }
    const cause = stderr.split('\n').find((line) => line.startsWith('E:')) ?? (error as Error).message
    throw new StackError(
      `MariaDB could not be had from Debian's packages: ${cause}; or install mariadb-server yourself`,
    )
  }
  // Another checkout with the same cache may have been quicker.
  if (!existsSync(join(cache, inCache))) renameSync(join(partial, 'root'), join(cache, inCache))
  rmSync(partial, { recursive: true, force: true })
  const server = unpacked(cache)
  if (server === null) throw new StackError(`no MariaDB in ${cache} after unpacking it`)
  return server
}
