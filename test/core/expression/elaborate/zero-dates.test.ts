import { describe, expect, it } from 'vitest'
import { compileExpression } from '../../../../src/core/expression/compile.ts'
import type { Frame, Scope } from '../../../../src/core/expression/types/scope.ts'
import { columnReaders } from '../../../../src/core/expression/types/column-readers.ts'
import type { RowType } from '../../../../src/core/expression/types/expression-type.ts'
import { imageOf } from '../../../../src/core/capture/image/value-image.ts'
import { type Table, tableName } from '../../../../src/core/catalog/catalog.ts'
import { compiled, source, updateScope } from '../scopes.ts'

const zero = (name: string, type: string) => ({ name, type, nullable: false, zeroDates: true })
const table: Table = {
  name: tableName('crm', 'orders'),
  columns: [
    zero('day', 'date'),
    zero('at', 'datetime'),
    zero('seen', 'timestamp'),
    { name: 'id', type: 'int(11)', nullable: false },
    { name: 'text', type: 'varchar(10)', nullable: false },
  ],
  primaryKey: ['id'],
  uniqueKeys: [],
  foreignKeys: [],
  replicaIdentity: null,
}
const columns = columnReaders(table, {
  database: 'mariadb',
  format: 'json',
  decimalHandling: 'string',
  timePrecision: 'adaptive_time_microseconds',
  binaryHandling: 'hex',
  unsignedBigints: 'long',
})
const row: RowType = { kind: 'row', name: 'row', table, columns }
const scope = (): Scope => ({ ...updateScope(), bindings: new Map([['row', { slot: 0, type: row, nullable: false }]]) })

function mistakes(text: string): readonly (readonly [code: string, hint: string | undefined])[] {
  const result = compileExpression(source(text), scope())
  return result.kind === 'compiled' ? [] : result.problems.map(({ code, hint }) => [code, hint] as const)
}

const spoken = {
  day: "nullIf(row.day, date('1970-01-01'))",
  at: "nullIf(row.at, dateTime('1970-01-01 00:00', 'yyyy-MM-dd HH:mm'))",
  seen: 'nullIf(row.seen, epochSeconds(0))',
}

describe('a column that may hold zero dates', () => {
  it.each(Object.entries(spoken))('row.%s is not read as it is, and the hint says how', (name, hint) => {
    expect(mistakes(`row.${name}`)).toEqual([['FW2221', hint]])
    expect(mistakes(hint)).toEqual([])
  })

  it('is not compared either, nor read in the other place of nullIf', () => {
    expect(mistakes("row.day == date('2026-01-31')")).toHaveLength(1)
    expect(mistakes("nullIf(date('1970-01-01'), row.day)")).toHaveLength(1)
  })

  it('is compared with what zero dates arrive as, and nothing else', () => {
    expect(mistakes("nullIf(row.day, date('2026-01-31'))")).toEqual([['FW2221', undefined]])
    expect(mistakes('nullIf(row.day, date(row.text))')).toHaveLength(1)
  })

  it('is null at the beginning of 1970, and itself on any other day', () => {
    const frame = (day: number): Frame => [imageOf({ id: 1, day, at: 0, seen: '1970-01-01T00:00:00Z' })]
    expect(compiled(spoken.day, scope()).evaluate(frame(0))).toBeNull()
    expect(compiled(spoken.day, scope()).evaluate(frame(1))).toBe(1)
    expect(compiled(spoken.at, scope()).evaluate(frame(0))).toBeNull()
    expect(compiled(spoken.seen, scope()).evaluate(frame(0))).toBeNull()
  })
})
