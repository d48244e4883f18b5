/** Functions that say what null means. */
import type { ValueType } from '../../values/type.ts'
import type { Value } from '../../values/value.ts'
import { comparable } from '../comparison.ts'
import { describeType, type ExpressionType, isValueType } from '../expression-type.ts'
import { isNumeric, meet, widen } from '../numbers.ts'
import { type Argument, type FunctionDeclaration, refused, type Resolution, resolved } from './declaration.ts'

const anyKind: readonly ExpressionType['kind'][] = [
  'bool',
  'int',
  'long',
  'float',
  'double',
  'decimal',
  'bigdecimal',
  'string',
  'enum',
  'uuid',
  'json',
  'bytes',
  'date',
  'time',
  'localdatetime',
  'timestamp',
  'duration',
  'list',
]

export const nullFunctions: readonly FunctionDeclaration[] = [
  {
    name: 'coalesce',
    summary: 'The first argument that is not null.',
    parameters: [
      { name: 'x', kinds: anyKind },
      { name: 'y', kinds: anyKind, presence: 'repeated' },
    ],
    examples: [
      ["coalesce(null, 'x')", '"x"'],
      ['coalesce(null, 7)', '7'],
    ],
    failure: 'never',
    resolve: (given) => coalesce(given),
  },
  {
    name: 'nullIf',
    summary: 'Null where the value equals the second argument: nullIf(x, 0).',
    parameters: [
      { name: 'x', kinds: anyKind },
      { name: 'y', kinds: anyKind },
    ],
    examples: [
      ['nullIf(0, 0)', 'null'],
      ["nullIf('a', 'b')", '"a"'],
    ],
    failure: 'never',
    resolve: ([x, y]) => nullIf(x, y),
  },
]

function coalesce(given: readonly Argument[]): Resolution {
  const types = given.map(({ type }) => type).filter((type) => type.kind !== 'null')
  const joined = types.length === 0 ? null : types.reduce<ExpressionType | null>(common, types[0] ?? null)
  if (joined === null || !isValueType(joined)) {
    const spelled = given.map(({ type, nullable }) => describeType(type, nullable)).join(', ')
    return refused('FW2202', 0, `the arguments have no common type: ${spelled}`)
  }
  const bring = given.map(({ type }) => converter(type, joined))
  const nullable = given.every((argument) => argument.nullable)
  const apply = (...values: readonly Value[]): Value => {
    for (let at = 0; at < values.length; at++) {
      const value = values[at] ?? null
      if (value !== null) return bring[at]?.(value) ?? null
    }
    return null
  }
  return resolved(joined, apply, { nulls: 'accept', nullable, whyNull: 'all its arguments may be null' })
}

function nullIf(x: Argument | undefined, y: Argument | undefined): Resolution {
  if (x === undefined || y === undefined || !isValueType(x.type)) return refused('FW2202', 0, 'null has no type')
  const how = comparable(x.type, y.type)
  if (how === null) {
    return refused('FW2202', 1, `cannot compare ${describeType(x.type)} with ${describeType(y.type)}`)
  }
  const apply = (a: Value | undefined, b: Value | undefined): Value => {
    const value = a ?? null
    const unwanted = b ?? null
    if (value === null || unwanted === null) return value
    return how.equal(how.left(value), how.right(unwanted)) ? null : value
  }
  return resolved(x.type, apply, { nulls: 'accept', nullable: true, whyNull: 'nullIf gives null' })
}

function common(a: ExpressionType | null, b: ExpressionType): ExpressionType | null {
  if (a === null) return null
  if (isNumeric(a) && isNumeric(b)) return describeType(a) === describeType(b) ? a : meet(a, b)
  if (isText(a) && isText(b)) return a.kind === b.kind ? a : { kind: 'string' }
  return describeType(a) === describeType(b) ? a : null
}

const isText = (type: ExpressionType): boolean => type.kind === 'string' || type.kind === 'enum'

function converter(from: ExpressionType, to: ValueType): (value: Value) => Value {
  return isNumeric(from) && isNumeric(to) ? widen(from, to) : (value) => value
}
