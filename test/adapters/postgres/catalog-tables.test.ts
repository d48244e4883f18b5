import { describe, expect, it } from 'vitest'
import { catalogTables } from '../../../src/adapters/postgres/catalog-tables.ts'
import { provenKeys } from '../../../src/core/catalog/proven-keys.ts'

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
      triggers: [],
      checks: [],
    })
    const [table] = tables.values()
    expect(table).toMatchObject({ primaryKey: ['id'] })
    expect(table?.deferrablePrimaryKey).toBe(deferrable)
  })

  it('have a column that is not nullable where a CHECK says so, and of which a unique key then tells rows apart', () => {
    const columns = ['code', 'name'].map((name) => ({
      table: 1,
      name,
      type: 'text',
      nullable: true,
      toastable: false,
      generated: false,
      dimensions: 0,
      loose: false,
      values: null,
      comment: null,
    }))
    const tables = catalogTables({
      tables: [{ oid: 1, schema: 'public', name: 't', identity: 'f', comment: null }],
      columns,
      keys: [
        { table: 1, primary: false, immediate: true, columns: ['code'] },
        { table: 1, primary: false, immediate: true, columns: ['name'] },
      ],
      foreignKeys: [],
      triggers: [],
      checks: [
        { table: 1, column: 'code', definition: 'CHECK ((code IS NOT NULL))' },
        { table: 1, column: 'name', definition: 'CHECK ((char_length(name) <= 255))' },
      ],
    })
    const [table] = tables.values()
    if (table === undefined) throw new Error('there is no table')
    expect(table.columns.map(({ name, nullable }) => [name, nullable])).toEqual([
      ['code', false],
      ['name', true],
    ])
    expect(provenKeys(table)).toEqual([['code']])
  })

  it('have the triggers of the database in words, and none of a guard', () => {
    const trigger = (name: string, type: number, enabled = true) => ({ table: 1, name, type, enabled })
    const tables = catalogTables({
      tables: [{ oid: 1, schema: 'public', name: 't', identity: 'f', comment: null }],
      columns: [],
      keys: [],
      foreignKeys: [],
      triggers: [
        // Bits: 1 row, 2 before, 4 insert, 8 delete, 16 update, 32 truncate.
        trigger('audit', 1 + 4 + 8 + 16),
        trigger('emptied', 32, false),
        trigger('falsework_guard_orders_12345678', 1 + 2 + 4),
        trigger('touch', 1 + 2 + 16),
      ],
      checks: [],
    })
    expect([...tables.values()].map(({ triggers }) => triggers)).toEqual([
      [
        { name: 'audit', timing: 'after', events: ['insert', 'update', 'delete'] },
        { name: 'emptied', timing: 'after', events: ['truncate'], disabled: true },
        { name: 'touch', timing: 'before', events: ['update'] },
      ],
    ])
  })
})
