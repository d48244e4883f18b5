/** What `falsework init` writes, and that it holds as it stands. */
import { existsSync, globSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { falsework, repository } from '../in-process.ts'

const empty = (): string => mkdtempSync(join(tmpdir(), 'init-'))
const read = (root: string, path: string): string => readFileSync(join(root, path), 'utf8')

describe('falsework init', () => {
  it('writes a project that validates without a warning and passes its fixtures', async () => {
    const above = empty()
    const { code, out, err } = await falsework(['init', 'events', '--source', 'crm-old'], { folder: above })
    expect([code, out.split('\n')[0], err]).toEqual([0, 'WRITTEN', expect.stringContaining('cd events')])
    const root = join(above, 'events')
    const validated = await falsework(['validate'], { folder: root })
    expect(validated).toEqual({ code: 0, out: '', err: '0 errors, 0 warnings in 6 files, 3 test cases\n' })
    const tested = await falsework(['test'], { folder: root })
    expect([tested.code, tested.out]).toEqual([0, expect.stringContaining(' PASS  example')])
  })

  it('says what it has written, of which nothing has a placeholder left', async () => {
    const root = empty()
    const { out } = await falsework(['init', '--source', 'crm-old', '-o', 'json'], { folder: root })
    const { items } = JSON.parse(out) as { items: { path: string }[] }
    const paths = items.map(({ path }) => path)
    expect(paths).toContain('.gitignore')
    expect(globSync('**/*.*', { cwd: root }).toSorted()).toEqual(
      paths.filter((path) => !path.startsWith('.')).toSorted(),
    )
    for (const path of paths) expect(path + read(root, path)).not.toContain('{{')
    expect(read(root, 'connectors/crm-old.json')).toContain('"slot.name": "falsework_crm_old"')
    expect(read(root, 'connectors/crm-old.json')).toContain('${env:FALSEWORK_CRM_OLD_PASSWORD}')
  })

  it('has the settings of the connector that the story of this repository runs with', async () => {
    const root = empty()
    await falsework(['init', '--source', 'shop'], { folder: root })
    const settings = (text: string): object => ({ ...(JSON.parse(text) as object), 'poll.interval.ms': 'any' })
    const own = readFileSync(join(repository, 'connectors', 'shop-postgres.json'), 'utf8')
    expect(settings(read(root, 'connectors/shop.json'))).toEqual(settings(own))
  })

  it('names what is there already, and writes nothing at all', async () => {
    const root = empty()
    writeFileSync(join(root, 'README.md'), 'mine')
    const { code, err } = await falsework(['init', root])
    expect([code, err]).toEqual([1, expect.stringMatching(/^error TARGET_EXISTS: there already in .*: README\.md\n/)])
    expect(read(root, 'README.md')).toBe('mine')
    expect(existsSync(join(root, 'falsework.yaml'))).toBe(false)
  })

  it('says why when the folder cannot be written', async () => {
    const root = empty()
    writeFileSync(join(root, 'file'), '')
    const { err } = await falsework(['init', 'file'], { folder: root })
    expect(err).toMatch(/^error PROJECT_FILE: .* cannot be written: (ENOTDIR|EEXIST)\n/)
  })

  it('refuses a name that no slot or topic could have', async () => {
    const { code, err } = await falsework(['init', '--source', 'my shop'], { folder: empty() })
    expect([code, err]).toEqual([64, expect.stringContaining('Expected a letter')])
  })
})
