/** Codes that a column may hold and its code table does not have. */
import type { ColumnReader } from '../../expression/types/expression-type.ts'
import type { CodeTable, Scope } from '../../expression/types/scope.ts'
import type { Node } from '../../expression/syntax/syntax.ts'
import { walkNodes } from '../../expression/syntax/walk-nodes.ts'

export interface CodeGap {
  /** The name of the code table, where it is called. */
  readonly range: { readonly start: number; readonly end: number }
  readonly message: string
}

/** A table that says what an unknown code becomes has no gap. */
export function codeGaps(node: Node, scope: Scope): CodeGap[] {
  const gaps: CodeGap[] = []
  walkNodes(node, (part) => {
    if (part.kind !== 'call') return
    const table = scope.codes.get(part.name)
    const found = part.parameters[0] === undefined ? null : columnOf(part.parameters[0], scope)
    if (table?.unknown.kind !== 'error' || found === null) return
    const missing = missingCodes(table, found.reader)
    if (missing.length === 0) return
    const codes = missing.map((code) => `'${code}'`).join(', ')
    gaps.push({
      range: { start: part.start, end: part.start + part.name.length },
      message: `${table.name} has no ${codes}, which ${found.place} may hold`,
    })
  })
  return gaps
}

const missingCodes = ({ values }: CodeTable, { column }: ColumnReader): string[] =>
  (column.values ?? []).map((value) => value.trimEnd()).filter((value) => !values.has(value))

/** The column that is given as it is, or trimmed. */
function columnOf(node: Node, scope: Scope): { readonly reader: ColumnReader; readonly place: string } | null {
  if (node.kind === 'call' && node.name === 'trim' && node.parameters[0] !== undefined) {
    return columnOf(node.parameters[0], scope)
  }
  if (node.kind !== 'select' || node.target.kind !== 'name') return null
  const binding = scope.bindings.get(node.target.name)
  if (binding?.type.kind !== 'row') return null
  const reader = binding.type.columns.get(node.member)
  return reader === undefined ? null : { reader, place: `${binding.type.table.name}.${node.member}` }
}
