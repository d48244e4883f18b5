/** Functions of text. */
import { RE2JS } from 're2js'
import { formatDecimal } from '../../capture/decode/decimal-codecs.ts'
import { formatInstant } from '../../capture/decode/instant-text.ts'
import { dateOf } from '../../capture/decode/calendar.ts'
import type { ExpressionType } from '../expression-type.ts'
import type { Value } from '../../values/value.ts'
import {
  asInt,
  asText,
  constantInt,
  constantText,
  plainText,
  type FunctionDeclaration,
  refused,
  resolved,
  simple,
  text,
} from './declaration.ts'

const stringType = { kind: 'string' } as const

export const textFunctions: readonly FunctionDeclaration[] = [
  {
    name: 'string',
    summary: 'The value as text: digits for numbers, ISO 8601 for dates and times, true and false for bool.',
    parameters: [
      {
        name: 'x',
        kinds: [
          'string',
          'enum',
          'uuid',
          'int',
          'long',
          'bool',
          'decimal',
          'date',
          'timestamp',
          'localdatetime',
          'json',
        ],
      },
    ],
    examples: [
      ['string(42)', '"42"'],
      ['string(true)', '"true"'],
      ['string(1.50)', '"1.50"'],
      ["string(date('2026-01-31'))", '"2026-01-31"'],
    ],
    failure: 'never',
    resolve: ([x]) => resolved(stringType, x === undefined ? asText : spell(x.type)),
  },
  simple({
    name: 'upper',
    summary: 'The text in upper case, by the rules of Unicode and of no language.',
    parameters: [text()],
    examples: [["upper('shop-é')", '"SHOP-É"']],
    failure: 'never',
    result: stringType,
    apply: (x) => asText(x).toUpperCase(),
  }),
  simple({
    name: 'lower',
    summary: 'The text in lower case, by the rules of Unicode and of no language.',
    parameters: [text()],
    examples: [["lower('Ann@Example.ORG')", '"ann@example.org"']],
    failure: 'never',
    result: stringType,
    apply: (x) => asText(x).toLowerCase(),
  }),
  simple({
    name: 'trim',
    summary: 'The text without white space at both ends.',
    parameters: [text()],
    examples: [["trim(' A-1  ')", '"A-1"']],
    failure: 'never',
    result: stringType,
    apply: (x) => asText(x).trim(),
  }),
  simple({
    name: 'digits',
    summary: 'The digits 0 to 9 of the text, everything else left out.',
    parameters: [text()],
    examples: [["digits('+49 (30) 12-3')", '"4930123"']],
    failure: 'never',
    result: stringType,
    apply: (x) => asText(x).replace(/[^0-9]/g, ''),
  }),
  simple({
    name: 'first',
    summary: 'The first n characters.',
    parameters: [text(), constantInt('n')],
    examples: [["first('Lamp', 2)", '"La"']],
    failure: 'never',
    personalData: 'clears',
    result: stringType,
    apply: (x, n) => Array.from(asText(x)).slice(0, asInt(n)).join(''),
  }),
  simple({
    name: 'last',
    summary: 'The last n characters.',
    parameters: [text(), constantInt('n')],
    examples: [
      ["last('4930123', 4)", '"0123"'],
      ["last('ab', 4)", '"ab"'],
    ],
    failure: 'never',
    personalData: 'clears',
    result: stringType,
    apply: (x, n) => lastOf(Array.from(asText(x)), asInt(n)).join(''),
  }),
  simple({
    name: 'replace',
    summary: 'The text with every occurrence of one constant text replaced by another.',
    parameters: [text(), constantText('from'), constantText('to')],
    examples: [["replace('A-1-B', '-', '/')", '"A/1/B"']],
    failure: 'never',
    result: stringType,
    apply: (x, from, to) => asText(x).replaceAll(asText(from), () => asText(to)),
  }),
  simple({
    name: 'split',
    summary: 'The parts of the text between a constant separator.',
    parameters: [text(), constantText('separator')],
    examples: [["size(split('a;b;c', ';'))", '3']],
    failure: 'never',
    result: { kind: 'list', element: { type: stringType, nullable: false } },
    apply: (x, separator) => asText(x).split(asText(separator)),
  }),
  {
    name: 'matches',
    summary: 'Whether a constant pattern (RE2 syntax, linear time) is found in the text.',
    parameters: [text(), constantText('pattern')],
    examples: [
      ["matches('A-17', '^[A-Z]-[0-9]+$')", 'true'],
      ["matches('A-17', '^[0-9]+$')", 'false'],
    ],
    failure: 'never',
    resolve: ([, pattern]) => {
      try {
        const compiled = RE2JS.compile(asText(pattern?.constant))
        return resolved({ kind: 'bool' }, (x) => compiled.matcher(asText(x)).find())
      } catch (error) {
        return refused('FW2207', 1, error instanceof Error ? error.message : 'not a pattern')
      }
    },
  },
]

const lastOf = (characters: readonly string[], count: number): readonly string[] =>
  characters.slice(Math.max(0, characters.length - count))

function spell(type: ExpressionType): (value: Value | undefined) => Value {
  switch (type.kind) {
    case 'decimal':
      return (value) => formatDecimal({ unscaled: value as bigint, scale: type.scale })
    case 'date':
      return (value) => {
        const { year, month, day } = dateOf(value as number)
        const two = (part: number): string => String(part).padStart(2, '0')
        return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`
      }
    case 'timestamp':
      return (value) => formatInstant(value as bigint)
    case 'localdatetime':
      return (value) => formatInstant(value as bigint).replace(/Z$/, '')
    default:
      return (value) => plainText(value ?? null)
  }
}
