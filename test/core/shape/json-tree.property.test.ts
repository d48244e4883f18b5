import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseJson } from '../../../src/core/shape/json/json-tree.ts'
import { anyJson } from '../../../src/core/shape/json/json-value.ts'
import type { Tree } from '../../../src/core/shape/tree.ts'
import { fromJson } from './documents.ts'

function valueOf(tree: Tree): unknown {
  switch (tree.kind) {
    case 'nothing':
      return null
    case 'scalar':
      return tree.type === 'text' ? tree.text : (JSON.parse(tree.text) as unknown)
    case 'list':
      return tree.items.map(valueOf)
    case 'map':
      return Object.fromEntries(tree.entries.map(({ key, value }) => [key, valueOf(value)]))
  }
}

const spansOf = (tree: Tree): readonly { readonly start: number; readonly end: number; readonly value: unknown }[] => [
  { ...tree.spot, value: valueOf(tree) },
  ...(tree.kind === 'list' ? tree.items : tree.kind === 'map' ? tree.entries.map(({ value }) => value) : []).flatMap(
    spansOf,
  ),
]

const parses = (text: string): boolean => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

describe('the tree of a JSON text', () => {
  it('holds what JSON.parse reads, and each node stands where it says', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), fc.constantFrom('', '  ', '\t'), (value, indent) => {
        const text = JSON.stringify(value, null, indent)
        const parsed = parseJson(text)
        if (parsed.kind !== 'tree') throw new Error(parsed.mistakes[0]?.message)
        expect(valueOf(parsed.tree)).toEqual(JSON.parse(text))
        for (const { start, end, value: one } of spansOf(parsed.tree))
          expect(JSON.parse(text.slice(start, end))).toEqual(one)
      }),
    )
  })

  it('is there exactly when JSON.parse reads the text', () => {
    const damaged = fc
      .tuple(
        fc.jsonValue({ maxDepth: 3 }),
        fc.nat(),
        fc.constantFrom('', ',', '"', '}', ']', '\\', '0', '\n', '-', 'e'),
      )
      .map(([value, at, letter]) => {
        const text = JSON.stringify(value)
        const position = at % (text.length + 1)
        return text.slice(0, position) + letter + text.slice(position + 1)
      })
    fc.assert(
      fc.property(damaged, (text) => parseJson(text).kind === (parses(text) ? 'tree' : 'mistakes')),
      {
        numRuns: 500,
      },
    )
  })

  it.each([
    ['{"a": "b",}', 10, `not JSON: expected a key in quotes, got "}"`],
    ['{"a" 1}', 5, `not JSON: expected ':', got "1"`],
    ['[1 2]', 3, `not JSON: expected ',' or ']', got "2"`],
    ['{"a": 1', 7, `not JSON: expected ',' or '}', got the end`],
    ['[1] x', 4, `not JSON: expected the end, got "x"`],
    ['["a]', 1, 'not JSON: a text that does not end'],
    ['["\\x"]', 1, 'not JSON: a text with a line break, a control character or an unknown escape'],
    ['01', 1, `not JSON: expected the end, got "1"`],
    ['', 0, 'not JSON: expected a value, got the end'],
    ['{"a":'.repeat(20_000), 505, 'not JSON: nested deeper than 100'],
  ])('or the first mistake with its place: %j', (text, start, message) => {
    expect(parseJson(text)).toMatchObject({ mistakes: [{ spot: { start }, message }] })
  })
})

const roundedIn = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (_name, one: unknown) => (typeof one === 'bigint' ? Number(one) : one)))

describe('the value of a JSON text', () => {
  it('is what JSON.parse gives, and whole numbers that it would round are exact', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        const text = JSON.stringify(value)
        expect(roundedIn(fromJson(anyJson, text))).toEqual(JSON.parse(text))
      }),
    )
    expect(fromJson(anyJson, '[9007199254740993, 1e300]')).toEqual([9007199254740993n, 1e300])
  })

  it('may have one key in several objects, and none twice in one, however it is spelled', () => {
    expect(fromJson(anyJson, '{"a": {"b": 1}, "c": [{"b": 1}]}')).toEqual({ a: { b: 1 }, c: [{ b: 1 }] })
    expect(fromJson(anyJson, '[{"a": 1}, {"b": {"c": 1, "\\u0063": 2}}]')).toEqual({
      mistakes: ['1:27 [1].b: c is there twice'],
    })
  })
})
