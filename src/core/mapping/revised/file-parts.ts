/** What of a mapping file decides about its events, part by part. */
import type { ExpressionSource } from '../../expression/syntax/reporter.ts'
import { parsedSource } from '../../expression/syntax/parsed-source.ts'
import { walkNodes } from '../../expression/syntax/walk-nodes.ts'
import { namesOf } from '../check/shared/written-out.ts'
import type { CodesPart, FieldPart, MappingFile, PublishPart, RulePart } from '../file/mapping-file.ts'
import { partText } from './part-text.ts'

export interface FilePart {
  /** Null: it is of the mapping as a whole. */
  readonly rule: string | null
  /** `OrderPlaced.v1`, `tombstone stock.v1`; null: it is of the rule. */
  readonly event: string | null
  readonly kind: 'field' | 'setting'
  /** Path of a field, as `lines.sku`; a key, with the name that stands under it: `when`, `let total`. */
  readonly name: string
  readonly text: string
  /** What it is called by in expressions; null: by nothing. */
  readonly calledBy: string | null
  /** What its expressions read and call. */
  readonly reads: readonly string[]
}

/** Parts of one rule, or of one event, by name. */
export type Parts = ReadonlyMap<string, FilePart>

type Owner = Pick<FilePart, 'rule' | 'event'>
type Entry = readonly [name: string, part: unknown, sources?: readonly (ExpressionSource | null)[]]

const ofMapping: Owner = { rule: null, event: null }

/** `codes`: the texts of the files that its code tables are read from, by path. */
export function partsOfMapping(file: MappingFile, codes: ReadonlyMap<string, string>): Parts {
  return named([
    ...settings(ofMapping, [
      ['owner', file.owner],
      ['partitions', file.defaults.partitions],
      ...[...file.tables].map(([alias, table]): Entry => [`table ${alias}`, table]),
      ['migration.scope', file.scope],
      ...[...file.onError].map(([errorClass, policy]): Entry => [`onError ${errorClass}`, policy]),
    ]),
    ...[...file.codes].map(([name, part]) => called(ofMapping, ['code table', name], codesText(part, codes))),
    ...[...file.lookups].map(([name, part]) => called(ofMapping, ['look-up', name], partText(part))),
    ...[...file.shared.let].map(([name, { expression }]) =>
      called(ofMapping, ['shared let', name], partText(expression), expression),
    ),
  ])
}

function codesText(part: CodesPart | null, codes: ReadonlyMap<string, string>): string {
  if (part === null) return ''
  const { content, unknown } = part
  const values = content.kind === 'values' ? partText(content.values) : fileText(content.path.value, codes)
  return `${values}, unknown: ${unknown.kind === 'value' ? `{value: ${unknown.value}}` : unknown.kind}`
}

const fileText = (path: string, codes: ReadonlyMap<string, string>): string => `${path} ${codes.get(path) ?? ''}`

export function partsOfRule(rule: RulePart, shared: MappingFile['shared']): Parts {
  const owner = { rule: rule.name.value, event: null }
  const own = [...rule.let].filter(([name, part]) => shared.let.get(name) !== part)
  return named([
    ...settings(owner, [
      ['on', rule.on],
      ['when', rule.when, [rule.when]],
      ['snapshot', rule.snapshot],
    ]),
    ...[...rule.with].map(([name, part]) => called(owner, ['with', name], partText(part))),
    ...own.map(([name, { expression }]) => called(owner, ['let', name], partText(expression), expression)),
  ])
}

export const publishedName = (part: PublishPart): string =>
  part.kind === 'event' ? `${part.event.value}.v${part.version}` : `tombstone ${part.topic.value}`

/** With what it takes from the defaults of its file. */
export function partsOfPublished(
  part: PublishPart,
  { owner, defaults }: { readonly owner: Owner; readonly defaults: MappingFile['defaults'] },
): Parts {
  const key = part.key ?? defaults.key
  const common: readonly Entry[] = [
    ['when', part.when, [part.when]],
    ['key', key, [key]],
  ]
  if (part.kind === 'tombstone') return named(settings(owner, common))
  return named([
    ...settings(owner, [
      ...common,
      ['topic', part.topic ?? defaults.topic],
      ['subject', part.subject, [part.subject]],
      ['time', part.time, [part.time]],
      ['each', part.each, [part.each?.list ?? null]],
      ['deprecated', part.deprecated],
    ]),
    ...partsOfFields(part.fields, { owner, path: '' }),
  ])
}

const partsOfFields = (
  fields: ReadonlyMap<string, FieldPart>,
  at: { readonly owner: Owner; readonly path: string },
): readonly FilePart[] =>
  [...fields].flatMap(([name, part]): readonly FilePart[] => {
    const path = `${at.path}${name}`
    const field = (text: string, sources: readonly (ExpressionSource | null)[]): FilePart => ({
      ...{ ...at.owner, kind: 'field', name: path, text, calledBy: null, reads: readsOf(sources) },
    })
    switch (part.kind) {
      case 'expression': {
        const reason = part.allowPii === null ? '' : `, allowPii: ${part.allowPii}`
        return [field(`${part.expression.text}${reason}`, [part.expression])]
      }
      case 'constant':
        return [field(`const: ${part.text.value}`, [])]
      case 'record': {
        const own = part.when === null ? [] : [field(`when: ${part.when.text}`, [part.when])]
        return [...own, ...partsOfFields(part.fields, { ...at, path: `${path}.` })]
      }
      case 'each':
        return [
          field(`each: ${part.each.text}, as: ${part.as.value}`, [part.each]),
          ...partsOfFields(part.fields, { ...at, path: `${path}.` }),
        ]
      case 'mistake':
        return []
    }
  })

const named = (parts: readonly FilePart[]): Parts => new Map(parts.map((part) => [`${part.kind} ${part.name}`, part]))

/** Those that say something. */
const settings = (owner: Owner, entries: readonly Entry[]): readonly FilePart[] =>
  entries.flatMap(([name, part, sources = []]): FilePart[] => {
    const text = partText(part)
    return text === '' ? [] : [{ ...owner, kind: 'setting', name, text, calledBy: null, reads: readsOf(sources) }]
  })

/** `key`: what it is, with the name that expressions call it by. */
const called = (
  owner: Owner,
  [key, name]: readonly [key: string, name: string],
  text: string,
  expression: ExpressionSource | null = null,
): FilePart => {
  const reads = readsOf([expression])
  return { ...owner, kind: 'setting', name: `${key} ${name}`, text, calledBy: name, reads }
}

const readsOf = (sources: readonly (ExpressionSource | null)[]): readonly string[] =>
  sources.flatMap((source) => [...namesOf(source), ...callsOf(source)])

function callsOf(source: ExpressionSource | null): readonly string[] {
  const calls: string[] = []
  const node = parsedSource(source)
  if (node !== null) {
    walkNodes(node, (part) => {
      if (part.kind === 'call') calls.push(part.name)
    })
  }
  return calls
}
