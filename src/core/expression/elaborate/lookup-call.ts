/** Calls of look-ups: rows that are found by the values of their key columns. */
import type { RowIndex } from '../../rows/rows-at-hand.ts'
import type { Value } from '../../values/value.ts'
import { isLoose } from '../types/comparison.ts'
import { type ColumnReader, describeType, type ExpressionType } from '../types/expression-type.ts'
import { type Match, matchColumn, matchedTexts, matchText } from '../types/matching.ts'
import type { Lookup, Scope } from '../types/scope.ts'
import type { Node } from '../syntax/syntax.ts'
import { type Frame, firstWhyNull, inherited, type Typed } from '../types/typed.ts'
import { looseHint } from './operand-problems.ts'
import type { PartCompiler } from './part-compiler.ts'
import { walkNodes } from '../syntax/walk-nodes.ts'

type CallNode = Extract<Node, { kind: 'call' }>

/** Of the maxima of lists that are looked up for each other's elements. */
export const lookedUpRowsMax = 10_000

export function compileLookup(
  compiler: PartCompiler,
  { node, lookup, given }: { readonly node: CallNode; readonly lookup: Lookup; readonly given: readonly Typed[] },
): Typed | null {
  const { reporter, scope } = compiler
  const { name, key } = lookup
  if (given.length !== key.length) {
    const form = key.map(({ column }) => column.name).join(', ')
    const message = `${name}(${form}) was given ${given.length} ${given.length === 1 ? 'argument' : 'arguments'}`
    return reporter.complain('FW2203', node, { message })
  }
  const matches = key.map((reader, at) => matchArgument(compiler, { lookup, reader, part: given[at] }))
  const rows = scope.repeats * lookup.rowsMax
  if (rows > lookedUpRowsMax) {
    const message = `${name}() is called for each element of another look-up: up to ${rows} rows, of at most ${lookedUpRowsMax}`
    return reporter.complain('FW2216', node, { message, hint: 'lower the maxima under `rows`' })
  }
  if (!matches.every((match) => match !== null)) return null
  const { index, keyOf } = indexOf(lookup, matches)
  const find = lookup.finder(index)
  const from = inherited(given)
  const isList = lookup.result.kind !== 'row'
  const because = firstWhyNull(given)
  const nullable = !isList && (lookup.missing === 'null' || because !== null || given.some((part) => part.nullable))
  const text = reporter.text(node)
  return {
    node,
    reads: new Set([...from.reads, ...lookup.reads]),
    personalData: new Set([...from.personalData, ...lookup.personalData]),
    failure: 'possible',
    type: lookup.result,
    nullable,
    whyNull: !nullable
      ? null
      : because === null
        ? `${text} is null where there is no row`
        : `${text} is null where ${because}`,
    literal: null,
    // Rows go into expressions as they are: the type of the call says so.
    evaluate: (frame) => find(frame, keyOf(frame)) as Value,
  }
}

function matchArgument(
  { reporter }: PartCompiler,
  {
    lookup,
    reader,
    part,
  }: { readonly lookup: Lookup; readonly reader: ColumnReader; readonly part: Typed | undefined },
): Match | null {
  if (part === undefined) return null
  const match = matchColumn(reader, part)
  if (match !== null) return match
  const { type, column } = reader
  const given = describeType(part.type, part.nullable)
  const message = `${lookup.name}(): ${column.name} is ${describeType(type)}, got ${given}`
  const hint = hintFor(type, part.type, reporter.text(part.node))
  return reporter.complain('FW2202', part.node, { message, hint })
}

function hintFor(wanted: ExpressionType, given: ExpressionType, text: string): string {
  if (isLoose(given)) return looseHint
  const makers: readonly ExpressionType['kind'][] = ['int', 'long', 'string']
  const converts = makers.includes(wanted.kind) && ['int', 'long', 'string', 'enum', 'uuid'].includes(given.kind)
  return converts ? `use ${wanted.kind}(${text})` : ''
}

/** The columns in one order, whatever the look-up says: look-ups by the same columns share an index. */
function indexOf(
  { table, key }: Lookup,
  matches: readonly Match[],
): { readonly index: RowIndex; readonly keyOf: (frame: Frame) => string | null } {
  const parts = key
    .flatMap(({ column: { name } }, at) => {
      const match = matches[at]
      return match === undefined ? [] : [{ name, ...match }]
    })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
  const id = JSON.stringify([table.name, ...parts.map(({ name, form }) => [name, form])])
  return {
    index: {
      id,
      table: table.name,
      columns: parts.map(({ name }) => name),
      keyOf: (row) => matchText(parts.map(({ theirs }) => theirs(row))),
      ...plainOf(parts),
    },
    keyOf: (frame) => matchText(parts.map(({ ours }) => ours(frame))),
  }
}

/** Of columns whose values are what their texts say. */
function plainOf(parts: readonly (Match & { readonly name: string })[]): Pick<RowIndex, 'plain'> {
  if (!parts.every(({ isPlain }) => isPlain)) return {}
  const numbers = parts.map(({ form }) => form === 'int' || form === 'long')
  const valuesOf = (text: string): readonly unknown[] =>
    matchedTexts(text).map((part, at) => (numbers[at] === true ? BigInt(part) : part))
  return { plain: { columns: parts.map(({ name }) => name), valuesOf } }
}

/** How often the body of a list may run for one firing, as the look-ups in the list say. */
export function repeatsOver(list: Node, scope: Scope): number {
  let most = 1
  walkNodes(list, (part) => {
    if (part.kind === 'call') most = Math.max(most, scope.lookups.get(part.name)?.rowsMax ?? 1)
    const named = part.kind === 'name' ? scope.lets.get(part.name) : undefined
    if (named !== undefined) most = Math.max(most, repeatsOver(named.node, scope))
  })
  return most
}

/** A look-up that the value goes through, by itself or by a let; undefined: none. */
export function lookupIn(node: Node, scope: Scope): string | undefined {
  let found: string | undefined
  walkNodes(node, (part) => {
    if (part.kind === 'call' && scope.lookups.has(part.name)) found ??= part.name
    const named = part.kind === 'name' ? scope.lets.get(part.name) : undefined
    if (named !== undefined) found ??= lookupIn(named.node, scope)
  })
  return found
}
