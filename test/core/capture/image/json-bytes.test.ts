import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { JsonBytes } from '../../../../src/core/capture/image/json-bytes.ts'
import { readValue } from '../../../../src/core/capture/image/json-value.ts'
import { parseExactly } from '../../../../src/core/values/exact-json.ts'
import { runs } from '../../../runs.ts'

function scan(text: string | Buffer): { readonly json: JsonBytes; readonly end: number } {
  const json = new JsonBytes()
  json.open(Buffer.from(text))
  return { json, end: json.valueEnd(0) }
}

const parses = (text: string): boolean => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

describe('the end of a value', () => {
  it.each([
    '"',
    '"\\',
    '"\\u12',
    '"a\n"',
    '"\\x"',
    '{"a"}',
    '{"a":}',
    '{,}',
    '[1,]',
    '[',
    '{"a":1',
    '-',
    '01',
    '1.',
    '.5',
  ])('is not found where it is malformed: %j', (text) => {
    expect(scan(text).end).toBe(-1)
  })

  it.each(['1e400', '1E-300', '7'.repeat(33), '['.repeat(40) + ']'.repeat(40), '{ "a":1}', '[1, 2]'])(
    'is left to the parser where it is rare: %s',
    (text) => {
      expect([scan(text).end, parses(text)]).toEqual([-1, true])
    },
  )

  it.each([
    '""',
    '"é"',
    '"\u007f"',
    '"\\u00e9\\n\\""',
    '"abcd"',
    '"abcde"',
    '-0',
    '1.5e10',
    'true',
    'false',
    'null',
    '{}',
    '[[]]',
  ])('is found: %s', (text) => {
    expect(scan(`${text},"more`).end).toBe(Buffer.byteLength(text))
  })

  it('is that of the whole text, or not found, for whatever can be written', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
        const text = JSON.stringify(value)
        const { json, end } = scan(text)
        if (end < 0) return
        expect(end).toBe(Buffer.byteLength(text))
        expect(readValue(json.bytes, 0, end, json.met === 0)).toEqual(parseExactly(text))
      }),
      { numRuns: runs(500) },
    )
  })

  it('is never found in what is no JSON', () => {
    const pieces = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      '\\',
      'a',
      'é',
      '1',
      '-',
      '.',
      'e',
      'null',
      ' ',
      '\t',
    )
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), (found) => {
        const text = Buffer.from(found.join(''))
        const { end } = scan(text)
        if (end >= 0) expect(parses(text.toString('utf8', 0, end))).toBe(true)
      }),
      { numRuns: runs(500) },
    )
  })
})
