/** From the text of a mapping file to its parts, or to all mistakes of its form. */
import { isMap, type Node } from 'yaml'
import type { Problem } from '../../diagnostics/problem.ts'
import type { CodesPart, DefaultsPart, MappingFile, RulePart } from './mapping-file.ts'
import { checkName, checkVariable } from './names.ts'
import { readLookups } from './read-lookup.ts'
import { readPolicies } from './read-policies.ts'
import { readRule } from './read-rule.ts'
import { isNull, type Located, YamlReader } from './yaml-reader.ts'

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
  if (isMap(root) && root.has('tests') && !root.has('rules')) {
    const message = 'this is a file of fixtures, and its name is that of a mapping'
    return reader.complain('FW2007', root, { message, hint: 'fixtures are read from <mapping>.test.yaml' })
  }
  const parts = reader.map(root, {
    what: 'a mapping',
    keys,
    required: ['mapping', 'format', 'owner', 'source', 'tables', 'rules'],
  })
  const format = reader.string(parts.get('format'), 'format')
  if (format !== null && format.value !== '1') {
    reader.complain('FW2007', format.place, { message: `format is 1, this file says ${format.value}` })
  }
  checkMigration(reader, parts.get('migration') ?? null)
  const name = reader.string(parts.get('mapping'), 'mapping')
  const sourceName = reader.string(parts.get('source'), 'source')
  if (name !== null) checkName(reader, name, 'mapping')
  const rules = reader.filledList(parts.get('rules'), 'rules').map((node) => readRule(reader, node))
  if (name === null || sourceName === null) return null
  return {
    name,
    source: sourceName,
    owner: reader.words(parts.get('owner'), 'owner')?.value ?? '',
    tables: readTables(reader, parts.get('tables') ?? null),
    defaults: readDefaults(reader, parts.get('defaults') ?? null),
    codes: readCodes(reader, parts.get('codes') ?? null),
    lookups: readLookups(reader, parts.get('lookups') ?? null),
    rules: rules.filter((rule): rule is RulePart => rule !== null),
    migration: parts.has('migration') ? 'declared' : 'none',
    onError: readPolicies(reader, parts.get('onError') ?? null),
  }
}

/** The scopes of a migration, by which tables they are reached. Nothing of this version runs by them. */
function checkMigration(reader: YamlReader, node: Node | null): void {
  const parts = reader.map(node, { what: 'migration', keys: ['scope'], required: ['scope'] })
  const scope = parts.get('scope') ?? null
  const { column, via } = Object.fromEntries(
    reader.map(scope, { what: 'scope', keys: ['column', 'via'], required: ['column'] }),
  )
  reader.string(column, 'column')
  for (const [table, columns] of reader.named(via ?? null, 'via')) {
    for (const [name, parent] of reader.named(columns, `via ${table}`)) {
      for (const [, key] of reader.named(parent, name)) reader.string(key, name)
    }
  }
}

function readTables(reader: YamlReader, node: Node | null): Map<string, Located<string>> {
  const tables = new Map<string, Located<string>>()
  for (const [alias, value] of reader.filledMap(node, 'tables')) {
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
    partitions: reader.locatedInteger(parts.get('partitions'), 'partitions', [1, 10_000]),
  }
}

function readCodes(reader: YamlReader, node: Node | null): Map<string, CodesPart | null> {
  const tables = new Map<string, CodesPart | null>()
  for (const [name, { keyNode, value }] of reader.cells(node, 'codes')) {
    checkVariable(reader, name, keyNode)
    tables.set(name, readCodeTable(reader, name, value))
  }
  return tables
}

function readCodeTable(reader: YamlReader, name: string, node: Node): CodesPart | null {
  const what = `codes ${name}`
  const parts = reader.cells(node, what)
  reader.keys(parts, { what, keys: ['values', 'file', 'unknown'] })
  const [values, file, unknown] = [parts.get('values'), parts.get('file'), parts.get('unknown')]
  if ((values === undefined) === (file === undefined)) {
    return reader.complain('FW2004', node, { message: `${what} needs either 'values' or 'file'` })
  }
  if (unknown === undefined) {
    const hint = 'unknown: error, null or {value: WORD}'
    return reader.complain('FW2004', node, { message: `${what} has no 'unknown'`, hint })
  }
  const path = reader.string(file?.value, 'file')
  const policy = readUnknown(reader, unknown.value)
  if (policy === null || (path === null && values === undefined)) return null
  return {
    place: reader.placeOf(node),
    content:
      path === null
        ? { kind: 'values', values: readCodeValues(reader, values?.value ?? null) }
        : { kind: 'file', path },
    unknown: policy,
  }
}

export function readCodeValues(reader: YamlReader, node: Node | null): Map<string, string> {
  const values = new Map<string, string>()
  for (const [code, word] of reader.filledMap(node, 'code values')) {
    const text = reader.string(word, `code ${code}`)
    if (text !== null) values.set(code, text.value)
  }
  return values
}

function readUnknown(reader: YamlReader, node: Node): CodesPart['unknown'] | null {
  if (isNull(node)) return { kind: 'null' }
  if (isMap(node)) {
    const parts = reader.map(node, { what: 'unknown', keys: ['value'], required: ['value'] })
    const value = reader.string(parts.get('value'), 'value')
    return value === null ? null : { kind: 'value', value: value.value }
  }
  const word = reader.string(node, 'unknown')
  if (word === null || word.value === 'error') return word === null ? null : { kind: 'error' }
  const hint = 'error, null or {value: WORD}'
  return reader.complain('FW2007', node, { message: `unknown cannot be '${word.value}'`, hint })
}
