/** The commands of docs/start.md, one after the other, as the page has them. */
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { parseCatalog } from '../../src/core/catalog/catalog-file.ts'
import type { DatabaseInspector } from '../../src/ports/database/database-inspector.ts'
import { installation } from '../app/bench-project.ts'
import { falsework, repository } from '../cli/in-process.ts'

const page = readFileSync(join(repository, 'docs', 'start.md'), 'utf8')
const commands = [...page.matchAll(/^```\nfalsework (.*)\n```$/gm)].map(([, command = '']) => command)

/** As the page says: owners are named, and the contracts are drafts no more. */
function finishContracts(folder: string): void {
  const [, pattern = '', placeholder = '', line = ''] =
    /read each of `([^`]+)`, .* in place of `([^`]+)`, .* delete its line `([^`]+)`/.exec(page) ?? []
  const paths = globSync(pattern, { cwd: folder }).map((path) => join(folder, path))
  expect(paths).toHaveLength(3)
  for (const path of paths) {
    const lines = readFileSync(path, 'utf8').split('\n')
    const kept = lines.filter((text) => text.trim() !== line).join('\n')
    writeFileSync(path, kept.replace(placeholder, 'customer-care'))
  }
  const [, owned = ''] = /Write the same into `owner` of `([^`]+)`/.exec(page) ?? []
  const mapping = join(folder, owned)
  writeFileSync(mapping, readFileSync(mapping, 'utf8').replace(`owner: ${placeholder}`, 'owner: customer-care'))
}

/** The database of the shop, as its catalog has it. */
const inspector: DatabaseInspector = {
  tables: async () => {
    const file = 'catalog/shop.json'
    const parsed = parseCatalog({ text: readFileSync(join(repository, file), 'utf8'), file })
    if (parsed.kind === 'refused') throw new Error('the catalog of the shop cannot be read')
    return await Promise.resolve(parsed.catalog)
  },
  capture: () => Promise.reject(new Error('nobody asks')),
  slotPosition: () => Promise.reject(new Error('nobody asks')),
  sample: () => Promise.reject(new Error('nobody asks')),
  close: async () => await Promise.resolve(),
}

it('docs/start.md leads from a table to a registered mapping', async () => {
  const above = mkdtempSync(join(tmpdir(), 'start-'))
  const { kafka, schemaRegistry } = installation()
  const ports = () => ({ kafka, schemaRegistry, openInspector: async () => await Promise.resolve(inspector) })
  const [init = '', pull = '', scaffold = '', test = '', register = '', ...more] = commands
  const folder = join(above, 'events')
  const run = async (command: string, place = folder) => await falsework(command.split(' '), { folder: place, ports })

  expect((await run(init, above)).code).toBe(0)
  const [, patterns = ''] = /`rm ([^`]+)`/.exec(page) ?? []
  for (const path of globSync(patterns.split(' '), { cwd: folder })) rmSync(join(folder, path))
  expect((await run(pull)).out).toContain('catalog/shop.json')
  expect((await run(scaffold)).out).toContain('mappings/customers.yaml')
  expect((await run(test)).out).toContain(' PASS  customers')
  const tooEarly = await run(register)
  expect([tooEarly.code, tooEarly.out + tooEarly.err]).toEqual([1, expect.stringMatching(/FW2411[^]*FW2340/)])
  finishContracts(folder)
  // No daemon runs here that could put it in force: what is waited for does not come.
  const { code, out, err } = await run(`${register} --timeout 1`)
  expect(out).toMatch(/customers +r1 +shop .* registered\n/)
  expect([code, err]).toEqual([
    6,
    expect.stringContaining('mapping customers is registered, and not in force after 1 s'),
  ])
  expect([more, await schemaRegistry.versions('customers.v1-com.example.customers.CustomerCreated')]).toEqual([
    [],
    [expect.anything()],
  ])
})
