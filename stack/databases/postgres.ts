/** PostgreSQL with a cluster of its own: the system's server binaries, run as a user other than root. */
import { execFileSync } from 'node:child_process'
import {
  accessSync,
  chownSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { Child } from '../child.ts'
import { StackError } from '../stack-error.ts'
import type { StackContext } from '../stack-context.ts'

export const postgresUser = 'postgres'
/** Of a server that listens on the loopback address and holds nothing but the demo. */
export const postgresPassword = 'postgres'

export function postgres(context: StackContext): Child {
  const binaries = serverBinaries()
  const { ports, stateFolder, book } = context
  const user = unprivilegedUser()
  const data = clusterFolder(stateFolder, user)
  return new Child(
    {
      name: 'postgres',
      command: join(binaries, 'postgres'),
      arguments: ['-D', data, '-p', String(ports.postgres), ...serverSettings.flatMap((setting) => ['-c', setting])],
      ...(user === null ? {} : { user }),
      folder: data,
      logFile: join(stateFolder, 'logs', 'postgres.log'),
      // Fast shutdown: open sessions are rolled back instead of waited for.
      stopSignal: 'SIGINT',
      prepare: () => {
        if (existsSync(join(data, 'PG_VERSION'))) return
        const passwordFile = join(data, '..', `${process.pid}.password`)
        writeFileSync(passwordFile, postgresPassword)
        if (user !== null) chownSync(passwordFile, user.uid, user.gid)
        const options = ['-D', data, '-U', postgresUser, '-A', 'md5', `--pwfile=${passwordFile}`]
        execFileSync(join(binaries, 'initdb'), [...options, '-E', 'UTF8', '--locale=C', '--no-sync'], {
          stdio: 'pipe',
          ...(user === null ? {} : user),
          cwd: data,
        })
        rmSync(passwordFile)
      },
      ready: async () => await acceptsQueries(ports.postgres),
      readyWithinMs: 30_000,
    },
    book,
  )
}

const serverSettings = [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'wal_level=logical',
  'max_replication_slots=50',
  'max_wal_senders=50',
  'max_connections=200',
  'shared_buffers=64MB',
  // A demo and its tests: a crash of the machine may lose them, a crash of the server may not.
  'fsync=off',
]

async function acceptsQueries(port: number): Promise<boolean> {
  const client = new pg.Client({
    host: '127.0.0.1',
    port,
    user: postgresUser,
    password: postgresPassword,
    database: 'postgres',
  })
  try {
    await client.connect()
    return true
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** null: all there. Otherwise one sentence with the remedy. */
export function missingForPostgres(): string | null {
  return findServerBinaries() === null
    ? 'no PostgreSQL server binaries: install PostgreSQL 15 or newer (Debian: apt-get install postgresql)'
    : null
}

function serverBinaries(): string {
  const found = findServerBinaries()
  if (found === null) throw new StackError(missingForPostgres() ?? '')
  return found
}

function findServerBinaries(): string | null {
  const debian = '/usr/lib/postgresql'
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : []
  const folders = [
    ...versions.map((version) => join(debian, version, 'bin')),
    ...(process.env['PATH'] ?? '').split(':'),
  ]
  return folders.find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres'))) ?? null
}

interface User {
  readonly uid: number
  readonly gid: number
}

/** The server refuses to run as root. null: we are not root, and our own user does. */
function unprivilegedUser(): User | null {
  if (process.getuid?.() !== 0) return null
  const users = readFileSync('/etc/passwd', 'utf8').split('\n')
  for (const name of ['postgres', 'nobody']) {
    const [, , uid, gid] = users.find((line) => line.startsWith(`${name}:`))?.split(':') ?? []
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) }
  }
  throw new StackError('PostgreSQL does not run as root, and there is no user postgres or nobody')
}

/** Under the state folder, or in a private temporary one where the other user cannot reach the state folder. */
function clusterFolder(stateFolder: string, user: User | null): string {
  const note = join(stateFolder, 'postgres-folder')
  if (existsSync(note)) {
    const noted = readFileSync(note, 'utf8')
    if (existsSync(noted)) return noted
  }
  const reachable = user === null || isReachable(stateFolder)
  const folder = reachable ? join(stateFolder, 'postgres') : mkdtempSync(join(tmpdir(), 'falsework-postgres-'))
  const data = reachable ? folder : join(folder, 'data')
  mkdirSync(data, { recursive: true, mode: 0o700 })
  if (user !== null) {
    chownSync(folder, user.uid, user.gid)
    chownSync(data, user.uid, user.gid)
  }
  writeFileSync(note, data)
  return data
}

/** Whether everybody may walk through all folders above. */
function isReachable(folder: string): boolean {
  const parts = folder.split('/')
  return parts.every((_part, at) => {
    const above = parts.slice(0, at + 1).join('/') || '/'
    try {
      accessSync(above, constants.X_OK)
      return (Number.parseInt(execFileSync('stat', ['-c', '%a', above], { encoding: 'utf8' }).slice(-2), 8) & 1) === 1
    } catch {
      return false
    }
  })
}
