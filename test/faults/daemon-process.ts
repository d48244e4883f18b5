/** Commands of falsework, and the daemon, as processes of their own. */
import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

export const root = join(import.meta.dirname, '..', '..')
const cli = join(root, 'src', 'cli', 'process.ts')

export type Environment = Readonly<Record<string, string>>

export interface Place {
  /** The project folder. */
  readonly folder: string
  readonly environment: Environment
}

export interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

export class DaemonProcess {
  private readonly child: ChildProcess
  readonly exited: Promise<Exit>
  /** When it said its first word, by the clock of the test: until then a busy machine was starting a process. */
  readonly started: Promise<number>
  /** When a session was opened for the first time, by the clock of the test; null: it ended before. */
  readonly opened: Promise<number | null>
  /** How often a session was opened, and the codes of what has ended one. */
  readonly sessions: { opened: number; readonly codes: string[] } = { opened: 0, codes: [] }

  constructor({ folder, environment }: Place) {
    this.child = spawn(process.execPath, [cli, 'run'], {
      cwd: folder,
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    this.exited = new Promise((resolve) => this.child.once('exit', (code, signal) => resolve({ code, signal })))
    const started = Promise.withResolvers<number>()
    this.started = started.promise
    const opened = Promise.withResolvers<number | null>()
    this.opened = opened.promise
    void this.exited.then(() => opened.resolve(null))
    const { stderr } = this.child
    if (stderr === null) throw new Error('the daemon has no log')
    createInterface({ input: stderr }).on('line', (line) => {
      started.resolve(performance.now())
      const { msg, code } = JSON.parse(line) as { readonly msg?: string; readonly code?: string }
      if (code !== undefined) this.sessions.codes.push(code)
      if (msg !== 'source opened') return
      this.sessions.opened += 1
      opened.resolve(performance.now())
    })
  }

  async kill(signal: NodeJS.Signals): Promise<Exit> {
    this.child.kill(signal)
    return await this.exited
  }

  /** SIGSTOP or SIGCONT: it does not end. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.child.kill(signal)
  }
}

/** Runs a command to its end. Raises what it complained of. */
export async function falsework(place: Place, ...parameters: readonly string[]): Promise<void> {
  await runScript(place, cli, ...parameters)
}

export async function runScript({ folder, environment }: Place, ...parameters: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, [...parameters], {
    cwd: folder,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let complaints = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaints += text))
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  if (code !== 0) throw new Error(`${parameters.join(' ')} ended with exit ${code ?? 'by a signal'}: ${complaints}`)
}

export const pause = async (ms: number): Promise<void> => {
  await new Promise((resolve) => setTimeout(resolve, ms))
}
