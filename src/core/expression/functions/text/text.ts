/** Functions of text. */
import { RE2JS } from 're2js'
import { formatDecimal } from '../../../values/decimal-text.ts'
import { formatDate, formatInstant } from '../../../values/instant-text.ts'
import { elementType, type ExpressionType } from '../../types/expression-type.ts'
import type { ValueType } from '../../../values/type.ts'
import type { BigDecimal, Value } from '../../../values/value.ts'
import {
  type Argument,
  asText,
  constantInt,
  constantText,
  plainText,
  type FunctionDeclaration,
  refused,
  resolved,
  simple,
  text,
} from '../declaration.ts'
import { counted } from './counted.ts'

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
          'bigdecimal',
          'date',
          'time',
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
      ['string(hm(1430))', '"14:30:00"'],
    ],
    gives: 'string',
    failure: 'never',
    resolve: ([x]) => resolved(stringType, x === undefined ? asText : spell(x.type)),
  },
  {
    name: 'upper',
    summary: 'The text in upper case, by the rules of Unicode and of no language.',
    parameters: [text()],
    examples: [["upper('shop-é')", '"SHOP-É"']],
    gives: 'string',
    failure: 'never',
    resolve: ([x]) => resolved(cased(x), (value) => asText(value).toUpperCase()),
  },
  {
    name: 'lower',
    summary: 'The text in lower case, by the rules of Unicode and of no language.',
    parameters: [text()],
    examples: [["lower('Ann@Example.ORG')", '"ann@example.org"']],
    gives: 'string',
    failure: 'never',
    resolve: ([x]) => resolved(cased(x), (value) => asText(value).toLowerCase()),
  },
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
  endOf('first', {
    at: 0,
    apply: (x, count) => Array.from(x).slice(0, count).join(''),
    examples: [
      ["first('Lamp', 2)", '"La"'],
      ['first([3, 1, 2])', '3'],
    ],
  }),
  endOf('last', {
    at: -1,
    apply: (x, count) => {
      const characters = Array.from(x)
      return characters.slice(Math.max(0, characters.length - count)).join('')
    },
    examples: [
      ["last('4930123', 4)", '"0123"'],
      ["last('ab', 4)", '"ab"'],
      ['last([3, 1, 2])', '2'],
    ],
  }),
  {
    name: 'replace',
    summary: 'The text with every occurrence of one constant text replaced by another.',
    parameters: [text(), constantText('from'), constantText('to')],
    examples: [["replace('A-1-B', '-', '/')", '"A/1/B"']],
    gives: 'string',
    failure: 'never',
    resolve: ([, from, to]) => {
      const [old, fresh] = [asText(from?.constant), asText(to?.constant)]
      if (old === '') return refused('FW2207', 1, 'the text to replace is empty')
      return resolved(stringType, (x) => asText(x).replaceAll(old, () => fresh))
    },
  },
  {
    name: 'split',
    summary: 'The parts of the text between a constant separator.',
    parameters: [text(), constantText('separator')],
    examples: [["size(split('a;b;c', ';'))", '3']],
    gives: 'list<string>',
    failure: 'never',
    resolve: ([, separator]) => {
      const between = asText(separator?.constant)
      if (between === '') return refused('FW2207', 1, 'the separator is empty')
      const type = { kind: 'list', element: { type: stringType, nullable: false } } as const
      return resolved(type, (x) => asText(x).split(between))
    },
  },
  {
    name: 'matches',
    summary: 'Whether a constant pattern (RE2 syntax, linear time) is found in the text.',
    parameters: [text(), constantText('pattern')],
    examples: [
      ["matches('A-17', '^[A-Z]-[0-9]+$')", 'true'],
      ["matches('A-17', '^[0-9]+$')", 'false'],
    ],
    gives: 'bool',
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

/** Of a text so many characters, of a list one element. */
function endOf(
  name: string,
  how: {
    readonly at: 0 | -1
    readonly apply: (text: string, count: number) => string
    readonly examples: FunctionDeclaration['examples']
  },
): FunctionDeclaration {
  const ofText = counted({ least: 1, apply: how.apply })
  return {
    name,
    summary: `The ${name} n characters of a text; or the ${name} element of a list or of rows, null where it is empty.`,
    parameters: [
      { name: 'x', kinds: ['string', 'enum', 'uuid', 'list', 'rows'] },
      { ...constantInt('n'), presence: 'optional' },
    ],
    examples: how.examples,
    gives: 'string; or an element, or null',
    failure: 'never',
    ...ofText,
    resolve: (given, scope) => {
      const [x, n] = given
      const element = x === undefined ? null : elementType(x.type)
      if (element === null) {
        return n === undefined
          ? refused('FW2202', 0, `needs a number of characters: ${name}(x, n)`)
          : ofText.resolve(given, scope)
      }
      if (n !== undefined) return refused('FW2202', 1, 'takes no number with a list')
      return resolved(element, (items) => (items as readonly Value[]).at(how.at) ?? null, {
        nullable: true,
        whyNull: 'a list may be empty',
      })
    },
  }
}

/** A blank-padded text stays one in capitals. */
const cased = (x: Argument | undefined): ValueType =>
  x?.type.kind === 'string' && x.type.padded === true ? { kind: 'string', padded: true } : stringType

function spell(type: ExpressionType): (value: Value | undefined) => Value {
  switch (type.kind) {
    case 'decimal':
      return (value) => formatDecimal({ unscaled: value as bigint, scale: type.scale })
    case 'bigdecimal':
      return (value) => formatDecimal(value as BigDecimal)
    case 'date':
      return (value) => formatDate(value as number)
    case 'time':
      return (value) => timeText(value as bigint)
    case 'timestamp':
      return (value) => formatInstant(value as bigint)
    case 'localdatetime':
      return (value) => formatInstant(value as bigint).replace(/Z$/, '')
    default:
      return (value) => plainText(value ?? null)
  }
}

const nsPerSecond = 1_000_000_000n

/** `14:30:00`, and microseconds where there are any. */
function timeText(nsOfDay: bigint): string {
  const seconds = Number(nsOfDay / nsPerSecond)
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  const us = (nsOfDay % nsPerSecond) / 1000n
  const fraction = us === 0n ? '' : `.${us.toString().padStart(6, '0')}`
  return parts.map((part) => part.toString().padStart(2, '0')).join(':') + fraction
}
