/** Functions of parts of a text, of JSON and of lists, on values that a row may hold. */
import { describe, expect, it } from 'vitest'
import type { Binding, Frame, Scope } from '../../../../src/core/expression/types/scope.ts'
import type { ValueType } from '../../../../src/core/values/type.ts'
import { POSITIVE_INFINITY } from '../../../../src/core/values/value.ts'
import { ValueError } from '../../../../src/core/values/value-error.ts'
import { compiled, rowOf, updateScope } from '../scopes.ts'
import { frameOf } from '../rows.ts'

const listOf = (type: ValueType, nullable = false): ValueType => ({ kind: 'list', element: { type, nullable } })

const values: Readonly<Record<string, readonly [type: ValueType, value: Frame[number], nullable?: true]>> = {
  text: [{ kind: 'string' }, 'A-💡-17'],
  padded: [{ kind: 'string', padded: true }, 'A-1   '],
  caseless: [{ kind: 'string', equality: 'caseless' }, 'Ann@Example.org'],
  loose: [{ kind: 'string', equality: 'unknown' }, 'x'],
  absent: [{ kind: 'string' }, null, true],
  flags: [{ kind: 'string' }, 'red,blue'],
  doc: [
    { kind: 'json' },
    '{"a": {"b c": [1, 12345678901234567890.10]}, "s": "x", "t": true, "n": null, "o": {"k": 1.0}}',
  ],
  lone: [{ kind: 'json' }, String.raw`{"a": "\ud800", "b": "\u0000"}`],
  deep: [{ kind: 'json' }, '['.repeat(200_000)],
  doubles: [listOf({ kind: 'double' }), [2, Number.NaN, -1, 0.5]],
  days: [listOf({ kind: 'date' }), [20_000, POSITIVE_INFINITY, 10]],
  gaps: [listOf({ kind: 'int' }, true), [3, null, 1, 3, null]],
  exact: [
    listOf({ kind: 'bigdecimal' }),
    [
      { unscaled: 150n, scale: 2 },
      { unscaled: 15n, scale: 1 },
      { unscaled: 0n, scale: 3 },
    ],
  ],
  data: [listOf({ kind: 'bytes' }), [Buffer.from('a'), Buffer.from('a')]],
  docs: [listOf({ kind: 'json' }), []],
}
const names = Object.keys(values)
const [items, none] = [names.length, names.length + 1]

function scope(): Scope {
  let slots = names.length + 2
  const rows: Omit<Binding, 'slot'> = { type: { kind: 'rows', row: rowOf('order') }, nullable: false }
  const bindings = new Map<string, Binding>([
    ['items', { slot: items, ...rows }],
    ['none', { slot: none, ...rows }],
  ])
  for (const [slot, [name, [type, , nullable = false]]] of Object.entries(values).entries()) {
    bindings.set(name, { slot, type, nullable })
  }
  return { ...updateScope(), bindings, takeSlot: () => slots++ }
}

const frame = (): Frame => [
  ...Object.values(values).map(([, value]) => value),
  ...frameOf([
    [
      { id: 2, sku: 'B' },
      { id: 1, sku: 'C' },
    ],
    [],
  ]),
]

function outcome(text: string): unknown {
  try {
    return compiled(text, scope()).evaluate(frame())
  } catch (error) {
    if (error instanceof ValueError) return `!${error.errorClass}`
    throw error
  }
}

describe('parts of a text', () => {
  it.each([
    ["startsWith(text, 'A-💡')", true],
    ["text.endsWith('17')", true],
    ["contains(text, '')", true],
    ["padded.endsWith('1')", true],
    ["padded.startsWith('A-1  ')", true],
    ["contains(caseless, 'EXAMPLE')", true],
    ["contains(lower(caseless), 'EXAMPLE')", false],
    ["startsWith(absent, 'x')", null],
    ['substring(text, 2, 3)', '💡'],
    ['text.substring(4)', '17'],
    ['substring(text, 6, 9)', ''],
    ['substring(padded, 2)', '1'],
    ["padStart(padded, 5, '0')", '00A-1'],
    ["padEnd(text, 8, '💡')", 'A-💡-17💡💡'],
    ["padStart(text, 2, '0')", 'A-💡-17'],
    ['join(set(flags), "|")', 'red|blue'],
    ["'blue' in set(flags)", true],
  ])('%s is %s', (text, value) => {
    expect(outcome(text)).toBe(value)
  })
})

describe('JSON', () => {
  it.each([
    ["json(doc, 's')", 'x'],
    ["json(doc, '$.t')", 'true'],
    ["json(doc, 'n')", null],
    ["json(doc, 'constructor')", null],
    ["json(doc, 's.length')", null],
    ["json(doc, 'a[0]')", null],
    [`json(doc, "a['b c'][1]")`, '12345678901234567890.10'],
    [`decimal(json(doc, "a['b c'][1]"), 30, 2)`, 1234567890123456789010n],
    ["json(doc, 'o')", '{"k":1.0}'],
    ["json(lone, 'a')", '!decode'],
    ["json(lone, 'b')", '!decode'],
    ["json(deep, 'a')", '!decode'],
    ["json(text, 'a')", '!decode'],
    ["json(absent, 'a')", null],
  ])('%s is %s', (text, value) => {
    expect(outcome(text)).toBe(value)
  })

  it('has all elements at a path as a list', () => {
    expect(outcome(`json(doc, "a['b c'][*]")`)).toEqual(['1', '12345678901234567890.10'])
    expect(outcome("json(doc, 's[*]')")).toEqual([])
  })
})

describe('lists', () => {
  it.each([
    ['min(doubles)', -1],
    ['max(doubles)', Number.NaN],
    ['min(doubles.filter(x, x > 5.0))', null],
    ['max(days)', '!badDate'],
    ['max(days) > min(days)', null],
    ['string(coalesce(min(days), date("1970-01-01")))', '1970-01-11'],
    ['max(gaps.filter(x, x != null))', 3],
    ['size(distinct(gaps))', 3],
    ['size(distinct(exact))', 2],
    ['size(distinct(data))', 1],
    ['first(gaps)', 3],
    ['last(gaps)', null],
    ['first(items).sku', 'B'],
    ['first(items.sortBy(x, x.id)).sku', 'C'],
    ['at(items, 1).sku', 'C'],
    ['last(none).sku', null],
    ['items.exists_one(x, x.id == 1)', true],
    ['items.exists_one(x, x.id > 0)', false],
    ['none.exists_one(x, x.id > 0)', false],
    ["join(items.map(x, x.sku), ', ')", 'B, C'],
  ])('%s is %s', (text, value) => {
    if (text === 'max(days) > min(days)') expect(() => outcome(text)).toThrow('FW2210')
    else expect(outcome(text)).toBe(value)
  })

  it('are sorted with what is no number behind all others', () => {
    expect(outcome('sort(doubles)')).toEqual([-1, 0.5, 2, Number.NaN])
    expect(outcome('doubles.sort().first()')).toBe(-1)
  })

  it.each([
    ['first(items).id', true],
    ['min(doubles)', true],
    ['distinct(gaps)', false],
    ["json(doc, 'a')", true],
    ["startsWith(absent, 'x')", true],
    ['gaps.filter(x, x != null)', false],
  ])('the type of %s says whether it may be null', (text, nullable) => {
    expect(compiled(text, scope()).nullable).toBe(nullable)
  })
})

describe('mistakes', () => {
  it.each([
    [
      "startsWith(loose, 'x')",
      'FW2202 startsWith(): cannot compare string of a collation that is not deterministic with string',
    ],
    ['substring(text, -1)', 'FW2207 substring(): a position is 0 or more'],
    ['substring(text, 2, 2)', 'FW2207 substring(): a part that begins at 2 ends behind it'],
    ["padStart(text, 0, 'x')", 'FW2207 padStart(): a length is 1 to 1000'],
    ["padEnd(text, 3, 'xy')", 'FW2207 padEnd(): the text is filled with one character'],
    ["json(doc, 'a..b')", 'FW2207 json(): the path is not of the form a.b[0]'],
    ["json(doc, '')", 'FW2207 json(): the path is not of the form a.b[0]'],
    ["json(doc, '.a')", 'FW2207 json(): the path is not of the form a.b[0]'],
    ['json(doc, text)', 'FW2204 json(): path must be a constant'],
    ['min(gaps)', 'FW2202 min(): takes no elements that may be null, got list<int?>'],
    ['sort(docs)', 'FW2202 sort(): takes a list of values that compare, got list<json>'],
    ['distinct(docs)', 'FW2202 distinct(): takes a list of values that compare, got list<json>'],
    ['distinct(items)', 'FW2202 distinct(): x takes list, got rows of public.orders'],
    ['join(doubles)', 'FW2202 join(): takes a list of texts, got list<double>'],
    ['join(gaps.map(x, absent))', 'FW2202 join(): takes no elements that may be null, got list<string?>'],
    ['first(text)', 'FW2202 first(): needs a number of characters: first(x, n)'],
    ['first(gaps, 2)', 'FW2202 first(): takes no number with a list'],
    ['items.sortBy(x, x.spare)', 'FW2202 sortBy() needs a key that is ordered and never null, got int?'],
    ['docs.sortBy(x, x)', 'FW2202 sortBy() needs a key that is ordered and never null, got json'],
    ['items.exists_one(x, x.id)', 'FW2205 exists_one() needs a condition, got long'],
  ])('%s', (text, message) => {
    expect(() => compiled(text, scope())).toThrow(message)
  })
})

it('personal data is that of the list, whatever is taken of it', () => {
  for (const text of ['first(items).email', 'first(items.map(x, x.email))', 'substring(first(items).email, 0, 2)']) {
    expect([...compiled(text, scope()).personalData], text).toEqual(['public.orders.email'])
  }
})
