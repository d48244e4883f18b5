import { describe, expect, it } from 'vitest'
import type { MariadbSettings } from '../../../src/core/capture/connector/capture-settings.ts'
import { type Column, tableName } from '../../../src/core/catalog/catalog.ts'
import { columnReaders } from '../../../src/core/expression/types/column-readers.ts'
import type { ValueType } from '../../../src/core/values/type.ts'

const settings: MariadbSettings = {
  database: 'mariadb',
  format: 'json',
  decimalHandling: 'string',
  timePrecision: 'adaptive_time_microseconds',
  binaryHandling: 'hex',
  unsignedBigints: 'long',
}

function typeOf(column: Omit<Column, 'name' | 'nullable'>): ValueType | undefined {
  const columns = [{ name: 'x', nullable: false, ...column }]
  const table = { name: tableName('crm', 'people'), columns, primaryKey: [], uniqueKeys: [], foreignKeys: [] }
  return columnReaders({ ...table, replicaIdentity: null }, settings).get('x')?.type
}

describe('a column of MariaDB in an expression', () => {
  it('compares as its collation does: byte by byte, without trailing blanks, or in a way that nobody can repeat', () => {
    expect(typeOf({ type: 'varchar(9)' })).toEqual({ kind: 'string' })
    expect(typeOf({ type: 'varchar(9)', collation: 'padded' })).toEqual({ kind: 'string', trailingBlanks: 'ignored' })
    expect(typeOf({ type: 'varchar(9)', collation: 'folded' })).toEqual({
      kind: 'string',
      trailingBlanks: 'ignored',
      equality: 'caseless',
    })
    expect(typeOf({ type: 'varchar(9)', collation: 'nondeterministic' })).toEqual({
      kind: 'string',
      equality: 'unknown',
    })
  })

  it('of an enum compares by its values', () => {
    expect(typeOf({ type: "enum('a','b')", values: ['a', 'b'] })).toEqual({ kind: 'enum', values: ['a', 'b'] })
  })
})
