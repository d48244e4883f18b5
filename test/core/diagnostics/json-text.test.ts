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

  it.each([
    ['{"a": 1,\n "b": {"a": 2}, "a": 3}', '"a" is there twice', 2, 17],
    ['[{"a": 1}, {"b": {"c": 1, "\\u0063": 2}}]', '"\\u0063" is there twice', 1, 27],
    ['{"a\\"b": 1, "a\\"b": 2}', '"a\\"b" is there twice', 1, 13],
  ])('that says one thing twice is refused at the second: %j', (text, message, line, column) => {
    expect(parse(text)).toMatchObject({ kind: 'mistake', message, place: { line, column } })
  })

  it('may have one key in several objects, and the sign of a key within a text', () => {
    const json = { a: { b: 1 }, c: [{ b: 1 }, { b: '"b":' }, 'b', 'b'], '': { '': 1 } }
    expect(parse(JSON.stringify(json))).toEqual({ kind: 'json', json })
  })

  it.each([
    ['[', ']'],
    ['{"a":', '}'],
    ['[', ''],
  ])('is bounded in depth, closed or not: %s', (open, close) => {
    const text = (depth: number): string => `${open.repeat(depth)}1${close.repeat(depth)}`
    expect(parse(text(20_000))).toMatchObject({
      kind: 'mistake',
      message: 'more than 64 lists and objects within each other',
      place: { line: 1, column: open.length * 64 + 1 },
    })
    expect(parse(text(64)).kind).toBe(close === '' ? 'mistake' : 'json')
  })

  it('is bounded in size', () => {
    expect(parse(`"${'x'.repeat(16_777_216)}"`)).toMatchObject({
      kind: 'mistake',
      message: 'the file has 16777218 bytes, at most 16777216 are read',
    })
  })
})
