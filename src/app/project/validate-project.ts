/** Everything of a project that can be checked without a server: contracts, catalogs, connectors, mappings. */
import { brand } from '../../brand.ts'
import { parseConnectorFile } from '../../config/connector-file.ts'
import { connectorFileProblems } from '../../core/capture/connector/connector-file-problems.ts'
import { captureSettings, type SettingRefusal } from '../../core/capture/connector/read-settings.ts'
import type { Catalog, Table } from '../../core/catalog/catalog.ts'
import { parseCatalog } from '../../core/catalog/catalog-file.ts'
import type { TopicNames } from '../../core/delivery/topic-names.ts'
import { commandCodes } from '../../core/diagnostics/codes/command.ts'
import { mappingCodes } from '../../core/diagnostics/codes/mapping.ts'
import { jsonPlaces } from '../../core/shape/json/json-value.ts'
import { suggestion } from '../../core/diagnostics/nearest-name.ts'
import type { Problem } from '../../core/diagnostics/problem.ts'
import type { Contract } from '../../core/event/contract/contract.ts'
import { contractFileName, parseContract } from '../../core/event/contract/parse-contract.ts'
import type { MappingSurroundings } from '../../core/mapping/check/check-context.ts'
import { checkConflicts } from '../../core/mapping/check/check-conflicts.ts'
import { checkMapping, sameTable } from '../../core/mapping/check/check-mapping.ts'
import type { CompiledMapping } from '../../core/mapping/compiled-mapping.ts'
import { isStored } from '../../core/rows/stored/stored-catalog.ts'
import { checkMigrations } from './checked-migrations.ts'
import { draftWarnings } from './contracts/draft-problems.ts'
import { type FiledCatalog, strayFileProblems, unreadProblems } from './project-folder-problems.ts'
import { type Project, type SourceDeclaration, type TextFile, textFilesOf } from './project-texts.ts'

export interface CheckedProject {
  readonly mappings: readonly CheckedFile[]
  /** By `OrderPlaced.v1`. */
  readonly contracts: ReadonlyMap<string, { readonly contract: Contract; readonly file: TextFile }>
  /** By source. */
  readonly catalogs: ReadonlyMap<string, Catalog>
  readonly sources: ReadonlyMap<string, MappingSurroundings>
  /** Migration files without a mistake, by the name of the mapping. */
  readonly migrations: ReadonlyMap<string, TextFile>
  readonly problems: readonly Problem[]
  readonly fileCount: number
}

export interface CheckedFile {
  readonly file: TextFile
  readonly name: string | null
  /** Null when there is a mistake in it, or in a file that it needs. */
  readonly mapping: CompiledMapping | null
}

/** `names` are those of the installation that the project is meant for. */
export function validateProject(project: Project, names: TopicNames): CheckedProject {
  const { texts } = project
  const problems: Problem[] = []
  const { contracts, mistaken: mistakenContracts } = readContracts(texts.contracts, problems)
  problems.push(...draftWarnings([...contracts.values()]))
  const filed = readCatalogs(texts.catalogs, problems)
  // The first of two is the catalog; the second is a problem of its own.
  const catalogs = new Map(filed.toReversed().map(({ catalog }) => [catalog.source, catalog]))
  problems.push(...unreadProblems(texts.unread ?? []), ...strayFileProblems(project, filed))
  const sources = surroundingsOf(project, { contracts, mistakenContracts, catalogs, names }, problems)
  const mistaken = mistakenSources(project, { catalogs, sources })
  const missing = [...project.sources.keys()].filter((name) => !catalogs.has(name) && !mistaken.has(name))
  const named = new Set<string>()
  const unsound = new Set([...mistaken, ...missing])
  const mappings = texts.mappings.map((file): CheckedFile => {
    const checked = checkMapping({ text: file.text, file: file.path }, sources, unsound)
    problems.push(...checked.problems, ...checked.unused)
    if (checked.source !== null) named.add(checked.source)
    return { file, name: checked.name, mapping: checked.mapping }
  })
  problems.push(...missing.filter((name) => named.has(name)).map(noCatalog))
  problems.push(...excludedRowsProblems(project, catalogs))
  problems.push(...connectorProblems(project, { catalogs, mappings }))
  const files = mappings.map(({ file, ...rest }) => ({ file: file.path, ...rest }))
  problems.push(...checkConflicts(files, project.defaultPartitions ?? null))
  const { migrations, problems: inMigrations } = checkMigrations(project, namedMappings(mappings))
  problems.push(...inMigrations)
  const fileCount = textFilesOf({ ...texts, fixtures: [] }).length
  return { mappings, contracts, catalogs, sources, migrations, problems, fileCount }
}

const namedMappings = (mappings: readonly CheckedFile[]): Parameters<typeof checkMigrations>[1] => ({
  mappings: new Map(mappings.flatMap(({ name, mapping }) => (name === null ? [] : [[name, mapping] as const]))),
  someUnnamed: mappings.some(({ name }) => name === null),
})

export const hasErrors = (problems: readonly Problem[]): boolean =>
  problems.some(({ severity }) => severity === 'error')

type Contracts = Map<string, { readonly contract: Contract; readonly file: TextFile }>

/** Sources that are declared and cannot be checked against, for a reason that is said of another file. */
function mistakenSources(
  { texts, sources }: Project,
  found: {
    readonly catalogs: ReadonlyMap<string, Catalog>
    readonly sources: ReadonlyMap<string, MappingSurroundings>
  },
): ReadonlySet<string> {
  const hasCatalog = (name: string): boolean =>
    found.catalogs.has(name) ||
    [...texts.catalogs, ...(texts.unread ?? [])].some(({ path }) => path === `catalog/${name}.json`)
  return new Set([...sources.keys()].filter((name) => !found.sources.has(name) && hasCatalog(name)))
}

interface ReadContracts {
  readonly contracts: Contracts
  /** Names of those whose file has a mistake. */
  readonly mistaken: ReadonlySet<string>
}

function readContracts(files: readonly TextFile[], problems: Problem[]): ReadContracts {
  const contracts: Contracts = new Map()
  const mistaken = new Set<string>()
  for (const file of files) {
    const name = contractFileName(file.path)
    if (name === null) {
      const message = 'a contract file is named <Event>.v<major>.avsc'
      problems.push(problemAt('FW2007', file.path, message))
      continue
    }
    const parsed = parseContract({ text: file.text, file: file.path, ...name })
    problems.push(...parsed.problems)
    const type = `${name.event}.v${name.version}`
    const other = contracts.get(type)
    if (other !== undefined) problems.push(problemAt('FW2009', file.path, `${other.file.path} is ${type} already`))
    else if (parsed.kind === 'contract') contracts.set(type, { contract: parsed.contract, file })
    else mistaken.add(type)
  }
  return { contracts, mistaken }
}

function readCatalogs(files: readonly TextFile[], problems: Problem[]): readonly FiledCatalog[] {
  return files.flatMap(({ path, text }) => {
    const parsed = parseCatalog({ text, file: path })
    if (parsed.kind === 'catalog') return [{ path, catalog: parsed.catalog }]
    problems.push(...parsed.problems)
    return []
  })
}

function surroundingsOf(
  { texts, sources, keys }: Project,
  found: {
    readonly contracts: Contracts
    readonly mistakenContracts: ReadonlySet<string>
    readonly catalogs: ReadonlyMap<string, Catalog>
    readonly names: TopicNames
  },
  problems: Problem[],
): Map<string, MappingSurroundings> {
  const contracts = new Map([...found.contracts].map(([name, { contract }]) => [name, contract]))
  const codes = new Map(texts.codes.map(({ path, text }) => [path, text]))
  const surroundings = new Map<string, MappingSurroundings>()
  for (const { name, connector, excludedRows = [] } of sources.values()) {
    const catalog = found.catalogs.get(name)
    const file = texts.connectors.find(({ path }) => path === connector)
    if (file === undefined) {
      const isUnread = texts.unread?.some(({ path }) => path === connector) === true
      const message = `source ${name} names this connector file, which is not there`
      if (!isUnread) problems.push(problemAt('FW2007', connector, message))
      continue
    }
    const parsed = parseConnectorFile({ text: file.text, file: connector })
    if (parsed.kind === 'refused') {
      problems.push(...parsed.problems)
      continue
    }
    const settings = captureSettings(parsed.settings)
    if (settings.kind === 'refused') {
      problems.push(...refusals(file, settings.refusals))
    } else if (catalog !== undefined) {
      surroundings.set(name, {
        catalog,
        settings: settings.settings,
        contracts,
        mistakenContracts: found.mistakenContracts,
        codeFile: (path) => codes.get(path) ?? null,
        pseudonymKeys: keys,
        isOwnTopic: found.names.isOwn,
        keepsRows: (table) => isStored(table) && !excludedRows.includes(table.name),
      })
    }
  }
  return surroundings
}

/** Of a source that mappings name, once for all of them. */
const noCatalog = (source: string): Problem => ({
  ...problemAt('FW2301', `catalog/${source}.json`, `there is no catalog of source '${source}'`),
  hint: `falsework catalog pull ${source}`,
})

/** A table that is not there is not excluded: its rows are kept, under the name that was meant. */
function excludedRowsProblems({ sources }: Project, catalogs: ReadonlyMap<string, Catalog>): readonly Problem[] {
  return [...sources.values()].flatMap(({ name, excludedRows = [], excludedPlaces }) => {
    const tables = catalogs.get(name)?.tables
    if (tables === undefined) return []
    const known = new Set<string>(tables.keys())
    return excludedRows
      .filter((table) => !known.has(table))
      .map((table): Problem => {
        const message = `rows.exclude of ${name}: no table '${table}' in the catalog of ${name}`
        const place = excludedPlaces?.get(table)
        const problem = problemAt('FW2301', brand.projectFile, message)
        return {
          ...problem,
          ...(place === undefined ? {} : { place }),
          hint: suggestion(sameTable(table, tables.keys()) ?? table, known),
        }
      })
  })
}

function refusals({ path, text }: TextFile, refused: readonly SettingRefusal[]): readonly Problem[] {
  const locate = jsonPlaces({ text, file: path })
  const { name } = commandCodes.CAPTURE_SETTINGS
  return refused.map(({ setting, message }) => {
    return { severity: 'error', code: 'CAPTURE_SETTINGS', name, message, place: locate([setting]) }
  })
}

/** What the connector files say against lossless capture, beside the settings that decide how values are read. */
function connectorProblems(
  { texts, sources }: Project,
  {
    catalogs,
    mappings,
  }: { readonly catalogs: ReadonlyMap<string, Catalog>; readonly mappings: readonly CheckedFile[] },
): readonly Problem[] {
  return [...sources.values()].flatMap(({ name, connector, kind }) => {
    const file = texts.connectors.find(({ path }) => path === connector)
    if (file === undefined) return []
    const parsed = parseConnectorFile({ text: file.text, file: connector })
    if (parsed.kind === 'refused') return []
    const { settings } = parsed
    const read = captureSettings(settings)
    const said = new Set(read.kind === 'refused' ? read.refusals.map(({ setting }) => setting) : [])
    const mappedTables = mappedTablesOf(name, { mappings, catalog: catalogs.get(name) })
    return connectorFileProblems({ ...file, settings }, { mappedTables, said, ...(kind !== undefined && { kind }) })
  })
}

/** The tables that mappings of a source read, as its catalog has them. */
export function mappedTablesOf(
  source: string,
  { mappings, catalog }: { readonly mappings: readonly CheckedFile[]; readonly catalog: Catalog | undefined },
): readonly Table[] {
  const names = new Set(mappings.flatMap(({ mapping }) => (mapping?.source === source ? [...mapping.tables] : [])))
  return [...names].flatMap((name) => catalog?.tables.get(name) ?? [])
}

/** The tables of a catalog that are not excluded from the row store. */
export const keptTablesOf = (
  source: Pick<SourceDeclaration, 'excludedRows'> | undefined,
  catalog: Catalog | undefined,
): readonly Table[] =>
  [...(catalog?.tables.values() ?? [])].filter(({ name }) => source?.excludedRows?.includes(name) !== true)

function problemAt(code: keyof typeof mappingCodes, file: string, message: string): Problem {
  const place = { file, line: 1, column: 1, length: 1 }
  return { severity: 'error', code, name: mappingCodes[code].name, message, place }
}
