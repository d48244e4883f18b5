import { describe, expect, it } from 'vitest'
import { tableRenames } from '../../../../src/core/capture/record/table-renames.ts'

const told = (ddl: string): readonly string[] => tableRenames(ddl, 'shop').map(({ from, to }) => `${from} > ${to}`)

describe('the tables that a statement renames', () => {
  it.each([
    ['RENAME TABLE later TO renamed', ['shop.later > shop.renamed']],
    ['rename tables if exists a to b, `old shop`.`c` to "d";', ['shop.a > shop.b', 'old shop.c > shop.d']],
    ['RENAME TABLE a WAIT 5 TO b, c NOWAIT TO d', ['shop.a > shop.b', 'shop.c > shop.d']],
    [
      '/* of a tool */ RENAME TABLE a TO spare, b TO a, spare TO b',
      ['shop.a > shop.spare', 'shop.b > shop.a', 'shop.spare > shop.b'],
    ],
    ['ALTER TABLE a RENAME TO b', ['shop.a > shop.b']],
    ['ALTER TABLE a RENAME b', ['shop.a > shop.b']],
    ['ALTER ONLINE TABLE other.a ADD COLUMN x int, RENAME AS `b`, ADD KEY (x)', ['other.a > shop.b']],
  ])('are told in their order: %s', (ddl, renames) => {
    expect(told(ddl)).toEqual(renames)
  })

  it.each([
    'ALTER TABLE orders RENAME COLUMN note TO remark',
    'ALTER TABLE orders RENAME INDEX a TO b, RENAME KEY c TO d',
    'ALTER TABLE orders ADD COLUMN rename_to int',
    'CREATE TABLE later (id int PRIMARY KEY)',
    'DROP TABLE `shapes`.`renamed`',
    '',
  ])('are none: %s', (ddl) => {
    expect(told(ddl)).toEqual([])
  })
})
