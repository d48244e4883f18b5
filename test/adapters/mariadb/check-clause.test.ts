import { describe, expect, it } from 'vitest'
import { declaredValues, parseCheckClause } from '../../../src/adapters/mariadb/check-clause.ts'

/** As MariaDB 10.11 writes them into its information schema. */
describe('a CHECK of one column', () => {
  it.each([
    ["`q` in ('N','P')", { kind: 'values', column: 'q', values: ['N', 'P'] }],
    ["`q` in ('X','it\\'s','a\\\\b','')", { kind: 'values', column: 'q', values: ['X', "it's", 'a\\b', ''] }],
    ['`n` in (1,-2)', { kind: 'values', column: 'n', values: ['1', '-2'] }],
    ["`q` = 'N'", { kind: 'values', column: 'q', values: ['N'] }],
    ["`od``d` in ('N, P')", { kind: 'values', column: 'od`d', values: ['N, P'] }],
    ['json_valid(`j`)', { kind: 'json', column: 'j' }],
  ])('%s says what the column may hold', (clause, parsed) => {
    expect(parseCheckClause(clause)).toEqual(parsed)
  })

  it.each([
    "`q` in ('N','P') or `n` = 1",
    '`n` > 0',
    '`n` in (1,2 + 3)',
    'json_valid(`j`) and `n` = 1',
    '`nn` is not null',
  ])('%s says nothing that is understood here', (clause) => {
    expect(parseCheckClause(clause)).toBeNull()
  })
})

describe('the type of a column', () => {
  it.each([
    ["enum('a','b''c','d,e')", ['a', "b'c", 'd,e']],
    ["set('x','y')", ['x', 'y']],
    ["enum('')", ['']],
    ['varchar(3)', null],
  ])('%s declares its values', (type, values) => {
    expect(declaredValues(type)).toEqual(values)
  })
})
