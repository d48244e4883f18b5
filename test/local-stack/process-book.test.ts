import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
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
    expect(await new ProcessBook(stateFolder).stopOrphans()).toEqual(['sleeper'])
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
})
