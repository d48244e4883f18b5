/** A mapping file as it would be had each rule written out what it shares with others. */
import type { ExpressionSource } from '../../../expression/syntax/reporter.ts'
import { parsedSource } from '../../../expression/syntax/parsed-source.ts'
import { freeNames } from '../../../expression/syntax/walk-nodes.ts'
import type { EventPart, FieldPart, LetPart, MappingFile, PublishPart, RulePart } from '../../file/mapping-file.ts'

/**
 * Each event has the fields of the groups that it uses; each rule has the shared lets that it names, itself or through
 * another one, before its own. Where a rule has a name of its own that is shared, which is a mistake, its own stands.
 */
export const writtenOut = (file: MappingFile): MappingFile => ({
  ...file,
  rules: file.rules.map((rule) => ruleWrittenOut(file, rule)),
})

function ruleWrittenOut(file: MappingFile, rule: RulePart): RulePart {
  const publish = rule.publish.map((part) => (part.kind === 'event' ? eventWrittenOut(file, part) : part))
  const own = [...rule.let.values()].map(({ expression }) => expression)
  const sources = [rule.when, ...own, ...publish.flatMap((part) => sourcesOf(part, file))]
  const named = new Set(sources.flatMap(namesOf))
  const shared: [string, LetPart][] = []
  for (const [name, part] of [...file.shared.let].toReversed()) {
    if (!named.has(name) || rule.let.has(name) || rule.with.has(name)) continue
    for (const inner of namesOf(part.expression)) named.add(inner)
    shared.unshift([name, part])
  }
  return { ...rule, publish, let: new Map([...shared, ...rule.let]) }
}

function eventWrittenOut({ shared }: MappingFile, part: EventPart): EventPart {
  const groups = (part.use ?? []).map(({ value }) => shared.fields.get(value)?.fields)
  return { ...part, fields: new Map([...groups.flatMap((fields) => [...(fields ?? [])]), ...part.fields]) }
}

/** All expressions of what is published; the key may be that of the defaults. */
export function sourcesOf(part: PublishPart, { defaults }: MappingFile): readonly (ExpressionSource | null)[] {
  const common = [part.when, part.key ?? defaults.key]
  if (part.kind === 'tombstone') return common
  return [...common, part.each?.list ?? null, part.subject, part.time, ...sourcesOfFields(part.fields)]
}

export const sourcesOfFields = (fields: ReadonlyMap<string, FieldPart>): readonly (ExpressionSource | null)[] =>
  [...fields.values()].flatMap((part) => {
    switch (part.kind) {
      case 'expression':
        return [part.expression]
      case 'record':
        return [part.when, ...sourcesOfFields(part.fields)]
      case 'each':
        return [part.each, ...sourcesOfFields(part.fields)]
      case 'constant':
      case 'mistake':
        return []
    }
  })

/** None in what does not parse, which is said where it is compiled. */
export function namesOf(source: ExpressionSource | null): readonly string[] {
  const node = parsedSource(source)
  return node === null ? [] : [...freeNames(node)]
}
