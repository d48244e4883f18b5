/** How rows are found by a value: what the database takes for equal has one text. */
import type { RowImage } from '../../capture/image/row-image.ts'
import type { ValueType } from '../../values/type.ts'
import type { Value } from '../../values/value.ts'
import { comparable, isCaseless, isPadded, isText } from './comparison.ts'
import type { ColumnReader, ExpressionType } from './expression-type.ts'
import { adaptLiteral } from './literals.ts'
import type { Frame } from './scope.ts'
import type { Typed } from './typed.ts'

export interface Match {
  /** Names what is done to the column's values: the same where it is the same. */
  readonly form: string
  /** No two values of the column have one text, and the text says the value. */
  readonly isPlain: boolean
  readonly theirs: (row: RowImage) => Value
  readonly ours: (frame: Frame) => Value
}

/** Types whose values are equal where their texts are. */
const matchable: ReadonlySet<ExpressionType['kind']> = new Set<ExpressionType['kind']>([
  'bool',
  'int',
  'long',
  'decimal',
  'string',
  'enum',
  'uuid',
  'bytes',
  'date',
  'time',
  'localdatetime',
  'timestamp',
])

/** Whether rows can be found by a column of the type at all. */
export const isMatchable = (type: ValueType): boolean => matchable.has(type.kind) && comparable(type, type) !== null

/** Null where the value is of another type than the column, or one whose values are not matched. */
export function matchColumn({ type, read }: ColumnReader, value: Typed): Match | null {
  if (value.type.kind === 'null' || !isMatchable(type)) return null
  // A constant beside citext is citext, as it is in SQL.
  const given = adaptLiteral(value, type) ?? value
  const how = given.type.kind === type.kind ? comparable(type, given.type) : null
  if (how === null) return null
  const { evaluate } = given
  const form = formOf(type, given.type)
  return {
    form,
    isPlain: plainForms.has(form),
    theirs: (row) => how.left(read(row)),
    ours: (frame) => how.right(evaluate(frame)),
  }
}

const plainForms: ReadonlySet<string> = new Set(['int', 'long', 'text'])

function formOf(a: ValueType, b: ExpressionType): string {
  if (a.kind === 'decimal' && b.kind === 'decimal') return `decimal ${Math.max(a.scale, b.scale)}`
  if (!isText(a) || !isText(b)) return a.kind
  const padded = isPadded(a) || isPadded(b) ? ' padded' : ''
  return `text${padded}${isCaseless(a) && isCaseless(b) ? ' caseless' : ''}`
}

/** The text under which rows with these values are found. Null matches nothing, as in SQL. */
export function matchText(values: readonly Value[]): string | null {
  let text = ''
  for (const value of values) {
    if (value === null) return null
    const part = textOf(value)
    // The length tells where a text ends, whatever it contains.
    text += `${part.length}:${part}`
  }
  return text
}

/** The texts of the values that a text was made of. */
export function matchedTexts(text: string): readonly string[] {
  const parts: string[] = []
  for (let at = 0; at < text.length; ) {
    const colon = text.indexOf(':', at)
    const end = colon + 1 + Number(text.slice(at, colon))
    parts.push(text.slice(colon + 1, end))
    at = end
  }
  return parts
}

/** The text of a row's values, which rows have in common that the database would group together: nulls are equal. */
export function groupText(columns: readonly ColumnReader[]): (row: RowImage) => string {
  const readers = columns.map(({ type, read }) => {
    const how = comparable(type, type)
    return how === null ? read : (row: RowImage) => how.left(read(row))
  })
  // No text of a value begins with a hyphen.
  return (row) => readers.map((read) => matchText([read(row)]) ?? '-').join('')
}

/** Of a value that can be matched: no two are one text. */
function textOf(value: NonNullable<Value>): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex')
  return typeof value === 'object' ? JSON.stringify(value) : value.toString()
}
