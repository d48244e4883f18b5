/** How a value of a column stands in an event: its Avro type, the expression that gives it, and examples for fixtures. */
import type { JsonObject } from '../diagnostics/json-object.ts'
import { describeType } from '../expression/types/expression-type.ts'
import { formatDecimal } from '../values/decimal-text.ts'
import type { Nullable, ValueType } from '../values/type.ts'

type AvroJson = string | JsonObject

/** A value as YAML has it. */
export type Example = string | readonly string[]

export interface FieldForm {
  readonly avro: AvroJson
  /** From the path of the column, such as `after.id`. */
  readonly expression: (path: string) => string
  /** Two values, in a row and in the event alike. */
  readonly examples: readonly [Example, Example]
}

/** `unmapped` goes on after "column x". A row may have to have a value of it all the same. */
interface Unmapped {
  readonly unmapped: string
  readonly examples?: FieldForm['examples']
}

const asIs = (path: string): string => path
const asText = (path: string): string => `string(${path})`

const logical = (type: string, logicalType: string): AvroJson => ({ type, logicalType })

const simple: Partial<Record<ValueType['kind'], FieldForm>> = {
  bool: { avro: 'boolean', expression: asIs, examples: ['true', 'false'] },
  int: { avro: 'int', expression: asIs, examples: ['1', '2'] },
  long: { avro: 'long', expression: asIs, examples: ['1', '2'] },
  float: { avro: 'float', expression: asIs, examples: ['1.5', '2.5'] },
  double: { avro: 'double', expression: asIs, examples: ['1.5', '2.5'] },
  bytes: { avro: 'bytes', expression: asIs, examples: ['01', '02'] },
  bigdecimal: { avro: 'string', expression: asText, examples: ['1.5', '2.5'] },
  date: { avro: logical('int', 'date'), expression: asIs, examples: ['2026-01-31', '2026-02-28'] },
  time: { avro: 'string', expression: asText, examples: ['10:00:00', '11:00:00'] },
  timestamp: {
    avro: logical('long', 'timestamp-micros'),
    expression: asIs,
    examples: ['2026-01-31T10:00:00.000000Z', '2026-02-28T10:00:00.000000Z'],
  },
  localdatetime: {
    avro: logical('long', 'local-timestamp-micros'),
    expression: asIs,
    examples: ['2026-01-31T10:00:00.000000', '2026-02-28T10:00:00.000000'],
  },
  json: { avro: 'string', expression: asIs, examples: ['{"a": 1}', '{"a": 2}'] },
  uuid: {
    avro: 'string',
    expression: asIs,
    examples: ['00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002'],
  },
}

/** What a draft makes of values of the type. */
export function fieldForm(type: ValueType): FieldForm | Unmapped {
  const form = simple[type.kind]
  if (form !== undefined) return form
  switch (type.kind) {
    case 'string':
      return { avro: 'string', expression: type.padded === true ? trimmed : asIs, examples: ['a', 'b'] }
    case 'enum':
      return { avro: 'string', expression: asIs, examples: twoOf(type.values) }
    case 'decimal':
      return decimalForm(type)
    case 'list':
      return listForm(type.element)
    default:
      return { unmapped: `is ${describeType(type)}, which has no form in a contract by itself` }
  }
}

/** What tells events of one row from those of others; null for a type that has no text of its own. */
export function keyExpression(type: ValueType, path: string): string | null {
  if (type.kind === 'string') return type.padded === true ? trimmed(path) : path
  const texts = ['enum', 'uuid', 'int', 'long', 'bool', 'decimal', 'date', 'time', 'timestamp', 'localdatetime']
  return texts.includes(type.kind) ? asText(path) : null
}

function listForm({ type, nullable }: Nullable<ValueType>): FieldForm | Unmapped {
  const element = fieldForm(type)
  if (element.examples === undefined) return element
  const [first, second] = element.examples
  const examples = [[first].flat(), [second].flat()] as const
  if ('unmapped' in element || element.expression('x') !== 'x') {
    return { unmapped: `is a list of ${describeType(type)}: map its elements by hand`, examples }
  }
  return {
    avro: { type: 'array', items: nullable ? ['null', element.avro] : element.avro },
    expression: asIs,
    examples,
  }
}

const trimmed = (path: string): string => `trim(${path})`

const twoOf = ([first = '', second = first]: readonly string[]): readonly [string, string] => [first, second]

/** Avro's decimals have a scale between nothing and their precision; PostgreSQL's others leave as text. */
function decimalForm({ precision, scale }: Extract<ValueType, { kind: 'decimal' }>): FieldForm {
  const examples = [formatDecimal({ unscaled: 1n, scale }), formatDecimal({ unscaled: 2n, scale })] as const
  if (scale < 0 || scale > precision) return { avro: 'string', expression: asText, examples }
  return { avro: { type: 'bytes', logicalType: 'decimal', precision, scale }, expression: asIs, examples }
}
