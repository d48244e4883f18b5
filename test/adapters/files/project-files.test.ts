import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, readdir, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readProjectFile, writeProjectFile } from '../../../src/adapters/files/project-file.ts'
import { readProject } from '../../../src/adapters/files/project-files.ts'

describe('a project folder', () => {
  let root: string
  let outside: string
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'project-'))
    outside = await mkdtemp(join(tmpdir(), 'outside-'))
  })
  afterEach(async () => {
    await rm(root, { recursive: true })
    await rm(outside, { recursive: true })
  })
  const write = async (path: string, text: string | Buffer) => {
    await mkdir(join(root, path, '..'), { recursive: true })
    await writeFile(join(root, path), text)
  }

  it('gives its files by what they are, in the order of their paths', async () => {
    await write('mappings/b.yaml', 'mapping: b')
    await write('mappings/a.yaml', 'mapping: a')
    await write('mappings/a.test.yaml', 'tests: []')
    await write('mappings/notes.txt', 'not ours')
    await write('contracts/sales/Paid.v1.avsc', '{}')
    await write('codes/status.yaml', 'N: NEW')
    await write('catalog/shop.json', '{}')
    await write('connectors/shop-postgres.json', '{}')
    await write('migrations/b.yaml', 'migration: b')
    expect(await readProject(root)).toEqual({
      mappings: [
        { path: 'mappings/a.yaml', text: 'mapping: a' },
        { path: 'mappings/b.yaml', text: 'mapping: b' },
      ],
      fixtures: [{ path: 'mappings/a.test.yaml', text: 'tests: []' }],
      contracts: [{ path: 'contracts/sales/Paid.v1.avsc', text: '{}' }],
      codes: [{ path: 'codes/status.yaml', text: 'N: NEW' }],
      catalogs: [{ path: 'catalog/shop.json', text: '{}' }],
      connectors: [{ path: 'connectors/shop-postgres.json', text: '{}' }],
      migrations: [{ path: 'migrations/b.yaml', text: 'migration: b' }],
      unread: [{ kind: 'otherName', path: 'mappings/notes.txt', extension: '.yaml' }],
    })
  })

  it('may lack any of its folders', async () => {
    expect(await readProject(root)).toMatchObject({ mappings: [], contracts: [], catalogs: [] })
  })

  it('never gives a file from outside, by a link or by a path', async () => {
    await writeFile(join(outside, 'secret.yaml'), 'secret')
    await mkdir(join(root, 'mappings'))
    await symlink(join(outside, 'secret.yaml'), join(root, 'mappings', 'a.yaml'))
    const { mappings, unread } = await readProject(root)
    expect(mappings).toEqual([])
    expect(unread).toContainEqual({
      kind: 'unreadable',
      path: 'mappings/a.yaml',
      reason: 'leads out of the project folder',
    })
    const path = `../${outside.split('/').at(-1) ?? ''}/secret.yaml`
    await expect(readProjectFile(root, path)).rejects.toMatchObject({ code: 'PROJECT_FILE' })
    await expect(writeProjectFile(root, { path, text: '' })).rejects.toMatchObject({ code: 'PROJECT_FILE' })
  })

  it('may itself be reached by a link', async () => {
    await write('mappings/a.yaml', 'mapping: a')
    await symlink(root, join(outside, 'link'))
    expect((await readProject(join(outside, 'link'))).mappings).toHaveLength(1)
  })

  it('names what gives no text, and reads the others', async () => {
    await write('mappings/bytes.yaml', Buffer.from([0x6d, 0xff]))
    await write('mappings/nul.yaml', 'a\0b')
    await write('mappings/good.yaml', 'mapping: good')
    await write('mappings/folder.yaml/.hidden', '')
    await write('mappings/.draft.yaml', 'mine')
    await symlink('nowhere.yaml', join(root, 'mappings', 'link.yaml'))
    await symlink('folder.yaml', join(root, 'mappings', 'sales'))
    execFileSync('mkfifo', [join(root, 'mappings', 'pipe.yaml')])
    await write('mappings/large.yaml', '')
    await truncate(join(root, 'mappings', 'large.yaml'), 32 * 1024 * 1024 + 1)
    const { mappings, unread } = await readProject(root)
    expect(mappings.map(({ path }) => path)).toEqual(['mappings/good.yaml'])
    expect(unread.flatMap((one) => (one.kind === 'unreadable' ? [`${one.path} ${one.reason}`] : []))).toEqual([
      'mappings/bytes.yaml cannot be read: it is not UTF-8',
      'mappings/folder.yaml cannot be read: it is a folder',
      'mappings/large.yaml cannot be read: it has 33554433 bytes, at most 33554432 are read',
      'mappings/link.yaml leads to a file that is not there',
      'mappings/nul.yaml cannot be read: it has a NUL character (U+0000), which no text may have',
      'mappings/pipe.yaml cannot be read: it is no file',
      'mappings/sales is a link to no file; links to folders are not followed',
    ])
  })

  it('takes a written file in one step, folders included', async () => {
    await writeProjectFile(root, { path: 'catalog/shop.json', text: 'one' })
    await writeProjectFile(root, { path: 'catalog/shop.json', text: 'two' })
    expect(await readProjectFile(root, 'catalog/shop.json')).toBe('two')
    expect(await readdir(join(root, 'catalog'))).toEqual(['shop.json'])
    expect(await readProjectFile(root, 'catalog/crm.json')).toBeNull()
    await expect(writeProjectFile(root, { path: 'catalog/shop.json/x', text: '' })).rejects.toMatchObject({
      code: 'PROJECT_FILE',
    })
  })
})
