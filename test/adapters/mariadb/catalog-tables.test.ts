import { describe, expect, it } from 'vitest'
import type { ColumnRow } from '../../../src/adapters/mariadb/catalog-queries.ts'
import { type CatalogRows, catalogTables } from '../../../src/adapters/mariadb/catalog-tables.ts'
import { encryptionOf } from '../../../src/adapters/mariadb/encryption.ts'
import { type Column, tableName } from '../../../src/core/catalog/catalog.ts'

const of = { schema: 'shop', table: 'things' }
const lax = 'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO'

function columnOf(column: Partial<ColumnRow>, more: Partial<CatalogRows> = {}): Column | undefined {
  const row = {
    ...of,
    name: 'x',
    type: 'int(11)',
    nullable: 'NO',
    collation: null,
    generated: 'NEVER',
    comment: '',
  } as const
  const tables = catalogTables({
    tables: [{ ...of, engine: 'InnoDB', comment: '' }],
    columns: [{ ...row, ...column }],
    keys: [],
    foreignKeys: [],
    triggers: [],
    checks: [],
    sqlMode: lax,
    ...more,
  })
  return tables.get(tableName('shop', 'things'))?.columns[0]
}

describe('a column of MariaDB', () => {
  it.each([
    ['utf8mb4_general_ci', 'folded'],
    ['utf8mb3_unicode_520_ci', 'folded'],
    ['latin1_swedish_ci', 'folded'],
    ['utf8mb4_turkish_ci', 'nondeterministic'],
    ['utf8mb4_uca1400_as_cs', 'nondeterministic'],
    ['utf8mb4_nopad_general_ci', 'nondeterministic'],
    ['utf8mb4_bin', 'padded'],
    ['utf8mb4_nopad_bin', undefined],
    [null, undefined],
  ])('of collation %s compares as the catalog says: %s', (collation, expected) => {
    expect(columnOf({ type: 'varchar(9)', collation })?.collation).toBe(expected)
  })

  it('of an enum compares by its values as declared, whatever their collation', () => {
    const column = columnOf({ type: "enum('a','b')", collation: 'utf8mb4_general_ci' })
    expect(column).toEqual({ name: 'x', type: "enum('a','b')", nullable: false, values: ['a', 'b'] })
  })

  it('is JSON where a CHECK alone says so', () => {
    const json = { type: 'longtext', collation: 'utf8mb4_bin' }
    expect(columnOf(json, { checks: [{ ...of, clause: 'json_valid(`x`)' }] })).toMatchObject({ type: 'json' })
    expect(columnOf(json, { checks: [{ ...of, clause: 'json_valid(`y`)' }] })).toMatchObject({ type: 'longtext' })
  })

  it.each([
    ['date', 'NO', lax, true],
    ['datetime(6)', 'NO', '', true],
    ['timestamp', 'NO', 'NO_ZERO_DATE', true],
    ['date', 'NO', `${lax},NO_ZERO_DATE`, undefined],
    ['date', 'YES', lax, undefined],
    ['time', 'NO', lax, undefined],
    ['year(4)', 'NO', lax, undefined],
  ] as const)(
    'of type %s, nullable %s, under sql_mode %s, takes zero dates: %s',
    (type, nullable, sqlMode, expected) => {
      expect(columnOf({ type, nullable }, { sqlMode })?.zeroDates).toBe(expected)
    },
  )
})

describe('the keys of a table of MariaDB', () => {
  it('have their columns in order, and foreign keys both of their actions', () => {
    const key = (name: string, column: string) => ({ ...of, name, column })
    const reference = {
      name: 'fk',
      referencedSchema: 'crm',
      referencedTable: 'people',
      onDelete: 'CASCADE',
      onUpdate: 'SET NULL',
    }
    const tables = catalogTables({
      tables: [{ ...of, engine: 'InnoDB', comment: 'Things.' }],
      columns: [],
      keys: [key('PRIMARY', 'b'), key('PRIMARY', 'a'), key('u', 'c')],
      foreignKeys: [
        { ...of, ...reference, column: 'p', referencedColumn: 'id' },
        { ...of, ...reference, column: 'q', referencedColumn: 'no' },
      ],
      triggers: [],
      checks: [],
      sqlMode: lax,
    })
    expect(tables.get(tableName('shop', 'things'))).toMatchObject({
      comment: 'Things.',
      replicaIdentity: null,
      primaryKey: ['b', 'a'],
      uniqueKeys: [['c']],
      foreignKeys: [
        {
          columns: ['p', 'q'],
          references: 'crm.people',
          referencedColumns: ['id', 'no'],
          onDelete: 'cascade',
          onUpdate: 'set null',
        },
      ],
    })
  })
})

describe('the encryption of a connection to MariaDB', () => {
  it.each([
    ['disable', undefined],
    ['trust', { rejectUnauthorized: false }],
    ['verify-ca', { rejectUnauthorized: true, verifyIdentity: false }],
    ['Verify-Full', { rejectUnauthorized: true, verifyIdentity: true }],
  ])('is that of database.ssl.mode %s', (mode, expected) => {
    expect(encryptionOf(mode)).toEqual(expected)
  })

  it('is refused where the connector would not take it either', () => {
    expect(() => encryptionOf('prefer')).toThrow(/expected disable, trust, verify-ca or verify-full/)
  })
})

describe('the triggers of a table of MariaDB', () => {
  it('are told in words, and those of a guard are none of them', () => {
    const trigger = (name: string, timing: string, event: string) => ({ ...of, name, timing, event })
    const tables = catalogTables({
      tables: [{ ...of, engine: 'InnoDB', comment: '' }],
      columns: [],
      keys: [],
      foreignKeys: [],
      triggers: [trigger('audit', 'AFTER', 'DELETE'), trigger('falsework_guard_orders_12345678', 'BEFORE', 'INSERT')],
      checks: [],
      sqlMode: lax,
    })
    expect(tables.get(tableName('shop', 'things'))?.triggers).toEqual([
      { name: 'audit', timing: 'after', events: ['delete'] },
    ])
  })
})
