import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readProject, readProjectFile, writeProjectFile } from '../../../src/adapters/files/project-files.ts'

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
    })
  })

  it('may lack any of its folders', async () => {
    expect(await readProject(root)).toMatchObject({ mappings: [], contracts: [], catalogs: [] })
  })

  it('never gives a file from outside, by a link or by a path', async () => {
    await writeFile(join(outside, 'secret.yaml'), 'secret')
    await mkdir(join(root, 'mappings'))
    await symlink(join(outside, 'secret.yaml'), join(root, 'mappings', 'a.yaml'))
    const leads = { code: 'PROJECT_FILE', message: 'mappings/a.yaml leads out of the project folder' }
    await expect(readProject(root)).rejects.toMatchObject(leads)
    const path = `../${outside.split('/').at(-1) ?? ''}/secret.yaml`
    await expect(readProjectFile(root, path)).rejects.toMatchObject({ code: 'PROJECT_FILE' })
    await expect(writeProjectFile(root, { path, text: '' })).rejects.toMatchObject({ code: 'PROJECT_FILE' })
  })

  it('may itself be reached by a link', async () => {
    await write('mappings/a.yaml', 'mapping: a')
    await symlink(root, join(outside, 'link'))
    expect((await readProject(join(outside, 'link'))).mappings).toHaveLength(1)
  })

  it('refuses text that is not UTF-8', async () => {
    await write('mappings/a.yaml', Buffer.from([0x6d, 0xff]))
    await expect(readProject(root)).rejects.toMatchObject({
      code: 'PROJECT_FILE',
      message: 'mappings/a.yaml cannot be read: it is not UTF-8',
    })
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
