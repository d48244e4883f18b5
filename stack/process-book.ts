/** Which child processes a run has started: written down, so that the next run finds and stops what a crash left. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A process is the one we started only if its start time is the same: process ids are used again. */
interface Entry {
  readonly name: string
  readonly pid: number
  readonly startedAtTicks: string
}

export class ProcessBook {
  private readonly folder: string

  constructor(stateFolder: string) {
    this.folder = join(stateFolder, 'processes')
    mkdirSync(this.folder, { recursive: true })
  }

  note(name: string, pid: number): void {
    const startedAtTicks = startTicks(pid)
    if (startedAtTicks === null) return
    const entry: Entry = { name, pid, startedAtTicks }
    writeFileSync(join(this.folder, `${name}.json`), JSON.stringify(entry))
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
  process.kill(entry.pid, 'SIGTERM')
  const deadline = performance.now() + graceMs
  while (alive() && performance.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 50))
  if (alive()) process.kill(entry.pid, 'SIGKILL')
  while (alive()) await new Promise((resolve) => setTimeout(resolve, 20))
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
