/** A mapping file against everything that it refers to: compiled, or all of its mistakes. */
import { parseTableName } from '../../catalog/table-name.ts'
import type { Table, TableName } from '../../catalog/catalog.ts'
import type { Problem } from '../../diagnostics/problem.ts'
import { suggestion } from '../../diagnostics/nearest-name.ts'
import { functions } from '../../expression/functions/index.ts'
import type { CodeTable } from '../../expression/types/scope.ts'
import type { CompiledMapping, CompiledRule } from '../compiled-mapping.ts'
import type { ChangePart, CodesPart, MappingFile } from '../file/mapping-file.ts'
import { readFile } from '../file/findings.ts'
import { unnamedOwner } from '../file/names.ts'
import { codeValues, mappingShape } from '../file/shapes/mapping-shape.ts'
import { CheckContext, type MappingSurroundings } from './check-context.ts'
import { checkLookups } from './lookups/check-lookups.ts'
import { checkPolicies, nullFieldClasses, unsaidOperations } from './check-policies.ts'
import { checkRule } from './rule/check-rule.ts'
import { inOrder } from './in-order.ts'
import { checkShared } from './shared/check-shared.ts'
import { nameOfRule, toldOnce } from './shared/told-once.ts'
import { checkScope } from './scope/check-scope.ts'
import { unusedParts } from './unused.ts'
import type { CodeTables } from './rule/rule-scope.ts'

export interface CheckedMapping {
  /** Null when there is a mistake in it, or in a contract of its events. */
  readonly mapping: CompiledMapping | null
  /** The mapping's name, as far as it could be read. */
  readonly name: string | null
  /** The source that it is of, as far as that could be read. */
  readonly source: string | null
  readonly problems: readonly Problem[]
  /** Warnings of what it declares in vain or leaves unsaid, for those who write it; none where there is a mistake. */
  readonly unused: readonly Problem[]
}

export function checkMapping(
  text: { readonly text: string; readonly file: string },
  /** By the name of the source. */
  sources: ReadonlyMap<string, MappingSurroundings>,
  /** Sources of which a file has a mistake, which has been reported: of their mappings nothing can be said. */
  mistaken: ReadonlySet<string> = new Set(),
): CheckedMapping {
  const { file, findings } = readFile(mappingShape, text)
  if (file === null)
    return { mapping: null, name: null, source: null, problems: inOrder(findings.problems), unused: [] }
  const source = file.source.value
  const surroundings = sources.get(source)
  if (surroundings === undefined && mistaken.has(source)) {
    return { mapping: null, name: file.name.value, source, problems: inOrder(findings.problems), unused: [] }
  }
  if (surroundings === undefined) {
    const message = `there is no catalog of source '${source}'`
    findings.complain('FW2301', file.source.place, { message, hint: suggestion(source, sources.keys()) })
    return { mapping: null, name: file.name.value, source, problems: inOrder(findings.problems), unused: [] }
  }
  const context = new CheckContext(surroundings, findings, nullFieldClasses(file))
  const written = checkShared(findings, file)
  const mapping = checkFile(context, written)
  const problems = inOrder(toldOnce(findings.problems, { file: written, foundIn: context.foundIn }))
  const unused =
    mapping === null
      ? []
      : [...context.unused, ...unusedParts(written, context.called), ...unsaidOperations(written, mapping.aliases)]
  return { mapping, name: file.name.value, source, problems, unused: inOrder(unused) }
}

function checkFile(context: CheckContext, file: MappingFile): CompiledMapping | null {
  const { findings } = context
  expectOwner(context, file)
  const tables = findTables(context, file)
  const tableOf = (part: Pick<ChangePart, 'table'>): Table | null => {
    const table = tables.get(part.table.value)
    if (table !== undefined) return table
    // Of a table that the catalog does not know, or tables of a wrong form, enough has been said.
    if (file.tables.has(part.table.value) || file.tables.size === 0) return null
    return findings.complain('FW2302', part.table.place, {
      message: `no table '${part.table.value}' under tables`,
      hint: suggestion(part.table.value, file.tables.keys()),
    })
  }
  const names = {
    codes: readCodeTables(context, file),
    lookups: checkLookups(context, file, tableOf),
    shared: file.shared.let,
  }
  refuseRepeatedRules(context, file)
  const rules = file.rules.map((part) =>
    context.within(nameOfRule(part), () => checkRule({ context, file, names, tableOf }, part)),
  )
  refuseSecondTopics(context, rules)
  const scope = checkScope(context, file, tableOf)
  const policies = checkPolicies(context, file)
  if (context.lacksContract || findings.problems.some(({ severity }) => severity === 'error')) return null
  const sound = rules.filter((rule) => rule !== null)
  const published = sound.flatMap(({ publish }) => publish)
  return {
    name: file.name.value,
    owner: file.owner?.value ?? '',
    source: file.source.value,
    rules: sound,
    publications: published.flatMap((item) => (item.kind === 'event' ? [item.publication] : [])),
    tombstoneTopics: [...new Set(published.flatMap((item) => (item.kind === 'tombstone' ? [item.topic] : [])))],
    partitions: file.defaults.partitions,
    aliases: tables,
    tables: new Set([...tables.values()].map(({ name }) => name)),
    reads: context.reads,
    scope,
    lookups: new Map(
      [...file.lookups].flatMap(([name, part]) => {
        if (part === null) return []
        const wants = part.result.kind === 'row' ? 'one' : 'all'
        return [[name, { place: part.namePlace, wants }]]
      }),
    ),
    indexes: [...context.indexes.values()],
    codeFiles: codeFilesOf(file),
    pseudonymKeys: context.keysUsed,
    ...policies,
  }
}

/** A draft is tested before anybody answers for it; it is not registered. */
function expectOwner({ findings }: CheckContext, { owner }: MappingFile): void {
  if (owner?.value !== unnamedOwner) return
  findings.complain('FW2340', owner.place, {
    message: `nobody answers for the mapping: '${unnamedOwner}' is what a draft says, and \`register\` refuses it`,
    hint: 'name the team that is asked when its events are wrong',
  })
}

function findTables({ findings, surroundings }: CheckContext, file: MappingFile): Map<string, Table> {
  const found = new Map<string, Table>()
  const { tables } = surroundings.catalog
  for (const [alias, { value, place }] of file.tables) {
    const name = parseTableName(value)
    const table = name === null ? undefined : tables.get(name)
    if (table !== undefined) found.set(alias, table)
    else {
      findings.complain('FW2301', place, {
        message: `no table '${value}' in the catalog of ${surroundings.catalog.source}`,
        hint: suggestion(sameTable(value, tables.keys()) ?? value, tables.keys()),
      })
    }
  }
  return found
}

/** The table that is meant where the schema was left out. */
export const sameTable = (name: string, tables: Iterable<TableName>): TableName | undefined =>
  [...tables].find((table) => table.endsWith(`.${name}`))

/** A rule's name stands in its dead letters and in fixtures. */
function refuseRepeatedRules({ findings }: CheckContext, { rules }: MappingFile): void {
  const names = new Set<string>()
  for (const { name } of rules) {
    if (names.has(name.value))
      findings.complain('FW2313', name.place, { message: `there are two rules '${name.value}'` })
    names.add(name.value)
  }
}

function refuseSecondTopics({ findings }: CheckContext, rules: readonly (CompiledRule | null)[]): void {
  const topics = new Map<string, string>()
  for (const item of rules.flatMap((rule) => rule?.publish ?? [])) {
    if (item.kind === 'tombstone') continue
    const { event, version, topic } = item.publication
    const type = `${event}.v${version}`
    const first = topics.get(type)
    if (first === undefined) topics.set(type, topic)
    else if (first !== topic) {
      findings.complain('FW2307', item.place, { message: `${type} goes to ${first} already: an event has one topic` })
    }
  }
}

function readCodeTables(context: CheckContext, file: MappingFile): CodeTables {
  const tables = new Map<string, CodeTable>()
  const mistaken = new Set<string>()
  for (const [name, part] of file.codes) {
    if (part !== null && (functions.has(name) || name === 'changed')) {
      const message = `'${name}' is a function of the language: a code table of that name would hide it`
      context.findings.complain('FW2313', part.place, { message })
    }
    const values = part === null ? null : valuesOf(context, part.content)
    if (part === null || values === null) mistaken.add(name)
    else tables.set(name, { name, values, unknown: part.unknown })
  }
  return { tables, mistaken }
}

/** Used or not: a table is read wherever the mapping is compiled. */
const codeFilesOf = ({ codes }: MappingFile): ReadonlySet<string> =>
  new Set([...codes.values()].flatMap((part) => (part?.content.kind === 'file' ? [part.content.path.value] : [])))

const valuesOf = (context: CheckContext, content: CodesPart['content']): ReadonlyMap<string, string> | null =>
  content.kind === 'values' ? content.values : readCodeFile(context, content.path)

type CodeFilePath = Extract<CodesPart['content'], { kind: 'file' }>['path']

function readCodeFile(
  { findings, surroundings }: CheckContext,
  path: CodeFilePath,
): ReadonlyMap<string, string> | null {
  const text = surroundings.codeFile(path.value)
  if (text === null) {
    return findings.complain('FW2007', path.place, { message: `there is no file ${path.value} in the project` })
  }
  const { file, findings: own } = readFile(codeValues, { text, file: path.value })
  findings.problems.push(...own.problems)
  return file
}
