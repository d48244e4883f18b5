/** A process under measurement: on a core of its own where that can be had, its CPU time and memory read from /proc. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { cpus } from 'node:os'

const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }))

export class MeasuredProcess {
  private readonly child: ChildProcess
  private readonly exited: Promise<void>

  constructor(options: {
    readonly program: readonly string[]
    readonly environment: Readonly<Record<string, string>>
    readonly folder: string
  }) {
    const command = [process.execPath, ...options.program]
    const pinned = cpus().length > 1 ? ['taskset', '-c', '1', ...command] : command
    const [first = '', ...rest] = pinned
    this.child = spawn(first, rest, {
      cwd: options.folder,
      env: { ...process.env, ...options.environment },
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    this.exited = new Promise((resolve) => this.child.once('exit', () => resolve()))
  }

  /** User and system time so far, see proc(5). */
  get cpuSeconds(): number {
    const fields = this.read('stat')
      .replace(/^.*\) /s, '')
      .split(' ')
    return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond
  }

  /** The largest resident set so far. */
  get peakRssMb(): number {
    const kilobytes = /VmHWM:\s+(\d+)/.exec(this.read('status'))?.[1]
    return Number(kilobytes) / 1024
  }

  async stop(): Promise<void> {
    this.child.kill('SIGTERM')
    const force = setTimeout(() => this.child.kill('SIGKILL'), 5_000)
    await this.exited
    clearTimeout(force)
  }

  private read(file: string): string {
    return readFileSync(`/proc/${this.child.pid ?? 0}/${file}`, 'utf8')
  }
}
