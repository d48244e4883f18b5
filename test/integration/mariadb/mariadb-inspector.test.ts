import { createConnection, type Connection } from 'mysql2/promise'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { openMariadbInspector } from '../../../src/adapters/mariadb/mariadb-inspector.ts'
import { parseCatalog, serializeCatalog } from '../../../src/core/catalog/catalog-file.ts'
import { tableName } from '../../../src/core/catalog/catalog.ts'
import type { MariadbFacts } from '../../../src/core/capture/connector/mariadb-facts.ts'
import type { DatabaseInspector } from '../../../src/ports/database/database-inspector.ts'
import { databaseInspectorContract } from '../../contract/database-inspector.ts'

const { mariadb } = inject('stack')

// Without a server `npm test` says so by name.
describe.skipIf(mariadb === null)('the inspector of MariaDB', () => {
  const address = mariadb ?? { host: '', port: 0, user: '', password: '' }
  const id = `inspector_${process.pid}`
  const [shop, odd] = [`${id}_shop`, `${id}_odd`]
  let client: Connection
  let inspector: DatabaseInspector
  const ready = createConnection({ ...address, multipleStatements: true }).then(async (connection) => {
    client = connection
    await client.query(`CREATE DATABASE ${id}; CREATE DATABASE ${shop}; CREATE DATABASE ${odd}`)
  })
  const execute = async (statements: string): Promise<void> => {
    await ready
    await client.query(statements)
  }
  const open = async (): Promise<DatabaseInspector> => await openMariadbInspector(address)
  const triggerOn = (table: string): string =>
    `CREATE TRIGGER ${id}.contract_touch BEFORE INSERT ON ${table} FOR EACH ROW SET NEW.x = 1`
  databaseInspectorContract({ kind: 'mariadb', schema: id, open, execute, triggerOn })

  beforeAll(async () => {
    await execute(`
      CREATE TABLE ${shop}.parents (id int PRIMARY KEY);
      CREATE TABLE ${shop}.things (
        id int(10) unsigned PRIMARY KEY, mood enum('a','b''c') NOT NULL, tags set('x','y'),
        price decimal(10,2) unsigned, at datetime(6) NOT NULL, seen timestamp(3) NULL, note json,
        status varchar(3) COLLATE utf8mb4_bin CHECK (status IN ('N','it''s')), code varchar(9) COLLATE utf8mb4_general_ci,
        exact varchar(9) COLLATE utf8mb4_nopad_bin COMMENT 'free text', bytes binary(4),
        twice int AS (price * 2) VIRTUAL, thrice int AS (price * 3) STORED, parent int,
        UNIQUE whole (code), UNIQUE beginning (exact(3)),
        FOREIGN KEY (parent) REFERENCES parents (id) ON DELETE SET NULL ON UPDATE CASCADE) COMMENT 'All of them.';
      CREATE VIEW ${shop}.a_view AS SELECT 1 AS x;
      CREATE SEQUENCE ${shop}.a_sequence;
      CREATE TABLE ${odd}.old (id int) ENGINE = MyISAM;
      CREATE TABLE ${odd}.addresses (id int PRIMARY KEY, address inet6);`)
    inspector = await open()
  })
  afterAll(async () => {
    await inspector.close()
    await execute(`DROP DATABASE ${id}; DROP DATABASE ${shop}; DROP DATABASE ${odd}`)
    await client.end()
  })

  const captured = async (...tables: (readonly [schema: string, table: string])[]): Promise<MariadbFacts> => {
    const names = tables.map(([schema, table]) => tableName(schema, table))
    const facts = await inspector.capture({ slot: 'none', publication: 'none', tables: names })
    if (facts.kind !== 'mariadb') throw new Error(`facts of ${facts.kind}`)
    return facts
  }

  it('spells types as the database does, and says what the database compares and computes', async () => {
    const { tables } = await inspector.tables({ source: 'shop', schemas: [shop] })
    expect([...tables.keys()]).toEqual([`${shop}.parents`, `${shop}.things`])
    expect(tables.get(tableName(shop, 'things'))).toEqual({
      name: `${shop}.things`,
      comment: 'All of them.',
      replicaIdentity: null,
      primaryKey: ['id'],
      uniqueKeys: [['code']],
      foreignKeys: [
        {
          columns: ['parent'],
          references: `${shop}.parents`,
          referencedColumns: ['id'],
          onDelete: 'set null',
          onUpdate: 'cascade',
        },
      ],
      columns: [
        { name: 'id', type: 'int(10) unsigned', nullable: false },
        { name: 'mood', type: "enum('a','b''c')", nullable: false, values: ['a', "b'c"] },
        { name: 'tags', type: "set('x','y')", nullable: true, values: ['x', 'y'] },
        { name: 'price', type: 'decimal(10,2) unsigned', nullable: true },
        { name: 'at', type: 'datetime(6)', nullable: false, zeroDates: true },
        { name: 'seen', type: 'timestamp(3)', nullable: true },
        { name: 'note', type: 'json', nullable: true },
        { name: 'status', type: 'varchar(3)', nullable: true, collation: 'padded', values: ['N', "it's"] },
        { name: 'code', type: 'varchar(9)', nullable: true, collation: 'folded' },
        { name: 'exact', type: 'varchar(9)', nullable: true, comment: 'free text' },
        { name: 'bytes', type: 'binary(4)', nullable: true },
        { name: 'twice', type: 'int(11)', nullable: true, generated: true },
        { name: 'thrice', type: 'int(11)', nullable: true, generated: true },
        { name: 'parent', type: 'int(11)', nullable: true },
      ],
    })
  })

  it('gives a catalog that its file gives back', async () => {
    const catalog = await inspector.tables({ source: 'shop', schemas: [shop, id] })
    expect(parseCatalog({ text: serializeCatalog(catalog), file: 'shop.json' })).toEqual({ kind: 'catalog', catalog })
  })

  it('says what capture needs to know', async () => {
    const facts = await captured([shop, 'things'], [odd, 'old'])
    expect(facts).toMatchObject({ log: 'on', logFormat: 'ROW', rowImage: 'FULL' })
    expect(facts.serverId).toBeGreaterThan(0)
    expect(facts.tables).toEqual([
      { name: `${odd}.old`, engine: 'MyISAM', actions: [] },
      {
        name: `${shop}.things`,
        engine: 'InnoDB',
        actions: [{ columns: ['parent'], references: `${shop}.parents`, onDelete: 'set null', onUpdate: 'cascade' }],
      },
    ])
    expect(facts.unreadableColumns).toContainEqual({ table: `${odd}.addresses`, name: 'address', type: 'inet6' })
  })

  it('says what the account may do', async () => {
    const poor = `poor_${process.pid}`
    await execute(`
      CREATE USER '${poor}'@'%' IDENTIFIED BY 'poor'; GRANT REPLICATION CLIENT ON *.* TO '${poor}'@'%';
      GRANT SELECT ON ${shop}.* TO '${poor}'@'%'; GRANT INSERT (id) ON ${shop}.parents TO '${poor}'@'%'`)
    const other = await openMariadbInspector({ ...address, user: poor, password: 'poor' })
    const { account } = await other.capture({ slot: '', publication: '', tables: [tableName(shop, 'parents')] })
    await other.close()
    await execute(`DROP USER '${poor}'@'%'`)
    expect(account).toEqual({
      name: `'${poor}'@'%'`,
      missing: ['REPLICATION SLAVE'],
      tables: new Map([[`${shop}.parents`, new Set(['usage', 'select', 'insert'])]]),
    })
  })

  it('names why it cannot get in', async () => {
    await expect(openMariadbInspector({ ...address, port: 1 })).rejects.toMatchObject({ code: 'DATABASE_UNREACHABLE' })
    await expect(openMariadbInspector({ ...address, password: 'not this' })).rejects.toMatchObject({
      code: 'NOT_AUTHORISED',
    })
    await expect(openMariadbInspector({ ...address, sslMode: 'verify' })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
    })
  })

  it('names a connection that is gone', async () => {
    const other = await open()
    const [sessions] = await client.query(
      `SELECT max(id) AS id FROM information_schema.processlist WHERE info IS NULL AND user = ?`,
      [address.user],
    )
    await client.query('KILL CONNECTION ?', [(sessions as { readonly id: number }[])[0]?.id])
    await expect(other.tables({ source: 'shop', schemas: [shop] })).rejects.toMatchObject({
      code: 'DATABASE_UNREACHABLE',
    })
    await other.close()
  })
})
