/** Which child processes a run has started: written down, so that the next run finds and stops what a crash left. */
import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { StackError } from './stack-error.ts'

/** Names the command that runs the stack of a state folder. */
export const ownerFile = 'owner.json'

/** A process is the one we started only if its start time is the same: process ids are used again. */
interface Entry {
  readonly name: string
  readonly pid: number
  readonly startedAtTicks: string
}

export class ProcessBook {
  private readonly folder: string
  private readonly owner: string
  private closed = false

  constructor(stateFolder: string) {
    this.folder = join(stateFolder, 'processes')
    this.owner = join(stateFolder, ownerFile)
    mkdirSync(this.folder, { recursive: true })
  }

  /** One command at a time: raises StackError that names the one which has the folder, while that is alive. */
  claim(): void {
    const mine = `${this.owner}.${process.pid}`
    writeFileSync(mine, JSON.stringify({ name: 'owner', pid: process.pid, startedAtTicks: startTicks(process.pid) }))
    try {
      const holder = readEntry(this.owner)
      if (holder !== null && holder.pid !== process.pid && startTicks(holder.pid) === holder.startedAtTicks) {
        throw new StackError(`process ${holder.pid} runs this stack already: stop that first`)
      }
      rmSync(this.owner, { force: true })
      // Fails when another command was quicker since the look above.
      linkSync(mine, this.owner)
    } finally {
      rmSync(mine, { force: true })
    }
  }

  /** From now on nothing more is started: no late starter may outlive the stop. */
  close(): void {
    this.closed = true
  }

  release(): void {
    if (readEntry(this.owner)?.pid === process.pid) rmSync(this.owner, { force: true })
  }

  /** Raises StackError after `close`. */
  assertOpen(name: string): void {
    if (this.closed) throw new StackError(`${name} is not started: the stack is stopping`)
  }

  note(name: string, pid: number): void {
    const startedAtTicks = startTicks(pid)
    if (startedAtTicks === null) return
    const entry: Entry = { name, pid, startedAtTicks }
    const file = join(this.folder, `${name}.json`)
    writeFileSync(`${file}.new`, JSON.stringify(entry))
    renameSync(`${file}.new`, file)
  }

  forget(name: string): void {
    rmSync(join(this.folder, `${name}.json`), { force: true })
  }

  /** Kills what earlier runs left behind and gives its names. Nothing else is touched. */
  async stopOrphans(): Promise<string[]> {
    const stopped: string[] = []
    for (const file of readdirSync(this.folder)) {
      const entry = readEntry(join(this.folder, file))
      if (entry !== null && startTicks(entry.pid) === entry.startedAtTicks) {
        await end(entry)
        stopped.push(entry.name)
      }
      rmSync(join(this.folder, file), { force: true })
    }
    return stopped
  }
}

function readEntry(path: string): Entry | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Entry
  } catch {
    // Half-written when its writer was killed: it names nobody.
    return null
  }
}

const graceMs = 8_000

async function end(entry: Entry): Promise<void> {
  const alive = (): boolean => startTicks(entry.pid) === entry.startedAtTicks
  send(entry.pid, 'SIGTERM')
  const deadline = performance.now() + graceMs
  while (alive() && performance.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 50))
  if (alive()) send(entry.pid, 'SIGKILL')
  while (alive()) await new Promise((resolve) => setTimeout(resolve, 20))
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // Gone between the look and the signal.
  }
}

/** Field 22 of /proc/PID/stat, see proc(5); null when there is no such process, or it is a zombie. */
export function startTicks(pid: number): string | null {
  const path = `/proc/${pid}/stat`
  if (!existsSync(path)) return null
  try {
    // The command name in parentheses may hold blanks: count from the last parenthesis.
    const fields = readFileSync(path, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
    return fields[0] === 'Z' ? null : (fields[19] ?? null)
  } catch {
    return null
  }
}
