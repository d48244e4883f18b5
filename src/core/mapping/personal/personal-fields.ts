/** Where personal data leaves by a mapping: fields of events that are made of columns with a tag, and what keeps people from being known. */
import type { Catalog } from '../../catalog/catalog.ts'
import type { Place } from '../../diagnostics/problem.ts'
import { functions } from '../../expression/functions/index.ts'
import { parseExpression } from '../../expression/syntax/syntax.ts'
import { walkNodes } from '../../expression/syntax/walk-nodes.ts'
import type { CompiledEvent, CompiledMapping } from '../compiled-mapping.ts'
import { writtenOut } from '../check/shared/written-out.ts'
import { readFile } from '../file/findings.ts'
import type { FieldPart, RulePart } from '../file/mapping-file.ts'
import { mappingShape } from '../file/shapes/mapping-shape.ts'

export interface PersonalField {
  readonly mapping: string
  /** `CustomerRegistered.v1` */
  readonly event: string
  /** Path of the field: `customer.email`. */
  readonly field: string
  /** `public.customers.email` */
  readonly column: string
  /** The kind of personal data, as the catalog says. */
  readonly tag: string
  /** Functions that hide it; empty where only the form of the expression does, such as a comparison. */
  readonly hiddenBy: readonly string[]
  /** Why it may leave as it is; null where it does not. */
  readonly reason: string | null
  readonly place: Place
}

export interface TextOfMapping {
  readonly text: string
  readonly path: string
}

/** In the order of rules, events and fields. `tags`: the kind of personal data, by column: `public.customers.email`. */
export function personalFields(
  mapping: CompiledMapping,
  file: TextOfMapping,
  tags: ReadonlyMap<string, string>,
): readonly PersonalField[] {
  const rules = rulesOf(file)
  return mapping.rules.flatMap(({ name, publish }) => {
    const rule = rules.find((part) => part.name.value === name)
    const events = publish.filter((item) => item.kind === 'event')
    return events.flatMap((event) => eventFields(event, { mapping: mapping.name, tags, rule }))
  })
}

/** With what they share. */
function rulesOf({ text, path }: TextOfMapping): readonly RulePart[] {
  const { file } = readFile(mappingShape, { text, file: path })
  return file === null ? [] : writtenOut(file).rules
}

/** The kind of personal data, by column. */
export const personalTags = ({ tables }: Catalog): ReadonlyMap<string, string> =>
  new Map(
    [...tables.values()].flatMap(({ name: table, columns }) =>
      columns.flatMap(({ name, pii }) => (pii === undefined ? [] : [[`${table}.${name}`, pii] as const])),
    ),
  )

function eventFields(
  { lineage, publication, place }: CompiledEvent,
  {
    mapping,
    tags,
    rule,
  }: { readonly mapping: string; readonly tags: ReadonlyMap<string, string>; readonly rule: RulePart | undefined },
): readonly PersonalField[] {
  const written = rule?.publish.find(
    (part) => part.kind === 'event' && part.event.place.line === place.line && part.event.place.column === place.column,
  )
  const event = `${publication.event}.v${publication.version}`
  return [...lineage].flatMap(([field, reads]) => {
    const part = written?.kind === 'event' ? partAt(written.fields, field.split('.')) : undefined
    const reason = part?.kind === 'expression' ? part.allowPii : null
    const hiddenBy = reason !== null ? [] : [...hidersIn(part, rule)]
    return [...reads].flatMap((column): PersonalField[] => {
      const tag = tags.get(column)
      if (tag === undefined) return []
      return [{ mapping, event, field, column, tag, hiddenBy, reason, place: part?.place ?? place }]
    })
  })
}

function partAt(
  parts: ReadonlyMap<string, FieldPart>,
  [name = '', ...below]: readonly string[],
): FieldPart | undefined {
  const part = parts.get(name)
  if (below.length === 0 || part === undefined) return part
  return part.kind === 'record' || part.kind === 'each' ? partAt(part.fields, below) : undefined
}

/** What the expression of a field calls that hides personal data, and what its lets do. */
function hidersIn(part: FieldPart | undefined, rule: RulePart | undefined): ReadonlySet<string> {
  const hiders = new Set<string>()
  const seen = new Set<string>()
  const look = (text: string): void =>
    walkNodes(parseExpression(text), (node) => {
      if (node.kind === 'call' && functions.get(node.name)?.personalData !== undefined) hiders.add(node.name)
      const named = node.kind === 'name' && !seen.has(node.name) ? rule?.let.get(node.name)?.expression : undefined
      if (node.kind === 'name') seen.add(node.name)
      if (named != null) look(named.text)
    })
  if (part?.kind === 'expression') look(part.expression.text)
  return hiders
}
