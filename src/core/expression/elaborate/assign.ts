/** Whether the value of an expression can stand in a field of a contract, and how it gets there. */
import { nearestName } from '../../diagnostics/nearest-name.ts'
import type { Nullable, ValueType } from '../../values/type.ts'
import type { Value } from '../../values/value.ts'
import { checkDigits, isNumeric, type NumericType } from '../types/numbers.ts'
import { describeType, isValueType } from '../types/expression-type.ts'
import { adaptLiteral } from '../types/literals.ts'
import { reasonOf, requiredRemedy } from './operand-problems.ts'
import type { Reporter } from '../syntax/reporter.ts'
import type { Frame } from '../types/scope.ts'
import type { Typed } from '../types/typed.ts'

export interface Assigned {
  readonly evaluate: (frame: Frame) => Value
  readonly canFail: boolean
}

/** Widening is done, narrowing of decimals is checked at run time with a warning, everything else is refused. */
export function assign(
  reporter: Reporter,
  typed: Typed,
  target: { readonly name: string; readonly type: Nullable<ValueType> },
): Assigned | null {
  const { type, nullable } = target.type
  const given = adaptLiteral(typed, type) ?? typed
  if (given.nullable && !nullable) {
    const text = reporter.text(typed.node)
    const message = `${target.name} is required, ${reasonOf(typed, text)}`
    return reporter.complain('FW2211', typed.node, { message, hint: requiredRemedy(typed, text, 'default') })
  }
  if (given.type.kind === 'null') return { evaluate: given.evaluate, canFail: false }
  const stranger = firstStranger(given, type)
  if (stranger !== null && type.kind === 'enum') {
    return reporter.complain('FW2212', typed.node, {
      message: `${target.name} is one of ${type.values.join(', ')}, the expression can be '${stranger}'`,
      hint: nearest(stranger, type.values),
    })
  }
  const conversion = isValueType(given.type) ? convert(given.type, type) : null
  // A literal is known: what might be too large is.
  if (conversion === null || (conversion.checked && given.literal !== null)) {
    return reporter.complain('FW2212', typed.node, {
      message: `${target.name} is ${describeType(type, nullable)}, the expression is ${describeType(given.type, given.nullable)}`,
      hint: given.literal !== null && isNumeric(type) ? '' : hintFor(given.type.kind, type.kind),
    })
  }
  if (conversion.checked && type.kind === 'decimal') {
    reporter.complain('FW2213', typed.node, {
      message: `${describeType(given.type)} into ${describeType(type)}: overflow is checked at run time`,
    })
  }
  if (given.type.kind === 'string' && given.type.padded === true) {
    const text = reporter.text(typed.node)
    reporter.complain('FW2215', typed.node, { message: `${text} is padded with blanks`, hint: `use trim(${text})` })
  }
  const { evaluate } = given
  const { apply } = conversion
  return {
    canFail: given.failure !== 'never' || conversion.checked,
    evaluate:
      apply === null
        ? evaluate
        : (frame) => {
            const value = evaluate(frame)
            return value === null ? null : apply(value)
          },
  }
}

/** A value that the expression can have, and an enum field not. */
function firstStranger({ type, literal }: Typed, target: ValueType): string | null {
  if (target.kind !== 'enum') return null
  if (typeof literal?.value === 'string' && type.kind === 'string') return literal.value
  return type.kind === 'enum' ? (type.values.find((value) => !target.values.includes(value)) ?? null) : null
}

function nearest(name: string, names: readonly string[]): string {
  const near = nearestName(name, names)
  return near === null ? '' : `did you mean "${near}"?`
}

interface Conversion {
  /** null: the value is taken as it is. */
  readonly apply: ((value: Value) => Value) | null
  readonly checked: boolean
}

const asIs: Conversion = { apply: null, checked: false }

function convert(from: ValueType, to: ValueType): Conversion | null {
  if (isNumeric(from) && isNumeric(to)) return convertNumber(from, to)
  if (to.kind === 'string') return ['string', 'enum', 'uuid', 'json'].includes(from.kind) ? asIs : null
  if (to.kind === 'list' && from.kind === 'list') return convertList(from, to)
  return from.kind === to.kind && from.kind !== 'record' ? asIs : null
}

function convertList(
  from: Extract<ValueType, { kind: 'list' }>,
  to: Extract<ValueType, { kind: 'list' }>,
): Conversion | null {
  if (from.element.nullable && !to.element.nullable) return null
  const [source, target] = [from.element.type, to.element.type]
  if (
    source.kind === 'enum' &&
    target.kind === 'enum' &&
    !source.values.every((value) => target.values.includes(value))
  ) {
    return null
  }
  const element = convert(source, target)
  if (element === null) return null
  const { apply } = element
  if (apply === null) return element
  const each = (item: Value): Value => (item === null ? null : apply(item))
  return { apply: (value) => (value as readonly Value[]).map(each), checked: element.checked }
}

function convertNumber(from: NumericType, to: NumericType): Conversion | null {
  switch (to.kind) {
    case 'int':
      return from.kind === 'int' ? asIs : null
    case 'long':
      if (from.kind === 'int') return { apply: (value) => BigInt(value as number), checked: false }
      return from.kind === 'long' ? asIs : null
    case 'double':
      return from.kind === 'double' || from.kind === 'float' || from.kind === 'int' ? asIs : null
    case 'float':
      return from.kind === 'float' ? asIs : null
    case 'decimal':
      return convertDecimal(from, to)
    default:
      return null
  }
}

function convertDecimal(from: NumericType, to: Extract<NumericType, { kind: 'decimal' }>): Conversion | null {
  // Whole numbers become decimals by name: scaled(cents, 2) and decimal(units, 9, 2) are different things.
  if (from.kind !== 'decimal' || from.scale > to.scale) return null
  const factor = 10n ** BigInt(to.scale - from.scale)
  const checked = from.precision - from.scale > to.precision - to.scale
  if (!checked && factor === 1n) return asIs
  const { precision } = to
  return {
    checked,
    apply: checked
      ? (value) => checkDigits((value as bigint) * factor, precision)
      : (value) => (value as bigint) * factor,
  }
}

function hintFor(from: string, to: string): string {
  if (from === 'localdatetime' && to === 'timestamp') return 'use zoned(x, zone) or utc(x)'
  if (to === 'decimal' && (from === 'int' || from === 'long')) return 'use scaled(x, scale) for smallest units'
  if (from === 'timestamp' && to === 'localdatetime')
    return 'an instant goes into a field of logicalType timestamp-micros'
  if (to === 'decimal' && (from === 'double' || from === 'float')) return 'use decimal(x, precision, scale)'
  if (from === 'bigdecimal' && to === 'decimal') return 'use decimal(x, precision, scale)'
  if (from === 'string' && to === 'enum') return 'use a code table, whose words are known'
  if (from === 'row' || from === 'rows') return 'select a column'
  if (to === 'string') return 'use string(x)'
  if (from === 'long' && to === 'int') return 'use int(x), which is checked at run time'
  if (to === 'date' && (from === 'int' || from === 'long')) return 'use ymd(x)'
  return ''
}
