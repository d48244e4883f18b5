/** The project's configuration: settings and sources, from the environment over `falsework.yaml` over defaults. */
import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, type YAMLMap } from 'yaml'
import { brand } from '../brand.ts'
import { type SourceKind, sourceKinds } from '../core/catalog/catalog.ts'
import { FalseworkError } from '../core/diagnostics/falsework-error.ts'
import type { Place } from '../core/diagnostics/problem.ts'
import { type OnUnknownTable, onUnknownTable } from '../core/registry/control-record.ts'
import { environmentName, type Setting, type SettingValue } from './setting.ts'
import { type Settings, settings } from './settings.ts'

export interface SourceConfig {
  readonly name: string
  readonly kind: SourceKind
  /** Connector file, relative to the project. */
  readonly connector: string
  /** Schemas of the database that the catalog covers. */
  readonly schemas: readonly string[]
  /** What becomes of the source when rows of a table come that the catalog does not know. */
  readonly unknownTables: OnUnknownTable
  /** Tables, `schema.table`, whose rows the row store does not keep. */
  readonly excludedRows: readonly string[]
  /** Where each of them is named. */
  readonly excludedPlaces: ReadonlyMap<string, Place>
}

export interface ProjectConfig {
  readonly settings: Settings
  readonly sources: ReadonlyMap<string, SourceConfig>
  /** Names of pseudonym keys and the reference that holds each (`${env:NAME}`). */
  readonly keys: ReadonlyMap<string, string>
  /** Where the value of each setting came from, for `config view`. */
  readonly origins: ReadonlyMap<string, 'environment' | 'project file' | 'default'>
}

/** Raises `UNKNOWN_NAME` that lists what there is. */
export function declaredSource({ sources }: Pick<ProjectConfig, 'sources'>, name: string): SourceConfig {
  const found = sources.get(name)
  if (found !== undefined) return found
  const known = sources.size === 0 ? 'none' : [...sources.keys()].join(', ')
  throw new FalseworkError('UNKNOWN_NAME', `there is no source '${name}'; have ${known}`)
}

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Reads the text of a `falsework.yaml`.
 *
 * Raises `CONFIG_INVALID` that names every mistake with its line.
 */
export function readProjectConfig(source: { text: string; file: string }, environment: Environment): ProjectConfig {
  const lines = new LineCounter()
  const document = parseDocument(source.text, { lineCounter: lines, uniqueKeys: true })
  const mistakes: string[] = document.errors.map((error) => `${source.file}: ${error.message}`)
  const complain = (node: Node | null | undefined, message: string): void => {
    const { line, col } = lines.linePos(node?.range?.[0] ?? 0)
    mistakes.push(`${source.file}:${line}:${col} ${message}`)
  }
  const placeOf = (node: Node): Place => {
    const [start, end] = node.range ?? [0, 0]
    const { line, col } = lines.linePos(start)
    return { file: source.file, line, column: col, length: Math.max(1, end - start) }
  }
  const reader = new SectionReader(complain, placeOf)
  const root = isMap(document.contents) ? document.contents : null
  if (root === null && document.contents !== null) complain(document.contents, 'expected a map of sections')
  const given = new Map<string, Node>()
  const sources = new Map<string, SourceConfig>()
  const keys = new Map<string, string>()
  for (const [name, value] of reader.entries(root)) {
    if (name === 'format') reader.expectFormat(value)
    else if (name === 'sources') for (const s of reader.sources(value)) sources.set(s.name, s)
    else if (name === 'keys') for (const [key, node] of reader.entries(value)) keys.set(key, reader.text(node))
    else for (const [key, node] of reader.entries(value)) given.set(`${name}.${key}`, node)
  }
  const { values, origins } = resolveSettings({ given, environment, reader, mistakes })
  for (const [path, node] of given) complain(node, `unknown setting ${path}; known: ${knownPaths().join(', ')}`)
  if (mistakes.length > 0) throw new FalseworkError('CONFIG_INVALID', mistakes.join('\n'))
  return { settings: values, sources, keys, origins }
}

interface Resolution {
  /** Settings of the project file by path; those that are known are taken out. */
  readonly given: Map<string, Node>
  readonly environment: Environment
  readonly reader: SectionReader
  readonly mistakes: string[]
}

function resolveSettings(resolution: Resolution): { values: Settings; origins: ProjectConfig['origins'] } {
  const { given, environment, reader, mistakes } = resolution
  const values: Record<string, SettingValue> = {}
  const origins = new Map<string, 'environment' | 'project file' | 'default'>()
  for (const [name, setting] of Object.entries<Setting<SettingValue>>(settings)) {
    const variable = environmentName(brand.environmentPrefix, setting.path)
    const fromEnvironment = environment[variable]
    const node = given.get(setting.path)
    given.delete(setting.path)
    const raw = fromEnvironment ?? (node === undefined ? undefined : reader.setting(node))
    const value = raw === undefined ? setting.default : convert(setting, raw)
    if (value === null) mistakes.push(`${setting.path}: expected ${expectation(setting)}`)
    values[name] = value ?? setting.default
    origins.set(
      setting.path,
      fromEnvironment !== undefined ? 'environment' : node !== undefined ? 'project file' : 'default',
    )
  }
  return { values: values as Settings, origins }
}

function convert(setting: Setting<SettingValue>, raw: string | readonly string[]): SettingValue | null {
  if (setting.kind === 'list') return typeof raw === 'string' ? raw.split(',').map((item) => item.trim()) : raw
  if (typeof raw !== 'string') return null
  if (setting.kind === 'text') return raw
  const value = Number(raw)
  const [min, max] = setting.bounds ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
  return raw !== '' && Number.isInteger(value) && value >= min && value <= max ? value : null
}

function expectation(setting: Setting<SettingValue>): string {
  if (setting.kind === 'list') return 'a list of texts'
  if (setting.kind === 'text') return 'a text'
  return setting.bounds === undefined ? 'a whole number' : `a whole number from ${setting.bounds.join(' to ')}`
}

const knownPaths = (): string[] => Object.values(settings).map((setting) => setting.path)

/** Reads nodes of the project file; every mistake is collected, none stops the reading. */
class SectionReader {
  private readonly complain: (node: Node | null | undefined, message: string) => void
  private readonly placeOf: (node: Node) => Place

  constructor(complain: (node: Node | null | undefined, message: string) => void, placeOf: (node: Node) => Place) {
    this.complain = complain
    this.placeOf = placeOf
  }

  entries(node: Node | null): [string, Node][] {
    if (node === null) return []
    if (!isMap(node)) {
      this.complain(node, 'expected a map')
      return []
    }
    return (node as YAMLMap<Node, Node | null>).items.flatMap(({ key, value }) =>
      value === null ? [] : [[this.text(key), value] as [string, Node]],
    )
  }

  text(node: Node): string {
    if (isScalar(node) && node.value !== null) return typeof node.value === 'string' ? node.value : (node.source ?? '')
    this.complain(node, 'expected a text')
    return ''
  }

  setting(node: Node): string | readonly string[] {
    return isSeq<Node>(node) ? node.items.map((item) => this.text(item)) : this.text(node)
  }

  expectFormat(node: Node): void {
    if (this.text(node) !== '1') this.complain(node, 'format: this version reads format 1')
  }

  sources(node: Node): SourceConfig[] {
    return this.entries(node).map(([name, value]) => {
      const fields = new Map(this.entries(value))
      const kindNode = fields.get('kind')
      const kind = sourceKinds.find((known) => kindNode !== undefined && known === this.text(kindNode))
      if (kind === undefined) this.complain(kindNode ?? value, `kind: expected one of ${sourceKinds.join(', ')}`)
      const connector = fields.get('connector')
      if (connector === undefined) this.complain(value, `connector: source ${name} names no connector file`)
      const schemas = fields.get('schemas')
      const unknownTables = fields.get('unknownTables')
      const onUnknown = onUnknownTable.find(
        (known) => unknownTables === undefined || known === this.text(unknownTables),
      )
      if (onUnknown === undefined) {
        this.complain(unknownTables ?? value, `unknownTables: expected one of ${onUnknownTable.join(', ')}`)
      }
      for (const [key, field] of fields) {
        if (!['kind', 'connector', 'schemas', 'unknownTables', 'rows'].includes(key))
          this.complain(field, `unknown key ${key} of a source`)
      }
      const excluded = this.excludedRows(fields.get('rows'))
      return {
        name,
        kind: kind ?? 'postgres',
        connector: connector === undefined ? '' : this.text(connector),
        schemas: schemas === undefined ? ['public'] : [this.setting(schemas)].flat(),
        unknownTables: onUnknown ?? 'report',
        excludedRows: [...excluded.keys()],
        excludedPlaces: excluded,
      }
    })
  }

  private excludedRows(node: Node | undefined): ReadonlyMap<string, Place> {
    const excluded = new Map<string, Place>()
    for (const [key, value] of this.entries(node ?? null)) {
      if (key !== 'exclude') this.complain(value, `unknown key ${key} of rows; known: exclude`)
      else
        for (const item of isSeq<Node>(value) ? value.items : [value]) excluded.set(this.text(item), this.placeOf(item))
    }
    return excluded
  }
}
