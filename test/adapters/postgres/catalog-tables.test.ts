import { describe, expect, it } from 'vitest'
import { catalogTables } from '../../../src/adapters/postgres/catalog-tables.ts'

describe('tables of the system catalogs', () => {
  it.each([
    ['immediate', true, undefined],
    ['deferrable', false, true],
  ])('have a primary key that is %s', (_, immediate, deferrable) => {
    const tables = catalogTables({
      tables: [{ oid: 1, schema: 'public', name: 't', identity: 'f', comment: null }],
      columns: [],
      keys: [{ table: 1, primary: true, immediate, columns: ['id'] }],
      foreignKeys: [],
      checks: [],
    })
    const [table] = tables.values()
    expect(table).toMatchObject({ primaryKey: ['id'] })
    expect(table?.deferrablePrimaryKey).toBe(deferrable)
  })
})
