import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseArrayText } from '../../../src/core/audit/array-text.ts'

/** As PostgreSQL writes an element: in quotes where it must. */
function written(element: string | null): string {
  if (element === null) return 'NULL'
  const isPlain = element !== '' && !/[{}",\\\s]/.test(element) && element.toUpperCase() !== 'NULL'
  return isPlain ? element : `"${element.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
}

describe('the text of an array', () => {
  it('gives back its elements, whatever texts they are', () => {
    const element = fc.option(fc.oneof(fc.string(), fc.constantFrom('', 'NULL', 'null', '"', '\\', ',', '{}', ' ')))
    fc.assert(
      fc.property(fc.array(element), (elements) => {
        expect(parseArrayText(`{${elements.map(written).join(',')}}`)).toEqual(elements)
      }),
    )
  })

  it.each(['', '{', '{{a},{b}}', '[0:1]={a,b}', '{"a}', '{a,}', '{a"b"}'])('%s is none of one dimension', (text) => {
    expect(parseArrayText(text)).toBe(null)
  })
})
