/** One type for several alternatives: the branches of a condition, the items of a list, what coalesce chooses from. */
import type { TextEquality, ValueType } from '../../values/type.ts'
import { isText } from './comparison.ts'
import { describeType, type ExpressionType, isValueType } from './expression-type.ts'
import { adaptLiteral } from './literals.ts'
import type { Typed } from './typed.ts'
import { isNumeric, meet, widen } from './numbers.ts'

export interface Alternatives {
  readonly type: ExpressionType
  /** In the order of the parts, each giving a value of `type`, or null. */
  readonly evaluations: readonly Typed['evaluate'][]
}

/** Exact widenings only; a literal takes the type of the others, null goes with anything. Null where there is no such type. */
export function alternatives(parts: readonly Typed[]): Alternatives | null {
  const typed = parts.filter(({ type }) => type.kind !== 'null')
  const leading = typed.filter(({ literal }) => literal === null)
  const literals = typed.filter(({ literal }) => literal !== null)
  const [first] = [...leading, ...literals]
  if (first === undefined) return { type: { kind: 'null' }, evaluations: parts.map(({ evaluate }) => evaluate) }
  let type: ExpressionType = first.type
  for (const part of [...leading, ...literals]) {
    if (adaptLiteral(part, type) !== null) continue
    const wider = commonType(type, part.type)
    if (wider === null) return null
    type = wider
  }
  return { type, evaluations: parts.map((part) => brought(part, type)) }
}

function brought(part: Typed, type: ExpressionType): Typed['evaluate'] {
  if (part.type.kind === 'null') return part.evaluate
  const literal = adaptLiteral(part, type)
  if (literal !== null) return literal.evaluate
  if (!isNumeric(part.type) || !isNumeric(type)) return part.evaluate
  const { evaluate } = part
  const convert = widen(part.type, type)
  return (frame) => convert(evaluate(frame))
}

function commonType(a: ExpressionType, b: ExpressionType): ExpressionType | null {
  if (isNumeric(a) && isNumeric(b)) return describeType(a) === describeType(b) ? a : meet(a, b)
  if (isText(a) && isText(b)) return commonText(a, b)
  if (a.kind === 'row' && b.kind === 'row') return a.table === b.table ? a : null
  return isValueType(a) && isValueType(b) && describeType(a) === describeType(b) ? a : null
}

type TextType = Extract<ValueType, { kind: 'string' | 'enum' }>

/** Where any of them is blank-padded, so may be the value; citext beside other text is text. */
function commonText(a: TextType, b: TextType): TextType {
  if (a.kind === 'enum' && b.kind === 'enum') return { kind: 'enum', values: [...new Set([...a.values, ...b.values])] }
  const padded = [a, b].some((type) => type.kind === 'string' && type.padded === true)
  const isIgnored = [a, b].some((type) => type.kind === 'string' && type.trailingBlanks === 'ignored')
  const equality = commonEquality(equalityOf(a), equalityOf(b))
  return {
    kind: 'string',
    ...(padded && { padded }),
    ...(isIgnored && { trailingBlanks: 'ignored' }),
    ...(equality !== undefined && { equality }),
  }
}

const equalityOf = (type: TextType): TextEquality | undefined => (type.kind === 'string' ? type.equality : undefined)

const commonEquality = (a: TextEquality | undefined, b: TextEquality | undefined): TextEquality | undefined =>
  a === 'unknown' || b === 'unknown' ? 'unknown' : a === b ? a : undefined
