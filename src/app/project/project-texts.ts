/** The texts of a project and what its configuration says of them: the input of every check. */
import type { SourceKind } from '../../core/catalog/catalog.ts'
import type { Place } from '../../core/diagnostics/problem.ts'
import type { OnUnknownTable } from '../../core/registry/control-record.ts'

export interface TextFile {
  /** Relative to the project. */
  readonly path: string
  readonly text: string
}

/** `orders` of `mappings/orders.yaml`, and of the fixtures `mappings/orders.test.yaml`. */
export const stemOf = (path: string): string => path.replace(/^.*\//, '').replace(/(\.test)?\.yaml$/, '')

export interface ProjectTexts {
  readonly mappings: readonly TextFile[]
  readonly fixtures: readonly TextFile[]
  readonly contracts: readonly TextFile[]
  readonly codes: readonly TextFile[]
  readonly catalogs: readonly TextFile[]
  readonly connectors: readonly TextFile[]
  /** None when it is absent. */
  readonly migrations?: readonly TextFile[]
  /** What stands in the folders of these and is not read; nothing when it is absent. */
  readonly unread?: readonly UnreadFile[]
}

export type UnreadFile =
  /** The files of this folder end in `extension`. */
  | { readonly kind: 'otherName'; readonly path: string; readonly extension: string }
  /** It is named as a file of the project, and gives no text. */
  | { readonly kind: 'unreadable'; readonly path: string; readonly reason: string }
  | { readonly kind: 'noFolder'; readonly path: string }

/** All that have a text, in the order of their kinds. */
export const textFilesOf = (texts: ProjectTexts): readonly TextFile[] =>
  [
    texts.mappings,
    texts.fixtures,
    texts.contracts,
    texts.codes,
    texts.catalogs,
    texts.connectors,
    texts.migrations ?? [],
  ].flat()

export interface SourceDeclaration {
  readonly name: string
  /** What the database is; unknown when it is absent. */
  readonly kind?: SourceKind
  /** Path of the connector file. */
  readonly connector: string
  /** `report` when it is absent. */
  readonly unknownTables?: OnUnknownTable
  /** Tables whose rows the row store does not keep; none when it is absent. */
  readonly excludedRows?: readonly string[]
  /** Where each of them is named. */
  readonly excludedPlaces?: ReadonlyMap<string, Place>
}

export interface Project {
  readonly texts: ProjectTexts
  readonly sources: ReadonlyMap<string, SourceDeclaration>
  /** Pseudonym keys by name. Checks need the names alone. */
  readonly keys: ReadonlyMap<string, Uint8Array>
  /** Of topics whose mapping names none; absent where nobody has said so. */
  readonly defaultPartitions?: number
  /** The day that it is, in ISO 8601; absent where nobody has said so, and then nothing of a migration has expired. */
  readonly today?: string
}
