/** Functions of lists, and of the length of text. */
import type { ValueType } from '../../values/type.ts'
import type { Value } from '../../values/value.ts'
import { ValueError } from '../../values/value-error.ts'
import { checkDigits, checkInt, checkLong, decimalDigitsMax, isNumeric, type NumericType } from '../types/numbers.ts'
import { describeType, elementType } from '../types/expression-type.ts'
import {
  type Argument,
  asInt,
  asText,
  type FunctionDeclaration,
  refused,
  type Resolution,
  resolved,
  whole,
} from './declaration.ts'

export const listFunctions: readonly FunctionDeclaration[] = [
  {
    name: 'size',
    summary: 'How many elements a list, or characters a text, has.',
    parameters: [{ name: 'x', kinds: ['list', 'rows', 'string', 'enum'] }],
    examples: [
      ['size([1, 2, 3])', '3'],
      ["size('Lamp')", '4'],
    ],
    gives: 'int',
    failure: 'never',
    resolve: ([x]) =>
      resolved({ kind: 'int' }, x?.type.kind === 'list' || x?.type.kind === 'rows' ? listSize : textSize),
  },
  {
    name: 'at',
    summary: 'The element of a list at a position from 0; null where there is none.',
    parameters: [{ name: 'x', kinds: ['list', 'rows'] }, whole('position')],
    examples: [
      ["at(['a', 'b'], 1)", '"b"'],
      ["at(['a', 'b'], 2)", 'null'],
    ],
    gives: 'an element, or null',
    failure: 'never',
    resolve: ([x]) => {
      const element = x === undefined ? null : elementType(x.type)
      if (element === null) return refused('FW2202', 0, 'takes a list')
      const apply = (items: Value | undefined, position: Value | undefined): Value =>
        (items as readonly Value[])[asInt(position)] ?? null
      return resolved(element, apply, { nullable: true, whyNull: 'a list may be shorter' })
    },
  },
  {
    name: 'sum',
    summary: 'The sum of a list of numbers; 0 of an empty one. Class overflow.',
    parameters: [{ name: 'x', kinds: ['list'] }],
    examples: [
      ['sum([1, 2, 3])', '6'],
      ['sum([9.99, 0.01])', '"10.00"'],
      ['sum([2147483647, 1])', '!overflow'],
    ],
    gives: 'the type of the elements, decimals with six digits more',
    failure: 'possible',
    resolve: ([x]) => sum(x),
  },
]

const listSize = (value: Value | undefined): Value => (value as readonly Value[]).length

/** Characters as people count them in a database: code points, not UTF-16 units. */
const textSize = (value: Value | undefined): Value => Array.from(asText(value)).length

/** A sum of decimals has digits for a million elements more than one of them. */
const digitsOfCount = 6

function sum(x: Argument | undefined): Resolution {
  if (x?.type.kind !== 'list') return refused('FW2202', 0, 'takes a list of numbers')
  const { type, nullable } = x.type.element
  if (!isNumeric(type) || type.kind === 'bigdecimal' || nullable) {
    const hint = nullable ? 'elements that may be null: list.map(x, coalesce(x, 0))' : ''
    return refused('FW2202', 0, `takes a list of numbers, got ${describeType(x.type)}`, hint)
  }
  const result = sumType(type)
  const check = checkOf(result)
  if (type.kind === 'long' || type.kind === 'decimal') {
    return resolved(result, (items) => {
      let total = 0n
      for (const item of items as readonly Value[]) {
        if (typeof item !== 'bigint') throw new ValueError('overflow', 'a number without end')
        total += item
      }
      return check(total)
    })
  }
  return resolved(result, (items) => check((items as readonly number[]).reduce((total, item) => total + item, 0)))
}

function sumType(type: NumericType): ValueType {
  if (type.kind !== 'decimal') return type.kind === 'float' ? { kind: 'double' } : type
  return { kind: 'decimal', precision: Math.min(decimalDigitsMax, type.precision + digitsOfCount), scale: type.scale }
}

/** The total is checked, not what comes before it: the order of the elements must not matter. */
function checkOf(type: ValueType): (total: number | bigint) => Value {
  switch (type.kind) {
    case 'int':
      return (total) => checkInt(Number(total))
    case 'long':
      return (total) => checkLong(BigInt(total))
    case 'decimal':
      return (total) => checkDigits(BigInt(total), type.precision)
    default:
      return (total) => total
  }
}
