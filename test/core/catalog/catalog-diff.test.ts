import { describe, expect, it } from 'vitest'
import { catalogChanges } from '../../../src/core/catalog/catalog-diff.ts'
import { type Catalog, type SourceKind, tableName, type Trigger } from '../../../src/core/catalog/catalog.ts'

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

describe('the triggers of a table', () => {
  it('are told when one came, went or was disabled, and not in which order they stand', () => {
    const withTriggers = (...triggers: readonly Trigger[]): Catalog => {
      const catalog = catalogOf('postgres', ['id int'])
      return { ...catalog, tables: new Map([...catalog.tables].map(([key, table]) => [key, { ...table, triggers }])) }
    }
    const touch: Trigger = { name: 'touch', timing: 'before', events: ['insert', 'update'] }
    const audit: Trigger = { name: 'audit', timing: 'after', events: ['delete'] }
    const changed = (before: Catalog, after: Catalog) =>
      catalogChanges(before, after).map((change) => [change.kind, change.before, change.after])
    expect(changed(catalogOf('postgres', ['id int']), withTriggers(touch))).toEqual([
      ['triggers', null, 'touch before insert or update'],
    ])
    expect(changed(withTriggers(touch, audit), withTriggers({ ...audit, disabled: true }))).toEqual([
      ['triggers', 'audit after delete, touch before insert or update', 'audit after delete disabled'],
    ])
    expect(changed(withTriggers(touch, audit), withTriggers(audit, touch))).toEqual([])
    expect(changed(withTriggers(), catalogOf('postgres', ['id int']))).toEqual([])
  })
})
