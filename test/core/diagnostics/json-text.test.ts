import { describe, expect, it } from 'vitest'
import { parseJsonText } from '../../../src/core/diagnostics/json-text.ts'

const parse = (text: string) => parseJsonText({ text, file: 'a.json' })

describe('JSON text', () => {
  it('gives its value', () => {
    expect(parse('{"a": [1]}')).toEqual({ kind: 'json', json: { a: [1] } })
  })

  it.each([
    ['{"a": 1,}', 1, 9],
    ['{\n "a": 1\n "b": 2}', 3, 2],
    ['{"a": "x\ny"}', 1, 9],
    ['{\n "long enough a name": oops,\n "another one": 1}', 2, 24],
    ['oops', 1, 1],
    ['{\n "a": [1\n', 3, 1],
    ['', 1, 1],
  ])('has the place of the mistake in %j', (text, line, column) => {
    expect(parse(text)).toMatchObject({ kind: 'mistake', place: { file: 'a.json', line, column } })
  })

  it('says what is wrong without quoting the file', () => {
    expect(parse('{\n "long enough a name": oops,\n "another one": 1}')).toMatchObject({
      message: "not JSON: Unexpected token 'o'",
    })
    expect(parse('{"a": 1,}')).toMatchObject({ message: 'not JSON: Expected double-quoted property name' })
  })
})
