/** What `falsework scaffold` writes for tables of a catalog, and that it holds as it stands. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { FalseworkError } from '../../../src/core/diagnostics/falsework-error.ts'
import type { DatabaseInspector } from '../../../src/ports/database/database-inspector.ts'
import { falsework, type Ran, repository } from '../in-process.ts'

/** A new project with the catalog of another one in place of its example. */
async function projectOver(catalog: string, source: string): Promise<string> {
  const root = mkdtempSync(join(tmpdir(), 'scaffold-'))
  await falsework(['init', '--source', source], { folder: root })
  for (const folder of ['mappings', 'contracts']) rmSync(join(root, folder), { recursive: true })
  writeFileSync(join(root, `catalog/${source}.json`), catalog)
  return root
}
const catalogOf = (path: string): string => readFileSync(join(repository, path), 'utf8')
const shop = async (): Promise<string> => await projectOver(catalogOf('catalog/shop.json'), 'shop')
const run = async (root: string, ...parameters: string[]): Promise<Ran> => await falsework(parameters, { folder: root })
const read = (root: string, path: string): string => readFileSync(join(root, path), 'utf8')

/** A database of which each column holds these texts, where they are asked for. */
function sampledDatabase(texts: readonly string[]) {
  const calls: string[] = []
  const inspector: DatabaseInspector = {
    tables: () => Promise.reject(new Error('nobody asks')),
    capture: () => Promise.reject(new Error('nobody asks')),
    slotPosition: () => Promise.reject(new Error('nobody asks')),
    sample: async ({ table, columns }) => {
      calls.push(table)
      const rows = texts.map((text) => columns.map((one) => (one.read === 'text' ? text : '')))
      return await Promise.resolve({ rows, estimatedRows: 12_345 })
    },
    close: async () => {
      calls.push('closed')
      await Promise.resolve()
    },
  }
  const open = async (): Promise<DatabaseInspector> => {
    calls.push('opened')
    return await Promise.resolve(inspector)
  }
  return { calls, open }
}

interface Listed {
  readonly tables: readonly { readonly name: string; readonly primaryKey: readonly string[] }[]
}

describe('falsework scaffold', () => {
  it.each([
    ['catalog/shop.json', 'shop'],
    ['examples/gitlab/catalog/gitlab.json', 'gitlab'],
  ])('makes drafts of every table of %s that has a key, which validate and pass', async (path, source) => {
    const root = await projectOver(catalogOf(path), source)
    const { tables } = JSON.parse(catalogOf(path)) as Listed
    const keyed = tables.filter(({ primaryKey }) => primaryKey.length > 0).map(({ name }) => name)
    expect((await run(root, 'scaffold', ...keyed)).code).toBe(0)
    const validated = await run(root, 'validate', '-o', 'json')
    const { items } = JSON.parse(validated.out) as { readonly items: readonly { readonly name: string }[] }
    expect([validated.code, new Set(items.map(({ name }) => name))]).toEqual([
      0,
      new Set(['contract-draft', 'owner-not-named']),
    ])
    const tested = await run(root, 'test')
    expect([tested.code, tested.out]).toEqual([0, expect.not.stringContaining('FAIL')])
  })

  it('names what was written and what to look at', async () => {
    const root = await shop()
    const { out, err } = await run(root, 'scaffold', 'customers')
    expect(out).toContain('mappings/customers.yaml mappings/customers.test.yaml contracts/CustomerCreated.v1.avsc')
    expect(err).toContain('warning: public.customers: identity: REPLICA IDENTITY DEFAULT')
    expect(err).toContain('warning: public.customers: TOAST: unchanged values may be left out of an update: country')
    expect(err).toContain('warning: public.customers: values: del_flg holds N, Y')
    expect(err).toContain('next: falsework test')
  })

  it('leaves personal data out, with the ways in which it may leave', async () => {
    const root = await shop()
    await run(root, 'scaffold', 'customers')
    const mapping = read(root, 'mappings/customers.yaml')
    expect(mapping).toContain(
      '#   email is personal data (email): pseudonym(), mask(x, 2), or {expr, allowPii: "reason"}',
    )
    expect(mapping).not.toMatch(/^[^#]*(email|phone)/m)
    expect(mapping).toContain('changed: [store_no, country, reg_dt, del_flg, touched_at]')
  })

  it('writes contracts that are drafts, of which validate warns once for each', async () => {
    const root = await shop()
    const { err } = await run(root, 'scaffold', 'customers')
    expect(err).toContain('warning: public.customers: contracts: drafts, which `register` refuses')
    const validated = await run(root, 'validate')
    expect(validated.out.match(/^contracts\/Customer.*\bFW2411 contract-draft/gm)).toHaveLength(3)
    expect(validated.code).toBe(0)
  })

  it('looks at rows only when it is told to, and closes the database again', async () => {
    const root = await shop()
    const database = sampledDatabase(['N', 'N', 'N', 'N', 'P', 'P', 'P', 'P'])
    const ports = () => ({ openInspector: database.open })
    const plain = await falsework(['scaffold', 'payments'], { folder: root, ports })
    expect([plain.err, database.calls]).toEqual([expect.stringContaining('next: `--from db` looks at rows'), []])
    const { out, err } = await falsework(['scaffold', 'orders', '--from', 'db'], { folder: root, ports })
    expect(database.calls).toEqual(['opened', 'public.orders', 'closed'])
    expect(out).toContain('~12.3K rows, replica identity DEFAULT')
    expect(err).toContain('null in none of 8 sampled rows')
    expect(err).not.toContain('--from db')
    expect((await run(root, 'test')).code).toBe(0)
  })

  it('names what the database says when it cannot be asked, and writes nothing', async () => {
    const root = await shop()
    const openInspector = () => Promise.reject(new FalseworkError('DATABASE_UNREACHABLE', 'nobody is there'))
    const ran = await falsework(['scaffold', 'orders', '--from', 'db'], {
      folder: root,
      ports: () => ({ openInspector }),
    })
    expect(ran.err).toMatch(/^error DATABASE_UNREACHABLE: nobody is there/)
    expect(() => read(root, 'mappings/orders.yaml')).toThrow('ENOENT')
  })

  it('writes over nothing, and nothing of a draft of which one file is there', async () => {
    const root = await shop()
    await run(root, 'scaffold', 'orders')
    rmSync(join(root, 'mappings/orders.yaml'))
    const { code, err } = await run(root, 'scaffold', 'orders')
    expect([code, err]).toEqual([1, expect.stringContaining('mappings/orders.test.yaml, contracts/OrderCreated')])
    expect(() => read(root, 'mappings/orders.yaml')).toThrow('ENOENT')
  })

  it('refuses a table that there is not, or whose rows nothing tells apart', async () => {
    const root = await shop()
    expect((await run(root, 'scaffold', 'ordrs')).err).toMatch(/^error UNKNOWN_NAME: .*did you mean/)
    const path = 'catalog/shop.json'
    writeFileSync(join(root, path), read(root, path).replaceAll('"primaryKey": ["id"]', '"primaryKey": []'))
    expect((await run(root, 'scaffold', 'orders')).err).toMatch(/^error NOT_DRAFTED: public\.orders: no primary key/)
  })

  it('asks for the source where there are several, and for a catalog where there is none', async () => {
    const root = await shop()
    rmSync(join(root, 'catalog'), { recursive: true })
    expect((await run(root, 'scaffold', 'orders')).err).toMatch(
      /^error INVALID_PROJECT: .*`falsework catalog pull shop`/,
    )
    const path = 'falsework.yaml'
    writeFileSync(join(root, path), `${read(root, path)}  crm: {kind: postgres, connector: connectors/shop.json}\n`)
    expect((await run(root, 'scaffold', 'orders')).err).toMatch(/name one of the sources with --source; have shop, crm/)
  })
})
