/** The project's configuration: settings and sources, from the environment over `falsework.yaml` over defaults. */
import { FalseworkError } from '../core/diagnostics/falsework-error.ts'
import type { Place } from '../core/diagnostics/problem.ts'
import { linesShown } from '../core/diagnostics/problems-shown.ts'
import { placeText } from '../core/diagnostics/render-problem.ts'
import type { Placed } from '../core/shape/modifiers.ts'
import { type ReadBy, readParsed, readTree } from '../core/shape/shape.ts'
import { type Mistake, placeIn, scalarTree, type Spot } from '../core/shape/tree.ts'
import { parseYamlTree } from '../core/shape/yaml/yaml-tree.ts'
import { projectShape, type SourceConfig, sourceStandards } from './project-shape.ts'
import { environmentName, type Setting } from './setting.ts'
import { type Settings, settings } from './settings.ts'

export interface ProjectConfig {
  readonly settings: Settings
  readonly sources: ReadonlyMap<string, SourceConfig>
  /** Names of pseudonym keys and the reference that holds each (`${env:NAME}`), with its place. */
  readonly keys: ReadonlyMap<string, Placed<string>>
  /** Where the value of each setting came from, by its path. */
  readonly origins: ReadonlyMap<string, Origin>
}

export type Origin =
  | { readonly kind: 'environment'; readonly variable: string }
  | { readonly kind: 'file'; readonly place: Place }
  | { readonly kind: 'default' }

/** Raises `UNKNOWN_NAME` that lists what there is. */
export function declaredSource({ sources }: Pick<ProjectConfig, 'sources'>, name: string): SourceConfig {
  const found = sources.get(name)
  if (found !== undefined) return found
  const known = sources.size === 0 ? 'none' : [...sources.keys()].join(', ')
  throw new FalseworkError('UNKNOWN_NAME', `there is no source '${name}'; have ${known}`)
}

type Environment = Readonly<Record<string, string | undefined>>
type PlaceOf = (spot: Spot) => Place

/**
 * Reads the text of a `falsework.yaml`; an empty one is a project of defaults.
 *
 * Raises `CONFIG_INVALID` that names every mistake with line and column, or with the environment variable.
 */
export function readProjectConfig(source: { text: string; file: string }, environment: Environment): ProjectConfig {
  const placeOf = placeIn(source)
  const parsed = parseYamlTree(source.text)
  const isEmpty = parsed.kind === 'tree' && parsed.tree.kind === 'nothing'
  const file = isEmpty ? ({ kind: 'value', value: {} } as const) : readParsed(projectShape, parsed)
  const written: ProjectFile = file.kind === 'value' ? file.value : {}
  const resolved = Object.entries<Setting<unknown>>(settings).map(([name, declared]) => ({
    name,
    path: declared.path,
    ...resolve(declared, { written, environment, placeOf }),
  }))
  const mistakes = [
    ...(file.kind === 'mistakes'
      ? file.mistakes.map((mistake) => told(placeText(placeOf(mistake.spot)), mistake))
      : []),
    ...resolved.flatMap((one) => one.mistakes),
  ]
  if (mistakes.length > 0) throw new FalseworkError('CONFIG_INVALID', linesShown(source.file, mistakes))
  return {
    settings: Object.fromEntries(resolved.map(({ name, value }) => [name, value])) as Settings,
    sources: sourcesOf(written, placeOf),
    keys: new Map([...(written.keys ?? [])].map(([name, { value, spot }]) => [name, { value, place: placeOf(spot) }])),
    origins: new Map(resolved.map(({ path, origin }) => [path, origin])),
  }
}

type ProjectFile = ReadBy<typeof projectShape>

const told = (where: string, { message, hint }: Mistake): string =>
  `${where} ${message}${hint === undefined ? '' : `; ${hint}`}`

interface Resolved {
  readonly value: unknown
  readonly origin: Origin
  readonly mistakes: readonly string[]
}

interface Given {
  readonly written: ProjectFile
  readonly environment: Environment
  readonly placeOf: PlaceOf
}

function resolve({ path, shape, standard }: Setting<unknown>, { written, environment, placeOf }: Given): Resolved {
  const variable = environmentName(path)
  const given = environment[variable]
  if (given !== undefined) {
    const read = readTree(shape, scalarTree(given, []))
    const mistakes = read.kind === 'value' ? [] : read.mistakes.map((mistake) => told(`${variable}:`, mistake))
    return { value: read.kind === 'value' ? read.value : standard, origin: { kind: 'environment', variable }, mistakes }
  }
  const [section = '', key = ''] = path.split('.')
  const sections = written as Readonly<Record<string, Readonly<Record<string, { value: unknown; spot: Spot }>>>>
  const found = sections[section]?.[key]
  if (found === undefined) return { value: standard, origin: { kind: 'default' }, mistakes: [] }
  return { value: found.value, origin: { kind: 'file', place: placeOf(found.spot) }, mistakes: [] }
}

function sourcesOf({ sources = new Map() }: ProjectFile, placeOf: PlaceOf): ReadonlyMap<string, SourceConfig> {
  return new Map(
    [...sources].map(([name, { rows, ...declared }]) => {
      const excluded = rows?.exclude ?? []
      const places = new Map(excluded.map(({ value, spot }) => [value, placeOf(spot)]))
      return [name, { ...sourceStandards, ...declared, name, excludedRows: [...places.keys()], excludedPlaces: places }]
    }),
  )
}
