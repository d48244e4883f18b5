/** Functions of lists, and of the length of text. */
import type { ValueType } from '../../values/type.ts'
import type { Value } from '../../values/value.ts'
import { describeType } from '../expression-type.ts'
import { arithmetic, isNumeric } from '../numbers.ts'
import { asInt, type FunctionDeclaration, refused, resolved, whole } from './declaration.ts'

export const listFunctions: readonly FunctionDeclaration[] = [
  {
    name: 'size',
    summary: 'How many elements a list, or characters a text, has.',
    parameters: [{ name: 'x', kinds: ['list', 'rows', 'string', 'enum'] }],
    examples: [
      ['size([1, 2, 3])', '3'],
      ["size('Lamp')", '4'],
    ],
    failure: 'never',
    resolve: ([x]) =>
      resolved({ kind: 'int' }, x?.type.kind === 'list' || x?.type.kind === 'rows' ? listSize : textSize),
  },
  {
    name: 'at',
    summary: 'The element of a list at a position from 0; null where there is none.',
    parameters: [{ name: 'x', kinds: ['list'] }, whole('position')],
    examples: [
      ["at(['a', 'b'], 1)", '"b"'],
      ["at(['a', 'b'], 2)", 'null'],
    ],
    failure: 'never',
    resolve: ([x]) => {
      if (x?.type.kind !== 'list') return refused('FW2202', 0, 'takes a list')
      const apply = (items: Value | undefined, position: Value | undefined): Value =>
        items === null || position === null ? null : ((items as readonly Value[])[asInt(position)] ?? null)
      return resolved(x.type.element.type, apply, { nulls: 'accept', nullable: true, whyNull: 'a list may be shorter' })
    },
  },
  {
    name: 'sum',
    summary: 'The sum of a list of numbers; 0 of an empty one. Class overflow.',
    parameters: [{ name: 'x', kinds: ['list'] }],
    examples: [['sum([1, 2, 3])', '6']],
    failure: 'possible',
    resolve: ([x]) => {
      if (x?.type.kind !== 'list' || x.type.element.nullable || !isNumeric(x.type.element.type)) {
        return refused('FW2202', 0, `takes a list of numbers, got ${describeType(x?.type ?? { kind: 'null' })}`)
      }
      const element = x.type.element.type
      const addition = arithmetic('+', element, element)
      if (addition === null) return refused('FW2202', 0, `cannot add ${describeType(element)}`)
      const zero: Value = element.kind === 'long' || element.kind === 'decimal' ? 0n : 0
      const type: ValueType =
        element.kind === 'decimal' ? { ...element, precision: Math.min(38, element.precision + 6) } : addition.result
      return resolved(type, (items) =>
        (items as readonly Value[]).reduce((total, item) => addition.apply(total, item), zero),
      )
    },
  },
]

const listSize = (value: Value | undefined): Value => (value as readonly Value[]).length
const textSize = (value: Value | undefined): Value => Array.from(value as string).length
