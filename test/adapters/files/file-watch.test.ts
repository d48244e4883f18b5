import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { watchFiles } from '../../../src/adapters/files/file-watch.ts'

const never = new AbortController().signal

function watched() {
  const root = mkdtempSync(join(tmpdir(), 'watched-'))
  mkdirSync(join(root, 'mappings', 'deep'), { recursive: true })
  writeFileSync(join(root, 'mappings', 'deep', 'a.yaml'), '')
  const watch = watchFiles(root, { folders: ['mappings', 'codes'], files: ['settings.yaml'] })
  onTestFinished(() => {
    watch.close()
    rmSync(root, { recursive: true })
  })
  return { root, watch }
}

describe('a watch of files', () => {
  it.each([
    ['changes, however deep it is', (root: string) => appendFileSync(join(root, 'mappings', 'deep', 'a.yaml'), 'x')],
    ['goes away', (root: string) => rmSync(join(root, 'mappings', 'deep', 'a.yaml'))],
    ['comes, and its folder with it', (root: string) => mkdirSync(join(root, 'codes'))],
    ['stands in the root and is named', (root: string) => writeFileSync(join(root, 'settings.yaml'), '')],
  ])('notices a file that %s', async (_what, change) => {
    const { root, watch } = watched()
    change(root)
    await watch.changed(never)
  })

  it('waits for files that are asked for, and no others', async () => {
    const { root, watch } = watched()
    const ended = new AbortController()
    let noticed = 'nothing'
    const changed = watch.changed(never).then(() => (noticed = 'a change'))
    writeFileSync(join(root, 'notes.txt'), '')
    ended.abort()
    await watch.changed(ended.signal)
    expect(noticed).toBe('nothing')
    writeFileSync(join(root, 'settings.yaml'), '')
    await changed
    expect(noticed).toBe('a change')
  })

  it('ends with the signal', async () => {
    const { watch } = watched()
    const ended = new AbortController()
    const changed = watch.changed(ended.signal)
    ended.abort()
    await changed
  })
})
