/** A process under measurement: on a core of its own where that can be had, its CPU time and memory read from /proc. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { onMeasuredCore } from './cores.ts'

const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }))
const graceMs = 5_000
const lastLines = 12

/** Modes: running · ended. It may end by itself, which every reading says by raising an error with its last lines. */
export class MeasuredProcess {
  private readonly child: ChildProcess
  private readonly exited: Promise<void>
  private end: string | null = null
  private log: string[] = []

  constructor(options: {
    readonly program: readonly string[]
    readonly environment: Readonly<Record<string, string>>
    readonly folder: string
  }) {
    const [command = '', ...parameters] = onMeasuredCore([process.execPath, ...options.program])
    this.child = spawn(command, parameters, {
      cwd: options.folder,
      env: { ...process.env, ...options.environment },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.log = [...this.log, ...text.split('\n').filter((line) => line !== '')].slice(-lastLines)
    })
    this.exited = new Promise((resolve) => {
      this.child.once('error', (error) => this.over(error.message, resolve))
      this.child.once('exit', (code, signal) => this.over(`exit ${code ?? signal ?? ''}`, resolve))
    })
  }

  private over(how: string, resolve: () => void): void {
    this.end ??= how
    resolve()
  }

  /** What it has said last, for messages. */
  get lastWords(): string {
    return this.log.join('\n')
  }

  /** User and system time so far, see proc(5). */
  get cpuSeconds(): number {
    const fields = this.read('stat')
      .replace(/^.*\) /s, '')
      .split(' ')
    return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond
  }

  get rssMb(): number {
    return this.memory('VmRSS')
  }

  /** The largest resident set so far, or since `forgetPeak`. */
  get peakRssMb(): number {
    return this.memory('VmHWM')
  }

  forgetPeak(): void {
    const peak = '5'
    writeFileSync(`/proc/${this.child.pid ?? 0}/clear_refs`, peak)
  }

  async stop(): Promise<void> {
    this.child.kill('SIGTERM')
    const force = setTimeout(() => this.child.kill('SIGKILL'), graceMs)
    await this.exited
    clearTimeout(force)
  }

  private memory(line: string): number {
    const kilobytes = new RegExp(`${line}:\\s+(\\d+)`).exec(this.read('status'))?.[1]
    return Number(kilobytes) / 1024
  }

  private read(file: string): string {
    if (this.end !== null) throw new Error(`the measured process has ended (${this.end}):\n${this.lastWords}`)
    return readFileSync(`/proc/${this.child.pid ?? 0}/${file}`, 'utf8')
  }
}
