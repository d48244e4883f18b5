import { mkdtempSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { choosePorts, outgoingPorts } from '../../stack/ports.ts'

const newFolder = (): string => mkdtempSync(join(tmpdir(), 'ports-'))

describe('the ports of a stack', () => {
  it('are free ones at first, and the same ones afterwards', async () => {
    const stateFolder = newFolder()
    const first = await choosePorts(stateFolder)
    expect(new Set(Object.values(first)).size).toBe(Object.keys(first).length)
    expect(await choosePorts(stateFolder)).toEqual(first)
  })

  it('are none that the system gives to outgoing connections, which would take them before their server starts', async () => {
    const ports = await choosePorts(newFolder())
    for (const port of Object.values(ports)) expect(port).toBeLessThan(outgoingPorts())
  })

  it.each([
    ['32768\t60999\n', 32_768],
    ['1024\t65535\n', 65_536],
  ])('keep below the range that the system says: %j', (range, first) => {
    const file = join(newFolder(), 'range')
    writeFileSync(file, range)
    expect(outgoingPorts(file)).toBe(first)
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
