/** Reads what a rule of a mapping file says of changes: those that it fires for, and those that it joins. */
import { isMap, isScalar, type Node } from 'yaml'
import {
  type AnchorPart,
  type ChangePart,
  type PerPart,
  type RowOperation,
  rowOperations,
  type WithPart,
} from './mapping-file.ts'
import type { Place } from '../../diagnostics/problem.ts'
import type { ExpressionSource } from '../../expression/syntax/reporter.ts'
import { checkVariable } from './names.ts'
import { readBounds, readConstants, readNames } from './read-rows.ts'
import { isNull, scalarText, type YamlReader } from './yaml-reader.ts'

export function readAnchor(reader: YamlReader, node: Node | undefined): AnchorPart | null {
  const change = readChange(reader, node, { what: 'on', more: ['per'] })
  const per = isMap(node) ? (node.get('per', true) as Node | undefined) : undefined
  const part = readPer(reader, per)
  return change === null || part === null ? null : { ...change, per: part }
}

/** Null where its form is wrong, which has been reported. */
function readPer(reader: YamlReader, node: Node | undefined): PerPart | null {
  // A key without a value has been reported.
  if (node === undefined || isNull(node)) return { kind: 'row' }
  if (!isScalar(node)) {
    const columns = readNames(reader, node, 'per')
    return columns.length === 0 ? null : { kind: 'group', place: reader.placeOf(node), columns }
  }
  const word = scalarText(node)
  if (word === 'row' || word === 'change') return { kind: word }
  return reader.complain('FW2007', node, {
    message: `per cannot be '${word}': it is row, change, or a list of columns`,
    hint: `for one firing per value of a column, per: [${word}]`,
  })
}

function readChange(
  reader: YamlReader,
  node: Node | undefined,
  shape: { readonly what: string; readonly more: readonly string[] },
): ChangePart | null {
  if (node === undefined) return null
  const parts = reader.map(node, {
    what: shape.what,
    keys: ['table', 'op', 'changed', ...shape.more],
    required: ['table', 'op'],
  })
  const table = reader.string(parts.get('table'), 'table')
  const operations = readOperations(reader, parts.get('op'))
  return table === null
    ? null
    : { place: reader.placeOf(node), table, operations, changed: readChanged(reader, parts.get('changed')) }
}

function readOperations(reader: YamlReader, node: Node | undefined): RowOperation[] {
  const operations: RowOperation[] = []
  for (const item of reader.oneOrMore(node, 'op')) {
    const found = reader.oneOf(item, 'op', rowOperations)
    if (found === null) continue
    if (operations.includes(found.value)) {
      reader.complain('FW2313', found.place, { message: `'${found.value}' is there twice` })
    } else operations.push(found.value)
  }
  return operations
}

function readChanged(reader: YamlReader, node: Node | undefined): ChangePart['changed'] {
  if (node === undefined) return null
  if (isScalar(node) && node.value === 'any') return 'any'
  return readNames(reader, node, 'changed')
}

export function readWiths(reader: YamlReader, node: Node | null): Map<string, WithPart | null> {
  const withs = new Map<string, WithPart | null>()
  for (const [alias, { keyNode, value }] of reader.cells(node, 'with')) {
    checkVariable(reader, alias, keyNode)
    const part = readWith(reader, alias, value)
    withs.set(alias, part === null ? null : { ...part, namePlace: reader.placeOf(keyNode) })
  }
  return withs
}

function readWith(reader: YamlReader, alias: string, node: Node): Omit<WithPart, 'namePlace'> | null {
  const more = ['match', 'where', 'rows', 'orderBy']
  const change = readChange(reader, node, { what: `with ${alias}`, more })
  if (!isMap(node) || change === null) return null
  const entry = (key: string): Node | undefined => {
    const found = node.get(key, true) as Node | undefined
    return found === undefined || isNull(found) ? undefined : found
  }
  const match = readMatch(reader, entry('match'))
  if (entry('match') === undefined) reader.complain('FW2004', node, { message: `with ${alias} has no 'match'` })
  const where = readConstants(reader, entry('where'), 'where')
  const rows = readBounds(reader, entry('rows'), { what: `with ${alias}`, node })
  if (rows === null) return null
  return { ...change, match, where, rows, orderBy: reader.string(entry('orderBy'), 'orderBy') }
}

function readMatch(reader: YamlReader, node: Node | undefined): WithPart['match'] {
  const match = new Map<string, { column: Place; expression: ExpressionSource }>()
  for (const [column, { keyNode, value }] of reader.cells(node ?? null, 'match')) {
    const expression = reader.expression(value, `match ${column}`)
    if (expression !== null) match.set(column, { column: reader.placeOf(keyNode), expression })
  }
  if (isMap(node) && node.items.length === 0) {
    const message = 'match is empty: all rows of the transaction would be joined to each row'
    reader.complain('FW2004', node, { message, hint: 'match: {their_column: row.column}' })
  }
  return match
}
