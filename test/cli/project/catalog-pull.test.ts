/** What `catalog pull` writes into a project folder, what it says, and with which exit code. */
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Table, tableName } from '../../../src/core/catalog/catalog.ts'
import { FalseworkError } from '../../../src/core/diagnostics/falsework-error.ts'
import type { DatabaseInspector } from '../../../src/ports/database/database-inspector.ts'
import { falsework, type Ran } from '../in-process.ts'

const people: Table = {
  name: tableName('public', 'people'),
  columns: [
    { name: 'id', type: 'bigint', nullable: false },
    { name: 'email', type: 'text', nullable: true },
  ],
  primaryKey: ['id'],
  uniqueKeys: [],
  foreignKeys: [],
  replicaIdentity: 'full',
}

/** A project with the sources `crm` and `shop`, whose databases nobody serves. */
function project(): string {
  const root = mkdtempSync(join(tmpdir(), 'catalog-pull-'))
  const source = (name: string): string => `  ${name}: {kind: postgres, connector: connectors/${name}.json}\n`
  writeFileSync(join(root, 'falsework.yaml'), `format: 1\nsources:\n${source('crm')}${source('shop')}`)
  mkdirSync(join(root, 'connectors'))
  for (const name of ['crm', 'shop']) {
    const address = { 'database.hostname': '127.0.0.1', 'database.port': '1', 'database.password': '${env:PASSWORD}' }
    writeFileSync(join(root, 'connectors', `${name}.json`), JSON.stringify(address))
  }
  return root
}

const inspectorOf = (source: string, tables: readonly Table[]): DatabaseInspector => ({
  tables: async () =>
    await Promise.resolve({ source, kind: 'postgres', tables: new Map(tables.map((table) => [table.name, table])) }),
  capture: () => Promise.reject(new Error('nobody asks')),
  slotPosition: () => Promise.reject(new Error('nobody asks')),
  sample: () => Promise.reject(new Error('nobody asks')),
  close: async () => await Promise.resolve(),
})

interface Served {
  readonly table?: Table
  readonly tables?: readonly Table[]
  readonly forbidden?: string
}

/** The database of each source has that one table; one that is `forbidden` refuses the connector's user. */
async function pull(
  root: string,
  parameters: readonly string[],
  { table = people, tables = [table], forbidden = '' }: Served = {},
) {
  return await falsework(['catalog', 'pull', ...parameters], {
    folder: root,
    ports: () => ({
      openInspector: async (source) => {
        if (source === forbidden) throw new FalseworkError('NOT_AUTHORISED', `PostgreSQL refuses ${source}`)
        return await Promise.resolve(inspectorOf(source, tables))
      },
    }),
  })
}

/** Asks the databases that the connector files name. */
const pullInEarnest = async (root: string, environment: Readonly<Record<string, string>>): Promise<Ran> =>
  await falsework(['catalog', 'pull', 'shop'], { folder: root, environment })

const catalogOf = (root: string, source: string): string => join(root, 'catalog', `${source}.json`)
const read = (path: string): string => readFileSync(path, 'utf8')
const edit = (path: string, change: (text: string) => string): void => writeFileSync(path, change(read(path)))
const missing = (path: string) => (): string => read(path)

describe('falsework catalog pull', () => {
  it('writes the catalog of every source and says where', async () => {
    const root = project()
    const { code, out, err } = await pull(root, [])
    expect(out).toMatch(
      /^SOURCE +FILE +TABLES\ncrm +catalog\/crm\.json +1 +written\nshop +catalog\/shop\.json +1 +written\n$/,
    )
    expect([code, err]).toEqual([0, ''])
    expect(JSON.parse(read(catalogOf(root, 'crm')))).toMatchObject({ source: 'crm', kind: 'postgres' })
    expect(read(catalogOf(root, 'shop'))).toContain('public.people')
  })

  it('leaves a catalog that says what the database says, byte for byte', async () => {
    const root = project()
    await pull(root, ['shop'])
    const before = read(catalogOf(root, 'shop'))
    const { code, out } = await pull(root, ['shop', '-o', 'json'])
    expect(JSON.parse(out)).toMatchObject({
      kind: 'PulledCatalogs',
      items: [{ source: 'shop', path: 'catalog/shop.json', tables: 1, change: 'unchanged' }],
    })
    expect([code, read(catalogOf(root, 'shop'))]).toEqual([0, before])
  })

  it('takes up what is new in the database and keeps the tags that people have added', async () => {
    const root = project()
    await pull(root, ['shop'])
    edit(catalogOf(root, 'shop'), (text) => text.replace('"type": "text"', '"pii": "email", "type": "text"'))
    const phone = { name: 'phone', type: 'text', nullable: true }
    const { code, out } = await pull(root, ['shop'], { table: { ...people, columns: [...people.columns, phone] } })
    expect([code, out]).toEqual([0, expect.stringMatching(/shop .* written\n$/)])
    expect(read(catalogOf(root, 'shop'))).toMatch(/"email"[^}]*"pii": "email"[^]*"phone"/)
  })

  it('drops no tag of personal data with its column, unless it is told to', async () => {
    const root = project()
    await pull(root, ['shop'])
    edit(catalogOf(root, 'shop'), (text) => text.replace('"type": "text"', '"pii": "email", "type": "text"'))
    const before = read(catalogOf(root, 'shop'))
    const renamed = {
      table: { ...people, columns: [...people.columns.slice(0, 1), { name: 'mail', type: 'text', nullable: true }] },
    }
    const elsewhere = { table: { ...people, name: tableName('public', 'others') } }
    for (const other of [renamed, elsewhere]) {
      const { code, out, err } = await pull(root, ['shop'], other)
      expect(err).toMatch(
        /^error TAGS_LOST: catalog\/shop\.json: columns of personal data are not there any more: public\.people\.email\n.*--drop-tags/,
      )
      expect([code, out, read(catalogOf(root, 'shop'))]).toEqual([1, '', before])
    }
    expect((await pull(root, ['shop', '--drop-tags'], renamed)).code).toBe(0)
    expect(read(catalogOf(root, 'shop'))).not.toContain('"pii"')
  })

  it('writes no catalog without any table, and says where none was found', async () => {
    const root = project()
    const { code, out, err } = await pull(root, ['shop'], { tables: [] })
    expect(err).toMatch(
      /^error NO_TABLES: shop: the account of the connector sees no table in schema public\n.*schemas/,
    )
    expect([code, out]).toEqual([1, ''])
    expect(missing(catalogOf(root, 'shop'))).toThrow('ENOENT')
  })

  it('pulls the sources that are named, each once, and no other', async () => {
    const root = project()
    expect((await pull(root, ['shop', 'shop'])).out.match(/shop\.json/g)).toHaveLength(1)
    expect(missing(catalogOf(root, 'crm'))).toThrow('ENOENT')
  })

  it('names a source that is not declared and those that are, and writes nothing', async () => {
    const root = project()
    const { code, out, err } = await pull(root, ['shop', 'shopp'])
    expect(err).toMatch(/^error UNKNOWN_NAME: there is no source 'shopp'; have crm, shop\n/)
    expect([code, out]).toEqual([1, ''])
    expect(missing(catalogOf(root, 'shop'))).toThrow('ENOENT')
  })

  it('writes nothing over a catalog that it cannot read, and shows the place', async () => {
    const root = project()
    await pull(root, ['shop'])
    edit(catalogOf(root, 'shop'), (text) => `<<<<<<< HEAD\n${text}`)
    const spoilt = read(catalogOf(root, 'shop'))
    const { code, out, err } = await pull(root, ['shop'])
    expect(err).toMatch(
      /catalog\/shop\.json:1:1 +error +FW2501[^]*nothing was written over what cannot be read: 1 error/,
    )
    expect([code, out]).toEqual([1, ''])
    expect(read(catalogOf(root, 'shop'))).toBe(spoilt)
  })

  it('pulls the other sources when the database of one refuses, and says both', async () => {
    const root = project()
    const { code, out, err } = await pull(root, [], { forbidden: 'crm' })
    expect(err).toMatch(/^error NOT_AUTHORISED: PostgreSQL refuses crm\n {2}\S/)
    expect(out).toMatch(/\nshop +catalog\/shop\.json +1 +written\n$/)
    expect(out).not.toContain('crm')
    expect(code).toBe(4)
    expect(missing(catalogOf(root, 'crm'))).toThrow('ENOENT')
  })

  it('pulls nothing more after a signal, and says of which sources', async () => {
    const root = project()
    const { code, err } = await falsework(['catalog', 'pull'], { folder: root, interrupted: AbortSignal.abort() })
    expect(err).toMatch(/^error INTERRUPTED: not tried: crm, shop\n/)
    expect(code).toBe(130)
  })

  it('answers exit 3 when the database of a source cannot be reached, with its address', async () => {
    const root = project()
    const { code, out, err } = await pullInEarnest(root, { PASSWORD: 'secret-of-a-test' })
    expect(err).toMatch(/^error DATABASE_UNREACHABLE: PostgreSQL at 127\.0\.0\.1:1\//)
    expect(err).not.toContain('secret-of-a-test')
    expect([code, out]).toEqual([3, ''])
  })

  it('answers exit 64 when the connector file refers to what is not set', async () => {
    const { code, err } = await pullInEarnest(project(), {})
    expect(err).toMatch(/^error REFERENCE_UNRESOLVED: [^ ]+\.json:\d+:\d+: .*PASSWORD/)
    expect(code).toBe(64)
  })

  it('says so when the project has no sources', async () => {
    const root = mkdtempSync(join(tmpdir(), 'catalog-pull-'))
    writeFileSync(join(root, 'falsework.yaml'), 'format: 1\n')
    expect(await pull(root, [])).toEqual({ code: 0, out: '', err: 'the project has no sources\n' })
    const { code, err } = await pull(root, ['shop'])
    expect([code, err]).toEqual([1, expect.stringContaining("there is no source 'shop'; have none")])
  })
})
