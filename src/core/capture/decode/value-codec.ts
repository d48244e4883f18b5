/** One type's way between Debezium's JSON value and ours; null and absent are dealt with above. */
import type { ValueType } from '../../values/type.ts'
import type { Value } from '../../values/value.ts'
import { ValueError } from '../../values/value-error.ts'
import type { CaptureSettings } from '../connector/capture-settings.ts'

export interface ValueCodec {
  readonly type: ValueType
  /** Raises ValueError `decode` when the JSON value is not of the form that the connector's settings promise. */
  readonly decode: (raw: unknown) => Value
  /** The JSON value that the connector would send for it. */
  readonly encode: (value: Value) => unknown
}

/** What a codec may depend on, beside the name of the type. */
export interface CodecContext {
  readonly column: string
  /** What stands in parentheses after the type's name: `[10, 2]` for `numeric(10,2)`. */
  readonly modifiers: readonly number[]
  /** Values of an enum type, where the catalog knows them. */
  readonly values: readonly string[] | undefined
  readonly settings: CaptureSettings
}

export type CodecFactory = (context: CodecContext) => ValueCodec

/** Says what was expected and which kind of JSON value came; never the value. */
export function decodeError(column: string, expected: string, raw: unknown): ValueError {
  return new ValueError('decode', `column ${column}: expected ${expected}, got ${kindOf(raw)}`)
}

export function encodeError(column: string, expected: string): ValueError {
  return new ValueError('decode', `column ${column}: only ${expected} can be written as Debezium would`)
}

function kindOf(raw: unknown): string {
  if (Array.isArray(raw)) return 'a list'
  if (typeof raw === 'string') return `a text of ${raw.length} characters`
  if (typeof raw === 'object' || typeof raw === 'undefined') return raw === null ? 'null' : `an ${typeof raw}`
  return `a ${typeof raw}`
}
