import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { openPostgresInspector } from '../../../src/adapters/postgres/postgres-inspector.ts'
import { mergePulled, parseCatalog, serializeCatalog } from '../../../src/core/catalog/catalog-file.ts'
import { legacyShop } from './legacy-shop.ts'

it('the committed catalog is the one that a pull from the shop writes', async () => {
  const text = readFileSync(new URL('../../../catalog/shop.json', import.meta.url), 'utf8')
  const committed = parseCatalog({ text, file: 'catalog/shop.json' })
  const inspector = await openPostgresInspector(await legacyShop('catalog', 'empty'))
  const pulled = await inspector.tables({ source: 'shop', schemas: ['public'] })
  await inspector.close()
  if (committed.kind === 'refused') throw new Error(JSON.stringify(committed.problems))
  expect(serializeCatalog(mergePulled(pulled, committed.catalog))).toBe(text)
})
