/** Functions that say what null means. */
import { isZeroDate } from '../types/zero-dates.ts'
import { alternatives } from '../types/alternatives.ts'
import { comparable } from '../types/comparison.ts'
import { describeType, isValueType } from '../types/expression-type.ts'
import { adaptLiteral } from '../types/literals.ts'
import { operandHint } from '../elaborate/operand-problems.ts'
import { anyKind, type Argument, type FunctionDeclaration, refused, type Resolution } from './declaration.ts'

export const nullFunctions: readonly FunctionDeclaration[] = [
  {
    name: 'coalesce',
    summary: 'The first argument that is not null; those behind it are not evaluated.',
    parameters: [
      { name: 'x', kinds: anyKind },
      { name: 'y', kinds: anyKind, presence: 'repeated' },
    ],
    examples: [
      ["coalesce(null, 'x')", '"x"'],
      ['coalesce(null, 7)', '7'],
      ['string(coalesce(ymdOrNull(20260131), ymd(19700101)))', '"2026-01-31"'],
    ],
    gives: 'the type that the arguments meet in',
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
    gives: 'the type of x, or null',
    failure: 'never',
    resolve: ([x, y]) => nullIf(x, y),
  },
]

function coalesce(given: readonly Argument[]): Resolution {
  const joined = alternatives(given.map(({ part }) => part))
  if (joined === null || !isValueType(joined.type)) {
    const spelled = given.map(({ part }) => describeType(part.type, part.nullable)).join(', ')
    const hint = operandHint(
      given.map(({ type }) => type.kind),
      '',
    )
    return refused('FW2202', 0, `the arguments have no common type: ${spelled}`, hint)
  }
  const { evaluations } = joined
  const [first, second] = evaluations
  return {
    kind: 'composed',
    type: joined.type,
    nullable: given.every(({ part }) => part.nullable),
    whyNull: 'all its arguments may be null',
    compose: () => {
      if (evaluations.length === 2 && first !== undefined && second !== undefined) {
        return (frame) => first(frame) ?? second(frame)
      }
      return (frame) => {
        for (const evaluate of evaluations) {
          const value = evaluate(frame)
          if (value !== null) return value
        }
        return null
      }
    },
  }
}

function nullIf(x: Argument | undefined, y: Argument | undefined): Resolution {
  if (x === undefined || y === undefined || !isValueType(x.type)) return refused('FW2202', 0, 'null has no type')
  const other = adaptLiteral(y.part, x.type) ?? y.part
  const how = comparable(x.type, other.type)
  if (how === null) {
    return refused('FW2202', 1, `cannot compare ${describeType(x.type)} with ${describeType(y.type)}`)
  }
  if (x.part.origin?.column.zeroDates === true && !isZeroDate(y.part)) {
    return refused('FW2221', 1, `${x.part.origin.place} may hold 0000-00-00, and this is not what it arrives as`)
  }
  const [wanted, unwanted] = [x.part.evaluate, other.evaluate]
  return {
    kind: 'composed',
    type: x.type,
    nullable: true,
    whyNull: 'nullIf gives null',
    compose: () => (frame) => {
      const value = wanted(frame)
      if (value === null) return null
      const nothing = unwanted(frame)
      return nothing !== null && how.equal(how.left(value), how.right(nothing)) ? null : value
    },
  }
}
