import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Column } from '../../../src/core/catalog/catalog.ts'
import { columnReaders } from '../../../src/core/expression/types/column-readers.ts'
import { comparable } from '../../../src/core/expression/types/comparison.ts'
import type { ColumnReader } from '../../../src/core/expression/types/expression-type.ts'
import { matchColumn, matchedTexts, matchText } from '../../../src/core/expression/types/matching.ts'
import { imageOf } from '../images.ts'
import { compiled, orders, settings } from './scopes.ts'

describe('the text under which rows are found', () => {
  const values = fc.array(fc.oneof(fc.string({ maxLength: 3 }), fc.integer({ min: -12, max: 12 })), { maxLength: 3 })

  it('is the same for the same values and no others', () => {
    fc.assert(
      fc.property(values, values, (a, b) => {
        const same = JSON.stringify(a.map(String)) === JSON.stringify(b.map(String))
        expect(matchText(a) === matchText(b)).toBe(same)
      }),
    )
  })

  it('is none where a value is null', () => {
    expect(matchText(['a', null])).toBeNull()
  })

  it('are told by the text that they have given', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), (values) => {
        expect(matchedTexts(matchText(values) ?? '')).toStrictEqual(values)
      }),
    )
  })
})

const column = (type: string): Column => ({ name: 'x', type, nullable: false })

function readerOf(type: string): ColumnReader {
  const reader = columnReaders({ ...orders, columns: [column(type)] }, settings).get('x')
  if (reader === undefined) throw new Error(`no reader of ${type}`)
  return reader
}

describe('a column and a value', () => {
  const types = fc.constantFrom('text', 'character(4)', 'character varying(4)', 'citext')
  const text = fc.string({ unit: fc.constantFrom('a', 'A', 'b', ' '), maxLength: 4 })

  it('match where the comparison of the language takes them for equal', () => {
    fc.assert(
      fc.property(types, types, text, text, (theirType, ourType, theirs, ours) => {
        const [reader, other] = [readerOf(theirType), readerOf(ourType)]
        const given = { ...compiled('after.status'), type: other.type, evaluate: () => ours }
        const match = matchColumn(reader, given)
        const how = comparable(reader.type, other.type)
        if (match === null || how === null) throw new Error('texts are compared')
        const found = match.theirs(imageOf({ x: theirs })) === match.ours([])
        expect(found).toBe(how.equal(how.left(theirs), how.right(ours)))
      }),
    )
  })

  it('bring the values of the column in one way where the form is one', () => {
    fc.assert(
      fc.property(types, types, types, text, (theirType, first, second, value) => {
        const reader = readerOf(theirType)
        const [a, b] = [first, second].map((type) =>
          matchColumn(reader, { ...compiled('after.status'), type: readerOf(type).type }),
        )
        const row = imageOf({ x: value })
        if (a?.form === b?.form) expect(a?.theirs(row)).toBe(b?.theirs(row))
      }),
    )
  })
})
