import { mkdtempSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { choosePorts } from '../../stack/ports.ts'

const newFolder = (): string => mkdtempSync(join(tmpdir(), 'ports-'))

describe('the ports of a stack', () => {
  it('are free ones at first, and the same ones afterwards', async () => {
    const stateFolder = newFolder()
    const first = await choosePorts(stateFolder)
    expect(new Set(Object.values(first)).size).toBe(Object.keys(first).length)
    expect(await choosePorts(stateFolder)).toEqual(first)
  })

  it('name who has taken one of them since', async () => {
    const stateFolder = newFolder()
    const { kafka } = await choosePorts(stateFolder)
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(kafka, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    await expect(choosePorts(stateFolder)).rejects.toThrow(
      new RegExp(`^port ${kafka} \\(kafka\\) is taken by process ${process.pid} \\(.*\\); stop that process`),
    )
  })
})
