/** Ports of the stack: free ones at the first start, the same ones afterwards, and who holds one that is taken. */
import { randomInt } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { StackError } from './stack-error.ts'

const portNames = [
  'kafka',
  'kafkaController',
  'connect',
  'registry',
  'registryManagement',
  'postgres',
  'mariadb',
  'daemon',
  'standby',
] as const
export type PortName = (typeof portNames)[number]
export type Ports = Readonly<Record<PortName, number>>

/** The ports of a state folder. Raises StackError that names a taken port and the process that holds it. */
export async function choosePorts(stateFolder: string): Promise<Ports> {
  const file = join(stateFolder, 'ports.json')
  let chosen: Partial<Ports> = {}
  if (existsSync(file)) {
    const ports = JSON.parse(readFileSync(file, 'utf8')) as Partial<Ports>
    for (const name of portNames) if (ports[name] !== undefined) await assertFree(name, ports[name], stateFolder)
    if (isWhole(ports)) return ports
    chosen = ports
  }
  const missing = portNames.filter((name) => chosen[name] === undefined)
  const free = await freePorts(missing.length)
  const ports = { ...chosen, ...Object.fromEntries(missing.map((name, at) => [name, free[at]])) } as Ports
  writeFileSync(file, JSON.stringify(ports, null, 2))
  return ports
}

/** An older state may lack what has been added since. */
const isWhole = (ports: Partial<Ports>): ports is Ports => portNames.every((name) => ports[name] !== undefined)

async function assertFree(name: string, port: number, stateFolder: string): Promise<void> {
  if (await listens(port)) return
  const holder = holderOf(port)
  throw new StackError(
    `port ${port} (${name}) is taken by ${holder}; stop that process, or begin anew with other ports: delete ${stateFolder}`,
  )
}

/**
 * Free ports that the system gives to nobody by itself. One of the range for outgoing connections is taken by any
 * connection between the choice and the start, or a restart, of its server; a poll of it can even connect to itself.
 */
async function freePorts(count: number): Promise<number[]> {
  const free: number[] = []
  const span = outgoingPorts() - lowestPort
  const start = randomInt(span)
  for (let step = 0; step < span && free.length < count; step += 1) {
    const port = lowestPort + ((start + step) % span)
    if (await listens(port)) free.push(port)
  }
  if (free.length < count) throw new StackError(`no ${count} free ports from ${lowestPort} to ${lowestPort + span - 1}`)
  return free
}

/** Above the ports that well-known services use. */
const lowestPort = 10_000

/** The first port of outgoing connections: Linux says it (see ip(7)), elsewhere the one that IANA names (RFC 6335). */
export function outgoingPorts(file = '/proc/sys/net/ipv4/ip_local_port_range'): number {
  if (!existsSync(file)) return 49_152
  const first = Number(readFileSync(file, 'utf8').trim().split(/\s+/)[0])
  // A system that gives out nearly all ports leaves none to keep clear of.
  return first > lowestPort + portNames.length ? first : 65_536
}

async function listens(port: number): Promise<boolean> {
  const server = createServer()
  return await new Promise((resolve) => {
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}

/** Process id and command line of who listens on a port, from /proc (see proc(5)); a plain answer where that is not possible. */
export function holderOf(port: number): string {
  const inode = listeningInode(port)
  if (inode === null) return 'a process that is not visible here'
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    if (socketsOf(pid).includes(`socket:[${inode}]`)) {
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
      return `process ${pid} (${command.slice(0, 80)})`
    }
  }
  return 'a process of another user'
}

function listeningInode(port: number): string | null {
  const listenState = '0A'
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    if (!existsSync(table)) continue
    for (const line of readFileSync(table, 'utf8').split('\n').slice(1)) {
      const [, local = '', , state, , , , , , inode = null] = line.trim().split(/\s+/)
      if (local.endsWith(wanted) && state === listenState) return inode
    }
  }
  return null
}

function socketsOf(pid: string): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).map((descriptor) => {
      try {
        return readlinkSync(`/proc/${pid}/fd/${descriptor}`)
      } catch {
        return ''
      }
    })
  } catch {
    return []
  }
}
