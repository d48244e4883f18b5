/** What is said of operands that cannot be: which null, which conversion is missing. */
import { describeType, type ExpressionType } from '../types/expression-type.ts'
import type { Reporter } from '../syntax/reporter.ts'
import type { Node } from '../syntax/syntax.ts'
import type { Typed } from '../types/typed.ts'

/** `'-' on int?: before.qty may be null: before is null on insert; use coalesce(before.qty, 0)` */
export function nullableOperand(reporter: Reporter, node: Node, operand: Typed): null {
  const operator = node.kind === 'binary' || node.kind === 'unary' ? `'${node.operator}'` : 'a condition'
  if (operand.type.kind === 'null') {
    return reporter.complain('FW2210', operand.node, { message: `${operator} does not take null` })
  }
  const text = reporter.text(operand.node)
  const message = `${operator} on ${describeType(operand.type, true)}: ${reasonOf(operand, text)}; ${remedy(operand.type, text)}`
  return reporter.complain('FW2210', operand.node, { message })
}

/** Why a part may be null, in words that name it. */
export function reasonOf(operand: Typed, text: string): string {
  const { whyNull } = operand
  if (whyNull === null) return `${text} may be null`
  return whyNull.startsWith(`${text} `) ? whyNull : `${text} may be null: ${whyNull}`
}

const defaults: Readonly<Partial<Record<ExpressionType['kind'], string>>> = {
  int: '0',
  long: '0',
  decimal: '0',
  double: '0',
  float: '0',
  string: "''",
  bool: 'false',
}

/** What to write for a value that may be null. */
export const remedy = (type: ExpressionType, text: string): string =>
  `use coalesce(${text}, ${defaults[type.kind] ?? '…'})`

/** What to write for a value that may be null where none may stand: say what null means, or publish nothing without it. */
export function requiredRemedy(operand: Typed, text: string, first: 'default' | 'guard'): string {
  const [, cause = 'null'] = /^([\w.]+) (?:is|may) /.exec(reasonOf(operand, text).split(' where ').at(-1) ?? '') ?? []
  // A name, or a path of members, is itself what a guard can speak of.
  const missing = /^[\w.]+$/.test(text) ? text : cause
  const otherwise = remedy(operand.type, text)
  if (missing === 'null') return otherwise
  const guard = `when: "${missing} != null"`
  return first === 'guard'
    ? `${guard} publishes nothing without it, or ${otherwise}`
    : `${otherwise}, or ${guard} to publish nothing without it`
}

/** What to write where `isLoose` texts would be compared. */
export const looseHint = 'what a function makes of the text is compared as it is: lower(x), or trim(x)'

/** The function that brings operands of these kinds together. */
export function operandHint(kinds: readonly string[], operator: string): string {
  const has = (...wanted: string[]): boolean => wanted.every((kind) => kinds.includes(kind))
  if (has('localdatetime', 'timestamp')) return 'a local time becomes an instant with zoned(x, zone) or utc(x)'
  if (has('bigdecimal')) return 'a numeric without scale becomes a decimal with decimal(x, precision, scale)'
  if (operator === '/' && has('decimal')) return 'decimals are divided with div(x, y, scale)'
  if (has('date') && (operator === '+' || operator === '-')) return 'days are added with addDays(x, days)'
  const exact = has('decimal') ? 'decimal' : has('long') ? 'long' : null
  if (exact !== null && (has('double') || has('float'))) {
    return 'a double becomes a decimal with decimal(x, precision, scale)'
  }
  const numbers = ['int', 'long', 'decimal', 'bool', 'date', 'timestamp', 'uuid']
  if (has('string') && numbers.some((kind) => has(kind))) return 'other values become text with string(x)'
  return ''
}

/** The function that makes an argument of a function's parameter. */
export function argumentHint(given: string, kinds: readonly string[]): string {
  if (kinds.includes(given)) return ''
  if (given === 'localdatetime' && kinds.includes('timestamp')) return operandHint(['localdatetime', 'timestamp'], '')
  if (given === 'timestamp' && kinds.includes('localdatetime')) {
    return kinds.length === 1 ? 'it is an instant already' : 'an instant becomes a local time with local(x, zone)'
  }
  if (given === 'rows' && kinds.includes('list')) return 'values of rows are x.map(r, r.column)'
  if (given === 'string' && kinds.includes('int')) return 'a text becomes a number with int(x) or long(x)'
  if (given === 'string' && kinds.includes('date')) return 'a text becomes a date with date(x)'
  if ((given === 'double' || given === 'float') && kinds.includes('decimal'))
    return operandHint(['double', 'decimal'], '')
  return ''
}
