/** From the text of a mapping file to its parts, or to all mistakes of its form. */
import { isMap, type Node } from 'yaml'
import type { Problem } from '../../diagnostics/problem.ts'
import { errorClasses } from '../../values/value-error.ts'
import {
  type CodesPart,
  type DefaultsPart,
  type MappingFile,
  policies,
  type PolicyName,
  type RulePart,
} from './mapping-file.ts'
import { checkName } from './names.ts'
import { readRule } from './read-rule.ts'
import { type Located, YamlReader } from './yaml-reader.ts'

const keys = [
  'mapping',
  'format',
  'owner',
  'source',
  'tables',
  'defaults',
  'codes',
  'lookups',
  'rules',
  'onError',
  'migration',
]

export interface ReadMapping {
  /** null: so much is missing that nothing further can be said. */
  readonly file: MappingFile | null
  readonly problems: readonly Problem[]
  /** Adds what later checks find, in the same words. */
  readonly reader: YamlReader
}

export function readMapping(source: { readonly text: string; readonly file: string }): ReadMapping {
  const reader = new YamlReader(source)
  const file = reader.root === null ? null : readRoot(reader, reader.root)
  return { file, problems: reader.problems, reader }
}

function readRoot(reader: YamlReader, root: Node): MappingFile | null {
  const parts = reader.map(root, {
    what: 'a mapping',
    keys,
    required: ['mapping', 'format', 'owner', 'source', 'tables', 'rules'],
  })
  reader.oneOf(parts.get('format'), 'format', ['1'])
  refuseLater(reader, parts)
  const name = reader.string(parts.get('mapping'), 'mapping')
  const sourceName = reader.string(parts.get('source'), 'source')
  if (name !== null) checkName(reader, name, 'mapping')
  const rules = reader.list(parts.get('rules'), 'rules').map((node) => readRule(reader, node))
  if (name === null || sourceName === null) return null
  return {
    name,
    source: sourceName,
    owner: reader.string(parts.get('owner'), 'owner')?.value ?? '',
    tables: readTables(reader, parts.get('tables') ?? null),
    defaults: readDefaults(reader, parts.get('defaults') ?? null),
    codes: readCodes(reader, parts.get('codes') ?? null),
    rules: rules.filter((rule): rule is RulePart => rule !== null),
    onError: readPolicies(reader, parts.get('onError') ?? null),
  }
}

function refuseLater(reader: YamlReader, parts: ReadonlyMap<string, Node>): void {
  const lookups = parts.get('lookups')
  if (lookups !== undefined) {
    reader.complain('FW2008', lookups, {
      message: 'look-ups need the row store, which this version does not have',
      hint: 'leave the fields out and make them optional in the contract',
    })
  }
}

function readTables(reader: YamlReader, node: Node | null): Map<string, Located<string>> {
  const tables = new Map<string, Located<string>>()
  for (const [alias, value] of reader.named(node, 'tables')) {
    const table = reader.string(value, `table ${alias}`)
    if (table !== null) tables.set(alias, table)
  }
  return tables
}

function readDefaults(reader: YamlReader, node: Node | null): DefaultsPart {
  const parts = reader.map(node, { what: 'defaults', keys: ['namespace', 'topic', 'key', 'partitions'] })
  const topic = reader.string(parts.get('topic'), 'topic')
  if (topic !== null) checkName(reader, topic, 'topic')
  return {
    namespace: reader.string(parts.get('namespace'), 'namespace'),
    topic,
    key: reader.expression(parts.get('key'), 'key'),
    partitions: reader.integer(parts.get('partitions'), 'partitions', [1, 10_000]),
  }
}

function readCodes(reader: YamlReader, node: Node | null): Map<string, CodesPart> {
  const tables = new Map<string, CodesPart>()
  for (const [name, value] of reader.named(node, 'codes')) {
    const parts = reader.map(value, {
      what: `codes ${name}`,
      keys: ['values', 'file', 'unknown'],
      required: ['unknown'],
    })
    const [values, path] = [parts.get('values'), reader.string(parts.get('file'), 'file')]
    if ((values === undefined) === (path === null)) {
      reader.complain('FW2004', value, { message: `codes ${name} needs either 'values' or 'file'` })
      continue
    }
    tables.set(name, {
      place: reader.placeOf(value),
      content:
        path === null ? { kind: 'values', values: readCodeValues(reader, values ?? null) } : { kind: 'file', path },
      unknown: readUnknown(reader, parts.get('unknown')),
    })
  }
  return tables
}

export function readCodeValues(reader: YamlReader, node: Node | null): Map<string, string> {
  const values = new Map<string, string>()
  for (const [code, word] of reader.named(node, 'code values')) {
    const text = reader.string(word, `code ${code}`)
    if (text !== null) values.set(code, text.value)
  }
  return values
}

function readUnknown(reader: YamlReader, node: Node | undefined): CodesPart['unknown'] {
  if (node === undefined) return { kind: 'error' }
  if (isMap(node)) {
    const parts = reader.map(node, { what: 'unknown', keys: ['value'], required: ['value'] })
    const value = reader.string(parts.get('value'), 'value')
    return value === null ? { kind: 'error' } : { kind: 'value', value: value.value }
  }
  const word = reader.oneOf(node, 'unknown', ['error', 'null'])
  return word?.value === 'null' ? { kind: 'null' } : { kind: 'error' }
}

function readPolicies(reader: YamlReader, node: Node | null): MappingFile['onError'] {
  const found = new Map<(typeof errorClasses)[number] | 'default', Located<PolicyName>>()
  const parts = reader.map(node, { what: 'onError', keys: ['default', ...errorClasses] })
  for (const errorClass of ['default', ...errorClasses] as const) {
    const value = parts.get(errorClass)
    if (value === undefined) continue
    const policy = reader.oneOf(value, `the policy for ${errorClass}`, policies)
    if (policy === null) continue
    if (policy.value === 'skip' || policy.value === 'nullField') {
      reader.complain('FW2008', value, {
        message: `policy ${policy.value} is not in this version`,
        hint: 'take deadLetter or haltSource',
      })
      continue
    }
    if (policy.value === 'holdKey' || policy.value === 'holdMapping') {
      reader.complain('FW2311', value, {
        message: `${policy.value} is not in this version: haltSource stands in for it`,
      })
    }
    found.set(errorClass, policy)
  }
  return found
}
