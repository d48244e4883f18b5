/** What of a project a command is about: mappings and files that a person has named, or all. */
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'
import { suggestion } from '../../core/diagnostics/nearest-name.ts'
import { type Project, stemOf, textFilesOf } from './project-texts.ts'
import type { CheckedFile, CheckedProject } from './validate-project.ts'

export interface Choice {
  readonly of: 'all' | 'named'
  readonly mappings: readonly CheckedFile[]
  /** How many files were named, those beside a mapping included. */
  readonly fileCount: number
  /**
   * Whether a mistake in that file is one of what was chosen. Every mapping needs contracts, catalogs, connectors and
   * codes; no mapping needs another.
   */
  readonly concerns: (file: string) => boolean
}

/** The name that a mapping gives itself, or that of its file as long as that cannot be read. */
export const nameOfMapping = ({ name, file }: CheckedFile): string => name ?? stemOf(file.path)

/**
 * `only` holds names of mappings and paths as they stand in the project; none: all. The path of a fixture file stands for
 * its mapping.
 *
 * Raises `UNKNOWN_NAME` with what was probably meant.
 */
export function chooseFiles({ texts }: Project, { mappings }: CheckedProject, only: readonly string[]): Choice {
  const paths = textFilesOf(texts).map(({ path }) => path)
  if (only.length === 0) return { of: 'all', mappings, fileCount: paths.length, concerns: () => true }
  const isOfMappings = new Set([...texts.mappings, ...texts.fixtures].map(({ path }) => path))
  const named = new Set<string>()
  const chosen = new Set<CheckedFile>()
  for (const text of new Set(only)) {
    const mapping = mappings.find((one) => nameOfMapping(one) === text || one.file.path === mappingPath(text))
    if (mapping !== undefined) chosen.add(mapping)
    else if (!paths.includes(text)) throw unknown(text, mappings.map(nameOfMapping), paths)
    named.add(mapping?.file.path ?? text)
  }
  const fixtures = new Set(
    [...chosen].flatMap(({ file }) =>
      texts.fixtures.map(({ path }) => path).filter((path) => mappingPath(path) === file.path),
    ),
  )
  const concerns = (file: string): boolean =>
    named.has(file) || fixtures.has(file) || (chosen.size > 0 && !isOfMappings.has(file))
  return { of: 'named', mappings: [...chosen], fileCount: named.size + fixtures.size, concerns }
}

const mappingPath = (path: string): string => path.replace(/\.test\.yaml$/, '.yaml')

function unknown(text: string, names: readonly string[], paths: readonly string[]): FalseworkError {
  const isPath = text.includes('/')
  const what = isPath ? 'file' : 'mapping'
  const place = isPath ? ' in the project' : ''
  return new FalseworkError(
    'UNKNOWN_NAME',
    `there is no ${what} '${text}'${place}; ${suggestion(text, isPath ? paths : names)}`,
  )
}
