/** Functions of parts of a text. */
import { comparable } from '../../types/comparison.ts'
import { describeType } from '../../types/expression-type.ts'
import { adaptLiteral } from '../../types/literals.ts'
import { looseHint } from '../../elaborate/operand-problems.ts'
import {
  type Argument,
  asInt,
  asText,
  constantInt,
  constantText,
  type FunctionDeclaration,
  type Parameter,
  refused,
  type Resolution,
  resolved,
  text,
} from '../declaration.ts'
import { trimBlanks } from '../../types/comparison.ts'

/** Far more than any field of fixed width has. */
const paddedMax = 1000

const words = (name: string): Parameter => ({ name, kinds: ['string', 'enum'] })

export const textPartFunctions: readonly FunctionDeclaration[] = [
  {
    name: 'startsWith',
    summary: 'Whether the text begins with another one, compared as == compares them.',
    parameters: [words('x'), words('prefix')],
    examples: [["startsWith('A-17', 'A-')", 'true']],
    gives: 'bool',
    failure: 'never',
    resolve: ([x, y]) => found(x, y, (whole, part) => whole.startsWith(part)),
  },
  {
    name: 'endsWith',
    summary: 'Whether the text ends with another one, compared as == compares them.',
    parameters: [words('x'), words('suffix')],
    examples: [["endsWith('A-17', '17')", 'true']],
    gives: 'bool',
    failure: 'never',
    resolve: ([x, y]) => found(x, y, (whole, part) => whole.endsWith(part)),
  },
  {
    name: 'contains',
    summary: 'Whether another text is part of the text, compared as == compares them.',
    parameters: [words('x'), words('part')],
    examples: [["contains('A-17', '-')", 'true']],
    gives: 'bool',
    failure: 'never',
    resolve: ([x, y]) => found(x, y, (whole, part) => whole.includes(part)),
  },
  {
    name: 'substring',
    summary: 'The characters from one position up to before another, both from 0; what there is of them.',
    parameters: [text(), constantInt('from'), { ...constantInt('to'), presence: 'optional' }],
    examples: [
      ["substring('A-17', 2)", '"17"'],
      ["substring('A-17', 0, 1)", '"A"'],
      ["substring('A', 2, 4)", '""'],
    ],
    gives: 'string',
    failure: 'never',
    resolve: ([x, from, to]) => {
      const [start, end] = [asInt(from?.constant), to === undefined ? null : asInt(to.constant)]
      if (start < 0) return refused('FW2207', 1, 'a position is 0 or more')
      if (end !== null && end <= start) return refused('FW2207', 2, `a part that begins at ${start} ends behind it`)
      const whole = unpadded(x)
      return resolved({ kind: 'string' }, (value) =>
        Array.from(whole(asText(value)))
          .slice(start, end ?? undefined)
          .join(''),
      )
    },
  },
  pad('padStart', { where: 'before', apply: (value, filling) => filling + value, example: '"007"' }),
  pad('padEnd', { where: 'behind', apply: (value, filling) => value + filling, example: '"700"' }),
  {
    name: 'set',
    summary: 'The words of a text with commas between them, as a SET column of MySQL is captured.',
    parameters: [text()],
    examples: [
      ["set('red,blue')", '["red","blue"]'],
      ["set('')", '[]'],
    ],
    gives: 'list<string>',
    failure: 'never',
    resolve: ([x]) => {
      const whole = unpadded(x)
      const type = { kind: 'list', element: { type: { kind: 'string' }, nullable: false } } as const
      return resolved(type, (value) => {
        const members = whole(asText(value))
        return members === '' ? [] : members.split(',')
      })
    },
  },
]

function pad(
  name: string,
  how: {
    readonly where: string
    readonly apply: (value: string, filling: string) => string
    readonly example: string
  },
): FunctionDeclaration {
  return {
    name,
    summary: `The text with one character as often ${how.where} it as makes it n characters long.`,
    parameters: [text(), constantInt('n'), constantText('fill')],
    examples: [[`${name}('7', 3, '0')`, how.example]],
    gives: 'string',
    failure: 'never',
    resolve: ([x, n, fill]) => {
      const [length, character] = [asInt(n?.constant), asText(fill?.constant)]
      if (length < 1 || length > paddedMax) return refused('FW2207', 1, `a length is 1 to ${paddedMax}`)
      if (Array.from(character).length !== 1) return refused('FW2207', 2, 'the text is filled with one character')
      const whole = unpadded(x)
      return resolved({ kind: 'string' }, (value) => {
        const given = whole(asText(value))
        // A long text is left as it is, without looking at all of its characters.
        const missing = given.length >= length * 2 ? 0 : length - Array.from(given).length
        return how.apply(given, character.repeat(Math.max(0, missing)))
      })
    },
  }
}

/** Blanks that the column pads with are not of its value. */
const unpadded = (x: Argument | undefined): ((value: string) => string) =>
  x?.type.kind === 'string' && x.type.padded === true ? trimBlanks : (value) => value

function found(
  x: Argument | undefined,
  y: Argument | undefined,
  test: (whole: string, part: string) => boolean,
): Resolution {
  if (x === undefined || y === undefined) return refused('FW2202', 0, 'takes two texts')
  // A constant beside citext is citext, as it is in SQL.
  const how = comparable(x.type, (adaptLiteral(y.part, x.type) ?? y.part).type)
  if (how === null) {
    return refused('FW2202', 0, `cannot compare ${describeType(x.type)} with ${describeType(y.type)}`, looseHint)
  }
  return resolved({ kind: 'bool' }, (whole = null, part = null) =>
    test(asText(how.left(whole)), asText(how.right(part))),
  )
}
