/** One child process of the stack: started with a log file, ready when it says so, stopped by its own id. */
import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { ProcessBook } from './process-book.ts'
import { StackError } from './stack-error.ts'

export interface ChildSpec {
  readonly name: string
  readonly command: string
  readonly arguments: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  readonly user?: { readonly uid: number; readonly gid: number }
  readonly folder?: string
  readonly logFile: string
  /** Runs before each start: configuration files, formatting of a data folder. */
  readonly prepare?: () => void
  /** Asked again and again until it says yes. */
  readonly ready: () => Promise<boolean>
  readonly readyWithinMs: number
  /** What makes it leave in good order; the default is SIGTERM. */
  readonly stopSignal?: NodeJS.Signals
}

const pollMs = 50
const graceMs = 15_000

/** Modes: stopped · running. `start` and `stop`/`kill` move it; it may also end by itself, which `exited` tells. */
export class Child {
  readonly spec: ChildSpec
  private readonly book: ProcessBook
  private process: ChildProcess | null = null
  private ended: Promise<void> = Promise.resolve()

  constructor(spec: ChildSpec, book: ProcessBook) {
    this.spec = spec
    this.book = book
  }

  get pid(): number | null {
    return this.process?.pid ?? null
  }

  get running(): boolean {
    return this.process !== null
  }

  /** Resolves when the process that runs now has ended. */
  get exited(): Promise<void> {
    return this.ended
  }

  /** Starts it and waits until it is ready. Raises StackError with the end of its log when it is not in time. */
  async start(): Promise<void> {
    if (this.process !== null) return
    const { spec } = this
    this.book.assertOpen(spec.name)
    mkdirSync(dirname(spec.logFile), { recursive: true })
    spec.prepare?.()
    const log = openSync(spec.logFile, 'a')
    const child = spawn(spec.command, [...spec.arguments], {
      // Of its own process group: Ctrl-C reaches only the command, which then stops its children in order.
      detached: true,
      stdio: ['ignore', log, log],
      env: { ...process.env, ...spec.environment },
      ...(spec.folder === undefined ? {} : { cwd: spec.folder }),
      ...(spec.user === undefined ? {} : { uid: spec.user.uid, gid: spec.user.gid }),
    })
    closeSync(log)
    this.process = child
    let spawnError: Error | null = null
    this.ended = new Promise((resolve) => {
      const over = (): void => {
        if (this.process === child) this.process = null
        this.book.forget(spec.name)
        resolve()
      }
      child.once('exit', over)
      child.once('error', (error) => {
        spawnError = error
        over()
      })
    })
    if (child.pid !== undefined) this.book.note(spec.name, child.pid)
    await this.becomeReady(() => spawnError)
  }

  private async becomeReady(spawnError: () => Error | null): Promise<void> {
    const { spec } = this
    const deadline = performance.now() + spec.readyWithinMs
    while (!(await spec.ready().catch(() => false))) {
      const error = spawnError()
      if (error !== null) throw new StackError(`${spec.name} cannot be started: ${error.message}`)
      if (!this.running) throw new StackError(`${spec.name} ended while starting:\n${logEnd(spec.logFile)}`)
      if (performance.now() > deadline) {
        throw new StackError(`${spec.name} was not ready in ${spec.readyWithinMs / 1000} s:\n${logEnd(spec.logFile)}`)
      }
      await new Promise((resolve) => setTimeout(resolve, pollMs))
    }
  }

  /** Ends it in good order, by force after a while. */
  async stop(): Promise<void> {
    const child = this.process
    if (child === null) return
    child.kill(this.spec.stopSignal ?? 'SIGTERM')
    const force = setTimeout(() => child.kill('SIGKILL'), graceMs)
    await this.ended
    clearTimeout(force)
  }

  /** Sends a signal; with SIGKILL it resolves when the process is gone. */
  async kill(signal: NodeJS.Signals): Promise<void> {
    this.process?.kill(signal)
    if (signal === 'SIGKILL') await this.ended
  }
}

function logEnd(file: string): string {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-12).join('\n')
  } catch {
    return '(no log)'
  }
}
