/** Whether a column differs between two images of a row. */
import type { RowImage } from '../../capture/image/row-image.ts'
import { hasSameBytes } from '../../capture/image/same-image.ts'
import { suggestion } from '../../diagnostics/nearest-name.ts'
import type { Value } from '../../values/value.ts'
import { bringing, isLoose } from '../types/comparison.ts'
import { type ColumnReader, describeType } from '../types/expression-type.ts'
import type { Node } from '../syntax/syntax.ts'
import { inherited, type Typed } from '../types/typed.ts'
import { looseHint } from './operand-problems.ts'
import type { PartCompiler } from './part-compiler.ts'

type CallNode = Extract<Node, { kind: 'call' }>

/** `changed('status')`: whether the column differs between the two images of the anchor, or there is only one of them. */
export function compileChanged(compiler: PartCompiler, node: CallNode): Typed | null {
  const { reporter, scope } = compiler
  const [column] = node.parameters
  if (column?.kind !== 'literal' || typeof column.value !== 'string' || node.parameters.length !== 1) {
    return reporter.complain('FW2204', node, { message: "changed('column') takes one constant column name" })
  }
  if (scope.changed === null) {
    const why = scope.absent.get('changed') ?? 'only an update has a row before and a row after'
    return reporter.complain('FW2107', node, { message: `changed() is not here: ${why}` })
  }
  const { before, after, row } = scope.changed
  const reader = row.columns.get(column.value)
  if (reader === undefined) {
    return reporter.complain('FW2103', column, {
      message: `no column '${column.value}' in ${row.table.name}`,
      hint: suggestion(column.value, row.columns.keys()),
    })
  }
  const changed = columnChanged(reader)
  if (changed === null) {
    const message = `changed() does not compare ${describeType(reader.type)}`
    return reporter.complain('FW2201', column, { message, hint: looseHint })
  }
  return {
    node,
    ...inherited([]),
    reads: new Set([`${row.table.name}.${column.value}`]),
    failure: 'column',
    type: { kind: 'bool' },
    nullable: false,
    whyNull: null,
    literal: null,
    evaluate: (frame) => {
      const [old, fresh] = [frame[before] as RowImage | null, frame[after] as RowImage | null]
      return old === null || fresh === null || changed(old, fresh)
    },
  }
}

/** Whether the values of one column differ between two images; null where only the database can tell. */
export function columnChanged({
  type,
  read,
  column: { name },
}: ColumnReader): ((before: RowImage, after: RowImage) => boolean) | null {
  if (isLoose(type)) return null
  const bring = bringing(type)
  return (before, after) => {
    const value = read(after)
    // Read all the same: what cannot be read has neither changed nor stayed as it was.
    return !hasSameBytes(before, after, name) && !sameValue(bring(read(before)), bring(value))
  }
}

function sameValue(a: Value, b: Value): boolean {
  // Not ===: what is no number has not changed when it is none again.
  if (Object.is(a, b)) return true
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return false
  if (a instanceof Uint8Array || b instanceof Uint8Array) return Buffer.compare(a as Uint8Array, b as Uint8Array) === 0
  const [x, y] = [Object.entries(a), Object.entries(b)]
  return (
    x.length === y.length &&
    x.every(([name, value], at) => y[at]?.[0] === name && sameValue(value as Value, y[at][1] as Value))
  )
}
