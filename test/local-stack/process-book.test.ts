import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { Child } from '../../stack/child.ts'
import { ProcessBook, startTicks } from '../../stack/process-book.ts'

const newFolder = (): string => mkdtempSync(join(tmpdir(), 'process-book-'))

/** A process that nobody has written down. */
function bystander(): number {
  const child = spawn('sleep', ['300'], { stdio: 'ignore' })
  onTestFinished(() => void child.kill('SIGKILL'))
  return child.pid ?? 0
}

describe('the book of processes', () => {
  it('finds and stops what a killed command left behind, and nothing else', async () => {
    const stateFolder = newFolder()
    const other = bystander()
    const program = join(import.meta.dirname, 'left-behind.ts')
    const command = spawn(process.execPath, [program, stateFolder], { stdio: ['ignore', 'pipe', 'ignore'] })
    const orphan = await new Promise<number>((resolve) => {
      command.stdout.once('data', (chunk: Buffer) => resolve(Number(chunk.toString())))
    })
    command.kill('SIGKILL')
    await new Promise((resolve) => command.once('exit', resolve))
    expect(startTicks(orphan)).not.toBeNull()
    const book = new ProcessBook(stateFolder)
    book.claim()
    expect(await book.stopOrphans()).toEqual(['sleeper'])
    expect(startTicks(orphan)).toBeNull()
    expect(startTicks(other)).not.toBeNull()
  })

  it('leaves a process alone that has only the same id as one that it once started', async () => {
    const stateFolder = newFolder()
    const other = bystander()
    const book = new ProcessBook(stateFolder)
    writeFileSync(
      join(stateFolder, 'processes', 'kafka.json'),
      JSON.stringify({ name: 'kafka', pid: other, startedAtTicks: '1' }),
    )
    expect(await book.stopOrphans()).toEqual([])
    expect(startTicks(other)).not.toBeNull()
  })

  it('gets over an entry that was half-written when its writer died', async () => {
    const stateFolder = newFolder()
    const book = new ProcessBook(stateFolder)
    writeFileSync(join(stateFolder, 'processes', 'kafka.json'), '{"name":"kaf')
    expect(await book.stopOrphans()).toEqual([])
    expect(readdirSync(join(stateFolder, 'processes'))).toEqual([])
  })

  it('gives a folder to one command at a time', async () => {
    const stateFolder = newFolder()
    const program = join(import.meta.dirname, 'left-behind.ts')
    const command = spawn(process.execPath, [program, stateFolder], { stdio: ['ignore', 'pipe', 'ignore'] })
    onTestFinished(() => void command.kill('SIGKILL'))
    const child = await new Promise<number>((resolve) => {
      command.stdout.once('data', (chunk: Buffer) => resolve(Number(chunk.toString())))
    })
    onTestFinished(() => void process.kill(child, 'SIGKILL'))
    expect(() => new ProcessBook(stateFolder).claim()).toThrow(
      `process ${command.pid ?? 0} runs this stack already: stop that first`,
    )
    expect(startTicks(child)).not.toBeNull()
  })

  it('lets nothing start once it is closed', async () => {
    const stateFolder = newFolder()
    const book = new ProcessBook(stateFolder)
    const late = new Child(
      {
        name: 'late',
        command: 'sleep',
        arguments: ['300'],
        logFile: join(stateFolder, 'late.log'),
        ready: async () => await Promise.resolve(true),
        readyWithinMs: 1_000,
      },
      book,
    )
    book.close()
    await expect(late.start()).rejects.toThrow('late is not started: the stack is stopping')
    expect(late.running).toBe(false)
  })
})
