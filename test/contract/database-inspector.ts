/** What every database inspector must do, on tables that the suite makes for itself. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type SourceKind, tableName } from '../../src/core/catalog/catalog.ts'
import type { DatabaseInspector } from '../../src/ports/database/database-inspector.ts'

export interface DatabaseUnderTest {
  readonly kind: SourceKind
  /** An empty schema that is the suite's own. */
  readonly schema: string
  readonly open: () => Promise<DatabaseInspector>
  /** Runs statements with the rights to make tables. */
  readonly execute: (statements: string) => Promise<void>
  /** Statements that make `contract_touch`, which acts before each insert. */
  readonly triggerOn: (table: string) => string
}

export function databaseInspectorContract({ kind, schema, open, execute, triggerOn }: DatabaseUnderTest): void {
  let inspector: DatabaseInspector
  beforeAll(async () => {
    await execute(`
      CREATE TABLE ${schema}.contract_parent (
        a int NOT NULL, b varchar(10) NOT NULL, name varchar(20), price decimal(10, 2) NOT NULL,
        PRIMARY KEY (b, a), UNIQUE (name));
      CREATE TABLE ${schema}.contract_child (
        id bigint PRIMARY KEY, parent_a int, parent_b varchar(10),
        FOREIGN KEY (parent_b, parent_a) REFERENCES ${schema}.contract_parent (b, a) ON DELETE CASCADE);
      CREATE TABLE ${schema}.contract_keyless (x int);
      CREATE TABLE ${schema}.contract_triggered (x int);`)
    await execute(triggerOn(`${schema}.contract_triggered`))
    inspector = await open()
  })
  afterAll(async () => await inspector.close())

  const read = async (table: string) => {
    const catalog = await inspector.tables({ source: 'shop', schemas: [schema] })
    return catalog.tables.get(tableName(schema, table))
  }

  it('says which source and which kind of database it looked at', async () => {
    expect(await inspector.tables({ source: 'shop', schemas: [schema] })).toMatchObject({ source: 'shop', kind })
  })

  it('lists columns in their order, with nullability', async () => {
    const columns = (await read('contract_parent'))?.columns ?? []
    expect(columns.map(({ name, nullable }) => [name, nullable])).toEqual([
      ['a', false],
      ['b', false],
      ['name', true],
      ['price', false],
    ])
    expect(columns[3]?.type).toMatch(/\(10,2\)$/)
  })

  it('gives keys with their columns in the order of the key', async () => {
    expect(await read('contract_parent')).toMatchObject({ primaryKey: ['b', 'a'], uniqueKeys: [['name']] })
    expect(await read('contract_keyless')).toMatchObject({ primaryKey: [], uniqueKeys: [] })
  })

  it('gives foreign keys with what a delete does', async () => {
    expect((await read('contract_child'))?.foreignKeys).toMatchObject([
      {
        columns: ['parent_b', 'parent_a'],
        references: tableName(schema, 'contract_parent'),
        referencedColumns: ['b', 'a'],
        onDelete: 'cascade',
      },
    ])
  })

  it('gives the triggers of a table, but none that upholds a key of it', async () => {
    expect((await read('contract_child'))?.triggers).toBeUndefined()
    expect(await read('contract_triggered')).toMatchObject({
      triggers: [{ name: 'contract_touch', timing: 'before', events: ['insert'] }],
    })
  })

  it('takes single tables by name, and nothing else then', async () => {
    const catalog = await inspector.tables({ source: 'shop', schemas: [`${schema}.contract_child`] })
    expect([...catalog.tables.keys()]).toEqual([tableName(schema, 'contract_child')])
  })

  it('finds nothing in a schema that is not there', async () => {
    expect((await inspector.tables({ source: 'shop', schemas: ['no_such_schema'] })).tables.size).toBe(0)
  })

  it('samples rows, none twice, and gives no value where presence alone is asked for', async () => {
    const values = Array.from({ length: 40 }, (_, n) => `(${n}, 'b', ${n === 0 ? 'NULL' : `'name ${n}'`}, ${n}.5)`)
    await execute(`INSERT INTO ${schema}.contract_parent (a, b, name, price) VALUES ${values.join(', ')};`)
    const columns = [
      { name: 'name', read: 'presence' },
      { name: 'a', read: 'text' },
      { name: 'price', read: 'text' },
    ] as const
    const table = tableName(schema, 'contract_parent')
    const sampled = await inspector.sample({ table, columns, rows: 100, characters: 3 })
    const wanted = values.map((_, n) => [n === 0 ? null : '', String(n), `${n}.50`.slice(0, 3)])
    const inOrder = sampled.rows.toSorted(([, one], [, other]) => Number(one) - Number(other))
    expect(inOrder).toEqual(wanted)
    expect((await inspector.sample({ table, columns, rows: 7, characters: 3 })).rows).toHaveLength(7)
    const keyless = tableName(schema, 'contract_keyless')
    expect(await inspector.sample({ table: keyless, columns: [], rows: 7, characters: 3 })).toMatchObject({ rows: [] })
  })

  it('says so when a table to be sampled is not there', async () => {
    const table = tableName(schema, 'no_such_table')
    await expect(inspector.sample({ table, columns: [], rows: 1, characters: 1 })).rejects.toMatchObject({
      code: 'DATABASE_REFUSED',
    })
  })

  it('knows no position of a slot that is not there', async () => {
    expect(await inspector.slotPosition('no_such_slot')).toBeNull()
  })

  it('says which server it is, and what capture needs to know of tables, and nothing of one that is not there', async () => {
    const tables = [tableName(schema, 'contract_child'), tableName(schema, 'no_such_table')]
    const facts = await inspector.capture({ slot: 'no_such_slot', publication: 'no_such_publication', tables })
    expect(facts).toMatchObject({ kind, tables: [{ name: tableName(schema, 'contract_child') }] })
    expect(facts.tables).toHaveLength(1)
    expect(facts.serverVersion).not.toBe('')
    const none = await inspector.capture({ slot: 'no_such_slot', publication: 'no_such_publication', tables: [] })
    expect(none.tables).toEqual([])
  })
}
