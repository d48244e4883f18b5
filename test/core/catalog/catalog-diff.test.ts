import { describe, expect, it } from 'vitest'
import { catalogChanges } from '../../../src/core/catalog/catalog-diff.ts'
import { type Catalog, type SourceKind, tableName } from '../../../src/core/catalog/catalog.ts'

const name = tableName('shop', 'orders')

/** `name type`, each. */
function catalogOf(kind: SourceKind, columns: readonly string[]): Catalog {
  const table = {
    name,
    columns: columns.map((column) => {
      const [own = '', type = ''] = column.split(' ')
      return { name: own, type, nullable: true }
    }),
    primaryKey: [],
    uniqueKeys: [],
    foreignKeys: [],
    replicaIdentity: kind === 'postgres' ? ('default' as const) : null,
  }
  return { source: 's', kind, tables: new Map([[name, table]]) }
}

const told = (kind: SourceKind, before: readonly string[], after: readonly string[]): readonly string[] =>
  catalogChanges(catalogOf(kind, before), catalogOf(kind, after)).map((change) =>
    change.kind === 'columnRenamed'
      ? `${String(change.before)} > ${String(change.after)}`
      : `${change.kind} ${change.column ?? ''}`,
  )

describe.each(['postgres', 'mariadb'] as const)('the columns of a table on %s', (kind) => {
  it('are guessed to be renamed where a new one of the same type stands in their place', () => {
    expect(told(kind, ['id int', 'note text', 'at date'], ['id int', 'remark text', 'at date'])).toEqual([
      'note > remark',
    ])
  })

  it('are guessed to be renamed also where columns before them are gone, or are renamed as well', () => {
    expect(told(kind, ['a int', 'b text', 'c text', 'd date'], ['b text', 'x text', 'd date'])).toEqual([
      'columnDropped a',
      'c > x',
    ])
    expect(told(kind, ['a int', 'b text', 'c text'], ['a int', 'x text', 'y text'])).toEqual(['b > x', 'c > y'])
  })

  it('are dropped where what stands in their place was there before, or has another type', () => {
    expect(told(kind, ['id int', 'note text', 'at date'], ['id int', 'at date', 'remark text'])).toEqual([
      'columnDropped note',
      'columnAdded remark',
    ])
    expect(told(kind, ['id int', 'note text'], ['id int', 'remark date'])).toEqual([
      'columnDropped note',
      'columnAdded remark',
    ])
  })
})
