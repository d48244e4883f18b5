/** What a change of each database breaks, by the mappings of this repository's own project. */
import { join } from 'node:path'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readProject } from '../../../src/adapters/files/project-files.ts'
import { diffCatalog } from '../../../src/app/capture/diff-catalog.ts'
import { validateProject } from '../../../src/app/project/validate-project.ts'
import { readProjectConfig } from '../../../src/config/project-config.ts'
import type { Column, Table } from '../../../src/core/catalog/catalog.ts'
import { parseCatalog } from '../../../src/core/catalog/catalog-file.ts'
import { topicNames } from '../../../src/core/delivery/topic-names.ts'

const root = join(import.meta.dirname, '..', '..', '..')
const text = readFileSync(join(root, 'falsework.yaml'), 'utf8')
const { sources } = readProjectConfig({ text, file: 'falsework.yaml' }, {})
const keys = new Map([['customer-email', Buffer.alloc(32, 7)]])
const project = { texts: await readProject(root), sources, keys }
const { mappings } = validateProject(project, topicNames(''))

/** `verdict: readers`, of each change; `more` of each table. */
async function diff(
  source: string,
  change: (table: string, column: Column) => Column | null,
  more: Partial<Table> = {},
): Promise<string[]> {
  const file = project.texts.catalogs.find(({ path }) => path === `catalog/${source}.json`)
  const parsed = parseCatalog({ text: file?.text ?? '', file: 'c' })
  if (parsed.kind === 'refused') throw new Error('the catalog cannot be read')
  const tables = [...parsed.catalog.tables.values()].map((table) => {
    const columns = table.columns.map((column) => change(table.name, column)).filter((column) => column !== null)
    return [table.name, { ...table, columns, ...more }] as const
  })
  const inspector = {
    tables: async () => await Promise.resolve({ ...parsed.catalog, tables: new Map(tables) }),
    capture: () => Promise.reject(new Error('nobody asks')),
    slotPosition: () => Promise.reject(new Error('nobody asks')),
    sample: () => Promise.reject(new Error('nobody asks')),
    close: async () => await Promise.resolve(),
  }
  const changes = await diffCatalog(
    { source, schemas: [], files: project.texts.catalogs },
    {
      openInspector: async () => await Promise.resolve(inspector),
      mappings: mappings.flatMap(({ mapping }) => (mapping?.source === source ? [mapping] : [])),
    },
  )
  return changes.map(
    ({ verdict, readers }) =>
      `${verdict}: ${readers.map(({ event, field, place }) => `${event ?? ''} ${field ?? ''} ${place.file}:${place.line}`).join(', ')}`,
  )
}

describe('a change of the legacy schema', () => {
  it('names the fields that read a column of a MariaDB, with their lines', async () => {
    const renamed = await diff('crm', (table, column) =>
      table === 'crm.cust_mast' && column.name === 'reg_dt' ? { ...column, name: 'registered' } : column,
    )
    expect(renamed).toEqual(['breaking: ContactAdded.v1 registeredOn mappings/contact.yaml:21'])
  })

  it('is harmless where a trigger came, whatever reads the table', async () => {
    const triggers = [{ name: 'audit', timing: 'after', events: ['update'] }] as const
    const came = await diff('crm', (_, column) => column, { triggers })
    expect(came.length).toBeGreaterThan(0)
    expect(came.filter((one) => !one.startsWith('harmless: '))).toEqual([])
  })

  it('names the fields that read a column of a PostgreSQL, with their lines', async () => {
    const dropped = await diff('shop', (_, column) => (column.name === 'carrier_cd' ? null : column))
    expect(dropped).toEqual([
      'breaking: OrderShipped.v1 carrier mappings/order-lifecycle.yaml:46',
      'breaking: OrderShipped.v1 parcels.carrier mappings/order-lifecycle.yaml:49',
    ])
  })
})
