/** The shape of `falsework.yaml`: sections of settings, sources, and pseudonym keys. */
import { type SourceKind, sourceKinds } from '../core/catalog/catalog.ts'
import type { Place } from '../core/diagnostics/problem.ts'
import { type OnUnknownTable, onUnknownTable } from '../core/registry/control-record.ts'
import { commaList, type Field, mapOf, object, optional, required } from '../core/shape/composites.ts'
import { type Located, located, refine } from '../core/shape/modifiers.ts'
import { oneOf, text } from '../core/shape/scalars.ts'
import type { Setting } from './setting.ts'
import { settings } from './settings.ts'
import { secretReference, sourceName } from './value-shapes.ts'

export interface SourceConfig {
  readonly name: string
  readonly kind: SourceKind
  /** Connector file, relative to the project. */
  readonly connector: string
  /** What the catalog covers: schemas of PostgreSQL, databases of MariaDB and MySQL. */
  readonly schemas: readonly string[]
  /** What becomes of the source when rows of a table come that the catalog does not know. */
  readonly unknownTables: OnUnknownTable
  /** Tables, `schema.table`, whose rows the row store does not keep. */
  readonly excludedRows: readonly string[]
  /** Where each of them is named. */
  readonly excludedPlaces: ReadonlyMap<string, Place>
}

/** What is meant where a source does not say it. */
export const sourceStandards = { schemas: ['public'], unknownTables: 'report' } as const

const declaredSource = object({
  kind: required(oneOf(sourceKinds), 'What the database is.'),
  connector: required(text, 'The connector file, relative to the project.'),
  schemas: {
    ...optional(
      commaList(text, 1),
      'What the catalog covers: schemas of PostgreSQL; databases of MariaDB and MySQL, which must name them.',
    ),
    standard: sourceStandards.schemas,
  },
  unknownTables: {
    ...optional(
      oneOf(onUnknownTable),
      'What becomes of rows of a table that the catalog does not know: told and passed over, or the source halts.',
    ),
    standard: sourceStandards.unknownTables,
  },
  rows: optional(
    object({
      exclude: optional(commaList(located(text)), 'Tables, schema.table, whose rows the row store does not keep.'),
    }),
    'What the row store keeps.',
  ),
})

/** Only PostgreSQL has a schema that everybody uses. */
const source = refine(declaredSource, (declared, complain) => {
  if (declared.kind === 'postgres' || declared.schemas !== undefined) return declared
  return complain(['kind'], 'a source of this kind names its databases under schemas', 'schemas: [shop]')
})

const sectionDocs = {
  kafka: 'The Kafka cluster.',
  limits: 'What one source may hold in memory.',
  rows: 'The row store.',
  registry: 'The schema registry.',
  connect: 'Kafka Connect.',
  topics: 'Names and form of topics.',
  http: 'What the daemon serves.',
  daemon: 'The daemon, as commands find it.',
} as const

type Section = Field<Readonly<Record<string, Located<unknown> | undefined>>>

/** The settings by section, each with the place where it is written. */
const sections = Object.fromEntries(Object.entries(sectionDocs).map(([name, doc]) => [name, sectionOf(name, doc)])) as {
  readonly [K in keyof typeof sectionDocs]: Section & { readonly presence: 'optional' }
}

function sectionOf(name: string, doc: string): Section {
  const fields = Object.values<Setting<unknown>>(settings)
    .map((declared) => ({ ...declared, path: declared.path.split('.') }))
    .filter(({ path }) => path[0] === name)
    .map(({ path, shape, standard, doc: what }) => [path[1] ?? '', { ...optional(located(shape), what), standard }])
  return optional(object(Object.fromEntries(fields) as Readonly<Record<string, Field<Located<unknown>>>>), doc)
}

export const projectShape = object({
  format: optional(oneOf(['1']), 'The format of this file.'),
  ...sections,
  sources: optional(
    mapOf(sourceName, source),
    'The legacy databases, by the name that mappings and topics have for each.',
  ),
  keys: optional(mapOf(text, located(secretReference)), 'Pseudonym keys by name: where each is, never the key itself.'),
})
