import { describe, expect, it } from 'vitest'
import { pullCatalog } from '../../../src/app/capture/pull-catalog.ts'
import { parseCatalog } from '../../../src/core/catalog/catalog-file.ts'
import { type Catalog, tableName } from '../../../src/core/catalog/catalog.ts'
import type { UnreadFile } from '../../../src/app/project/project-texts.ts'
import type { DatabaseInspector } from '../../../src/ports/database/database-inspector.ts'

const name = tableName('public', 'people')
const columns = [
  { name: 'id', type: 'bigint', nullable: false },
  { name: 'email', type: 'text', nullable: true },
]
const table = { name, columns, primaryKey: ['id'], uniqueKeys: [], foreignKeys: [], replicaIdentity: 'full' as const }
const inDatabase: Catalog = { source: 'shop', kind: 'postgres', tables: new Map([[name, table]]) }

/** Pulls over a file with that text, or over none. */
async function pull(present: string | null, unread: readonly UnreadFile[] = []) {
  const written: string[] = []
  const inspector: DatabaseInspector = {
    tables: async () => await Promise.resolve(inDatabase),
    capture: () => Promise.reject(new Error('nobody asks')),
    slotPosition: () => Promise.reject(new Error('nobody asks')),
    sample: () => Promise.reject(new Error('nobody asks')),
    close: async () => await Promise.resolve(),
  }
  const result = await pullCatalog(
    {
      source: 'shop',
      schemas: ['public'],
      files: present === null ? [] : [{ path: 'catalog/shop.json', text: present }],
      unread,
    },
    {
      openInspector: async () => await Promise.resolve(inspector),
      writeFile: async (path, text) => {
        expect(path).toBe('catalog/shop.json')
        written.push(text)
        await Promise.resolve()
      },
    },
  )
  return { result, written: written.at(0) ?? null }
}

const pulled = async (): Promise<string> => (await pull(null)).written ?? ''
const tagged = async (): Promise<string> => (await pulled()).replace('"type": "text"', '"pii": "email", "type": "text"')

describe('pulling a catalog', () => {
  it('writes what the database says where there is no file', async () => {
    const { result, written } = await pull(null)
    expect(result).toMatchObject({ kind: 'pulled', tables: 1, change: 'written' })
    expect(parseCatalog({ text: written ?? '', file: 'c' })).toEqual({ kind: 'catalog', catalog: inDatabase })
  })

  it('writes nothing where nothing has changed', async () => {
    const { result, written } = await pull(await pulled())
    expect(result).toMatchObject({ kind: 'pulled', change: 'unchanged' })
    expect(written).toBeNull()
  })

  it('writes nothing over a file that gives no text', async () => {
    const unread = { kind: 'unreadable', path: 'catalog/shop.json', reason: 'cannot be read: EACCES' } as const
    const { result, written } = await pull(null, [unread])
    expect(result).toMatchObject({ kind: 'refused', problems: [{ code: 'FW2009' }] })
    expect(written).toBeNull()
  })

  it('keeps tags of personal data', async () => {
    const { written } = await pull(await tagged())
    const read = parseCatalog({ text: written ?? '', file: 'c' })
    expect(read.kind === 'catalog' && read.catalog.tables.get(name)?.columns[1]).toMatchObject({ pii: 'email' })
  })

  it.each([
    ['a merge marker', (text: string) => `<<<<<<< HEAD\n${text}`, 'FW2501', 1],
    ['a trailing comma', (text: string) => text.replace('"type": "text"', '"type": "text",}'), 'FW2501', 19],
    ['an unknown key', (text: string) => text.replace('"pii"', '"note": "x", "pii"'), 'FW2502', 19],
  ])('writes nothing over a file with %s, whose tags it cannot read', async (_, spoil, code, line) => {
    const { result, written } = await pull(spoil(await tagged()))
    expect(written).toBeNull()
    expect(result).toMatchObject({ kind: 'refused', problems: [{ code, place: { file: 'catalog/shop.json', line } }] })
  })
})
