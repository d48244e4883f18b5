/** The daemon as a process: however it ends, it is gone, and its exit code says why. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, expect, it, onTestFinished } from 'vitest'

const cli = join(import.meta.dirname, '..', '..', 'src', 'cli', 'process.ts')

interface Started {
  readonly child: ChildProcess
  readonly exited: Promise<number | null>
  readonly errors: () => string
  /** Resolves at the first log line with this message. */
  readonly logged: (message: string) => Promise<void>
}

/** Nobody listens at its broker. */
function startDaemon(httpPort: number): Started {
  const folder = mkdtempSync(join(tmpdir(), 'daemon-'))
  writeFileSync(
    join(folder, 'falsework.yaml'),
    `format: 1\nkafka: {brokers: [127.0.0.1:1]}\nhttp: {port: ${httpPort}}\n`,
  )
  const child = spawn(process.execPath, [cli, 'run'], { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const lines: string[] = []
  const waiting = new Map<string, () => void>()
  createInterface({ input: child.stderr }).on('line', (line) => {
    lines.push(line)
    for (const [message, told] of waiting) if (line.includes(message)) told()
  })
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const logged = async (message: string): Promise<void> => {
    if (lines.some((line) => line.includes(message))) return
    await new Promise<void>((resolve) => waiting.set(message, resolve))
  }
  return { child, exited, errors: () => lines.join('\n'), logged }
}

async function takenPort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return (server.address() as AddressInfo).port
}

describe('falsework run', () => {
  it('that cannot begin closes what it has opened and exits with the code of the error', async () => {
    const port = await takenPort()
    const { exited, errors } = startDaemon(port)
    expect(await exited).toBe(1)
    expect(errors()).toContain(`error ADDRESS_UNAVAILABLE: cannot listen on 127.0.0.1:${port}`)
  })

  it('ends at SIGTERM although Kafka was never reached', async () => {
    const { child, exited, logged } = startDaemon(0)
    await logged('waiting for Kafka')
    child.kill('SIGTERM')
    expect(await exited).toBe(0)
  })

  it.skipIf(process.platform !== 'linux')(
    'has a small young generation, under the id it was started with',
    async () => {
      const { child, logged } = startDaemon(0)
      await logged('daemon started')
      expect(readFileSync(`/proc/${child.pid ?? 0}/cmdline`, 'utf8')).toContain('--max-semi-space-size=16')
    },
  )

  it('ends at once at a second signal', async () => {
    const { child, exited, logged } = startDaemon(0)
    await logged('daemon started')
    child.kill('SIGTERM')
    child.kill('SIGINT')
    expect([0, 130]).toContain(await exited)
  })
})
