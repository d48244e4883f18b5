import { describe, expect, it } from 'vitest'
import { commaList, list, mapOf, nullable, object, optional, required } from '../../../src/core/shape/composites.ts'
import { located, refine } from '../../../src/core/shape/modifiers.ts'
import { describeKeys } from '../../../src/core/shape/describe.ts'
import { bool, custom, integer, matching, oneOf, refusal, scalar, text } from '../../../src/core/shape/scalars.ts'
import { fromJson, fromYaml } from './documents.ts'

const even = custom('an even number of letters', (written) =>
  written.length % 2 === 0 ? written : refusal('has an odd number of letters', 'add one'),
)

const house = object({
  street: required(text, 'Where it stands.'),
  floors: required(integer(1, 99), 'How many it has.'),
  heated: optional(bool, 'Whether it is warm.'),
  style: optional(oneOf(['gothic', 'modern']), 'How it looks.'),
  rooms: optional(
    mapOf(matching('a name in lower case', /^[a-z]+$/), object({ doors: required(integer(), 'Ways out.') })),
    'By name.',
  ),
  owners: optional(commaList(text, 1), 'Whose it is.'),
  motto: optional(even, 'Over the door.'),
})

const wanted = { street: 'Elm', floors: 2, heated: true, style: 'modern', owners: ['a', 'b'], motto: 'fear' }

describe('a shape', () => {
  it('reads YAML and JSON alike', () => {
    expect(
      fromYaml(house, 'street: Elm\nfloors: 2\nheated: true\nstyle: modern\nowners: [a, b]\nmotto: fear\n'),
    ).toEqual(wanted)
    expect(fromJson(house, JSON.stringify(wanted))).toEqual(wanted)
  })

  it('takes a text in YAML by its place, whatever it looks like', () => {
    expect(fromYaml(list(text), '[1, true, 0x10, "2", ""]')).toEqual(['1', 'true', '0x10', '2', ''])
    expect(fromYaml(commaList(text), 'a, b')).toEqual(['a', 'b'])
  })

  it('leaves out what is not written', () => {
    expect(fromYaml(house, '{street: Elm, floors: 1}')).toEqual({ street: 'Elm', floors: 1 })
  })

  it('tells null from nothing only where it was asked to', () => {
    const anchor = object({ anchor: required(nullable(integer()), 'Where it holds.') })
    expect(fromJson(anchor, '{"anchor": null}')).toEqual({ anchor: null })
    expect(fromJson(anchor, '{}')).toEqual({ mistakes: ['1:1 anchor is missing'] })
    expect(fromJson(object({ a: required(text, 'A.') }), '{"a": null}')).toEqual({
      mistakes: ['1:7 a: expected a text, got nothing'],
    })
  })

  it('says where a value stands', () => {
    expect(fromYaml(list(located(text)), '- a\n- bc\n')).toMatchObject([
      {},
      { value: 'bc', spot: { start: 6, end: 8 } },
    ])
  })

  it('takes scalars as they are written where a number is a text', () => {
    expect(fromJson(list(scalar), '[1.50, true, "x"]')).toEqual(['1.50', 'true', 'x'])
    expect(fromJson(scalar, '{}')).toEqual({
      mistakes: ['1:1 expected a text, a number, or true or false, got an empty map'],
    })
  })

  it.each([
    ['street: [Elm]\nfloors: 2', ['1:9 street: expected a text, got a list']],
    ['floors: 2', ['1:1 street is missing']],
    ['street: Elm\nfloors: 0x10', ['2:9 floors: expected a whole number from 1 to 99, got "0x10"']],
    ['street: Elm\nfloors: 100', ['2:9 floors: expected a whole number from 1 to 99, got "100"']],
    ['street: Elm\nfloors:', ['2:1 floors: expected a whole number from 1 to 99, got nothing']],
    ['street: Elm\nfloors: 2\nheated: yes', ['3:9 heated: expected true or false, got "yes"']],
    [
      'street: Elm\nfloors: 2\nstyle: modren',
      ['3:8 style: expected one of gothic, modern, got "modren"; did you mean "modern"?'],
    ],
    [
      'street: Elm\nflors: 2\nstreet: Oak',
      [
        '2:1 unknown key flors; did you mean "floors"? (have street, floors, heated, style, rooms, owners, motto)',
        '3:1 street is there twice',
      ],
    ],
    [
      'street: Elm\nfloors: 2\nrooms: {Hall: {doors: 1}, attic: {doors: -1}}',
      [
        '3:9 rooms.Hall: expected a name in lower case, got "Hall"',
        '3:42 rooms.attic.doors: expected a whole number from 0, got "-1"',
      ],
    ],
    ['street: Elm\nfloors: 2\nowners: []', ['3:9 owners: expected a list that is not empty, got an empty list']],
    ['street: Elm\nfloors: 2\nmotto: odd', ['3:8 motto: has an odd number of letters; add one']],
    ['street: Elm\nfloors: 2\nmotto: {}', ['3:8 motto: expected an even number of letters, got an empty map']],
    ['- a', ['1:1 expected a map, got a list']],
    ['street: &a Elm\nfloors: *a', ['1:9 an anchor (&) is not read', '2:9 an alias (*) is not read']],
    ['street: "Elm', ['1:13 Missing closing "quote']],
    ['', ['1:1 expected a map, got nothing']],
  ])('names all mistakes in YAML with their places: %j', (written, mistakes) => {
    expect(fromYaml(house, written)).toEqual({ mistakes })
  })

  it.each([
    [
      '{"street": 1, "floors": "2"}',
      ['1:12 street: expected a text, got 1', '1:25 floors: expected a whole number from 1 to 99, got "2"'],
    ],
    ['{"street": "Elm", "floors": 2.0}', ['1:29 floors: expected a whole number from 1 to 99, got 2.0']],
    [
      '{"street": "Elm",\n "floors": 9007199254740993}',
      ['2:12 floors: expected a whole number from 1 to 99, got 9007199254740993'],
    ],
    ['{"street": "Elm", "street": "Oak", "floors": 2}', ['1:19 street is there twice']],
  ])('takes no kind for another in JSON: %j', (written, mistakes) => {
    expect(fromJson(house, written)).toEqual({ mistakes })
  })

  it('takes no integer that a double does not hold', () => {
    expect(fromJson(integer(), '9007199254740991')).toBe(9007199254740991)
    expect(fromJson(integer(), '9007199254740993')).toMatchObject({ mistakes: [expect.any(String)] })
  })

  it('is judged as a whole where its parts speak of each other', () => {
    const pair = refine(
      object({ low: required(integer(), 'From.'), high: required(integer(), 'To.') }),
      (value, complain) => (value.low <= value.high ? [value.low, value.high] : complain(['high'], 'is below low')),
    )
    expect(fromYaml(pair, 'low: 1\nhigh: 2')).toEqual([1, 2])
    expect(fromYaml(pair, 'low: 3\nhigh: 2')).toEqual({ mistakes: ['2:7 high: is below low'] })
  })

  it.each([
    ['YAML', fromYaml, '[', ']'],
    ['YAML', fromYaml, '- ', ''],
    ['JSON', fromJson, '[', ']'],
  ])('ends at a depth of %s, whatever is nested', (_, from, open, close) => {
    const nested = (depth: number): string => `${open.repeat(depth)}a${close.repeat(depth)}`
    expect(from(text, nested(200))).toMatchObject({ mistakes: [expect.stringMatching('nested deeper than 100')] })
    expect(from(text, nested(10_000))).toMatchObject({ mistakes: [expect.any(String)] })
  })

  it('says the place of each of many mistakes at once', () => {
    const { mistakes } = fromYaml(list(integer()), '- x\n'.repeat(10_000)) as { readonly mistakes: readonly string[] }
    expect(mistakes).toHaveLength(10_000)
    expect(mistakes.at(-1)).toMatch(/^10000:3 /)
  })

  it('describes its keys', () => {
    expect(describeKeys(house.form).map(({ path, presence }) => `${path} ${presence}`)).toEqual([
      'street required',
      'floors required',
      'heated optional',
      'style optional',
      'rooms optional',
      'rooms.<name>.doors required',
      'owners optional',
      'motto optional',
    ])
  })
})
