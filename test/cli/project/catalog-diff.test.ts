/** What `catalog diff` says of a database that is no longer as its catalog, and with which exit code. */
import { describe, expect, it } from 'vitest'
import type { Catalog, Column, Table } from '../../../src/core/catalog/catalog.ts'
import { parseCatalog } from '../../../src/core/catalog/catalog-file.ts'
import { validateProject } from '../../../src/app/project/validate-project.ts'
import type { Project } from '../../../src/app/project/project-texts.ts'
import { topicNames } from '../../../src/core/delivery/topic-names.ts'
import type { Place } from '../../../src/core/diagnostics/problem.ts'
import { readersOf } from '../../../src/core/mapping/column-readers.ts'
import { FalseworkError } from '../../../src/core/diagnostics/falsework-error.ts'
import type { DatabaseInspector } from '../../../src/ports/database/database-inspector.ts'
import { benchProject } from '../../app/bench-project.ts'
import { falsework, type Ran } from '../in-process.ts'

async function benchCatalog(): Promise<Catalog> {
  const [file = { path: '', text: '' }] = (await benchProject()).texts.catalogs
  const parsed = parseCatalog({ text: file.text, file: file.path })
  if (parsed.kind === 'refused') throw new Error('the catalog of the benchmark cannot be read')
  return parsed.catalog
}

/** The benchmark's database, whose tables are those of its catalog, one by one changed. */
async function diff(change: (table: Table) => Table | null, ...parameters: string[]): Promise<Ran> {
  const catalog = await benchCatalog()
  const tables = [...catalog.tables.values()].map(change).filter((table) => table !== null)
  const inspector: DatabaseInspector = {
    tables: async () =>
      await Promise.resolve({ ...catalog, tables: new Map(tables.map((table) => [table.name, table])) }),
    capture: () => Promise.reject(new Error('nobody asks')),
    slotPosition: () => Promise.reject(new Error('nobody asks')),
    sample: () => Promise.reject(new Error('nobody asks')),
    close: async () => await Promise.resolve(),
  }
  return await falsework(['catalog', 'diff', ...parameters], {
    ports: () => ({ openInspector: async () => await Promise.resolve(inspector) }),
  })
}

const checkedMapping = (project: Project) => validateProject(project, topicNames('')).mappings[0]?.mapping ?? null

const columns =
  (change: (column: Column) => Column | null) =>
  (table: Table): Table => ({ ...table, columns: table.columns.map(change).filter((column) => column !== null) })
const column = (name: string, change: (column: Column) => Column | null) =>
  columns((one) => (one.name === name ? change(one) : one))

describe('falsework catalog diff', () => {
  it('has nothing to say of a database that is as its catalog', async () => {
    const { code, out, err } = await diff((table) => table)
    expect([code, out, err]).toEqual([0, '', 'the catalogs say what the databases say\n'])
  })

  it.each([
    ['dropped', column('total_cents', () => null), /total_cents +dropped +bigint not null +- /],
    [
      'renamed',
      column('total_cents', (one) => ({ ...one, name: 'cents' })),
      /total_cents +renamed, as it seems +total_cents +cents /,
    ],
    ['retyped', column('total_cents', (one) => ({ ...one, type: 'text' })), /total_cents +retyped +bigint +text /],
    [
      'no longer NOT NULL',
      column('total_cents', (one) => ({ ...one, nullable: true })),
      /total_cents +may be null now +bigint not null +bigint /,
    ],
  ])(
    'answers exit 1 when a column that a field is made of is %s, and names the field and its line',
    async (...[, change, line]) => {
      const { code, out } = await diff(change)
      expect(out).toMatch(line)
      expect(out).toMatch(/ OrderChanged\.v1 total \(mappings\/order-changed\.yaml:21:\d+\)\n$/)
      expect(code).toBe(1)
    },
  )

  it('names the rule where a condition and no field reads the column', async () => {
    const project = await benchProject((text) =>
      text.replace("status != 'X'", "status != 'X' && after.ship_dt != null"),
    )
    const catalog = await benchCatalog()
    const mapping = checkedMapping(project)
    const [table] = catalog.tables.keys()
    if (table === undefined || mapping === null) throw new Error('the benchmark has a table and a mapping')
    expect(readersOf([mapping], { table, column: 'ship_dt' })).toEqual([
      { mapping: 'order-changed', event: null, field: null, place: expect.objectContaining({ line: 10 }) as Place },
    ])
  })

  it('answers exit 1 when a table that a mapping reads is gone', async () => {
    const { code, out } = await diff(() => null)
    expect(out).toMatch(/public\.orders +- +dropped table .* OrderChanged\.v1 orderId /)
    expect(code).toBe(1)
  })

  it.each<[string, (table: Table) => Table, string]>([
    [
      'a new column',
      (table) => ({ ...table, columns: [...table.columns, { name: 'new', type: 'text', nullable: true }] }),
      'columnAdded',
    ],
    ['another primary key', (table) => ({ ...table, primaryKey: ['sku'] }), 'primaryKey'],
    ['a new unique key', (table) => ({ ...table, uniqueKeys: [['sku']] }), 'uniqueKeys'],
    ['another replica identity', (table) => ({ ...table, replicaIdentity: 'nothing' }), 'replicaIdentity'],
  ])('tells %s, with exit 0', async (_what, change, kind) => {
    const { code, out } = await diff(change, '-o', 'json')
    expect(JSON.parse(out)).toMatchObject({
      kind: 'CatalogChanges',
      items: [{ source: 'bench', table: 'public.orders', kind, verdict: 'harmless' }],
    })
    expect(code).toBe(0)
  })

  it('takes comments of people for no change', async () => {
    const { code, err } = await diff(columns((one) => ({ ...one, comment: 'of a person' })))
    expect([code, err]).toEqual([0, 'the catalogs say what the databases say\n'])
  })

  it('names the source whose database does not answer, with exit 3', async () => {
    const { code, err } = await falsework(['catalog', 'diff'], {
      ports: () => ({
        openInspector: () => Promise.reject(new FalseworkError('DATABASE_UNREACHABLE', 'nobody at db:5432')),
      }),
    })
    expect(err).toMatch(/^error DATABASE_UNREACHABLE: bench: nobody at db:5432\n/)
    expect(code).toBe(3)
  })

  it('refuses a catalog that cannot be read, with its place', async () => {
    const project = await benchProject()
    const catalogs = [{ path: 'catalog/bench.json', text: '[]' }]
    const catalog = await benchCatalog()
    const { code, err } = await falsework(['catalog', 'diff', '-o', 'json'], {
      ports: () => ({
        readProject: async () => await Promise.resolve({ ...project, texts: { ...project.texts, catalogs } }),
        openInspector: async () =>
          await Promise.resolve({
            tables: async () => await Promise.resolve(catalog),
            capture: () => Promise.reject(new Error('nobody asks')),
            slotPosition: () => Promise.reject(new Error('nobody asks')),
            sample: () => Promise.reject(new Error('nobody asks')),
            close: async () => await Promise.resolve(),
          }),
      }),
    })
    expect(JSON.parse(err)).toMatchObject({
      kind: 'Error',
      code: 'INVALID_PROJECT',
      message: expect.stringContaining('catalog/bench.json:1:1') as string,
    })
    expect(code).toBe(1)
  })
})
