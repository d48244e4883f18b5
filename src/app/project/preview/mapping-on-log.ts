/** What it takes to run a mapping of a project over a raw log without a row store. */
import { FalseworkError } from '../../../core/diagnostics/falsework-error.ts'
import type { MappingSurroundings } from '../../../core/mapping/check/check-context.ts'
import type { CompiledMapping } from '../../../core/mapping/compiled-mapping.ts'
import { rowsWithoutStore, type SourceRows } from '../../../core/rows/source-rows.ts'
import { storedTables } from '../../../core/rows/stored/stored-catalog.ts'
import { nameOfMapping } from '../choose-files.ts'
import { intendedTables, type Registration } from '../plan/intended-revision.ts'
import type { CheckedProject } from '../validate-project.ts'

/** The rows of a source as a log tells of them, in memory. */
export function rowsOfLog(source: string, of: Pick<Registration, 'project' | 'checked'>): SourceRows {
  const { stored } = intendedTables(source, of)
  if (stored === undefined) throw new FalseworkError('INTERNAL', `no tables of ${source}`)
  return rowsWithoutStore(storedTables(stored))
}

/** Raises `UNKNOWN_NAME`, and `INVALID_PROJECT` where it has a mistake. */
export function soundMapping(
  { mappings, sources, problems }: CheckedProject,
  name: string,
): { readonly mapping: CompiledMapping; readonly surroundings: MappingSurroundings } {
  const file = mappings.find((one) => nameOfMapping(one) === name || one.file.path === name)
  if (file === undefined) {
    throw new FalseworkError(
      'UNKNOWN_NAME',
      `there is no mapping '${name}'; have ${mappings.map(nameOfMapping).join(', ')}`,
    )
  }
  const surroundings = file.mapping === null ? undefined : sources.get(file.mapping.source)
  if (file.mapping !== null && surroundings !== undefined) return { mapping: file.mapping, surroundings }
  const problem = problems.find(({ severity, place }) => severity === 'error' && place.file === file.file.path)
  const why = problem === undefined ? '' : ` (${problem.code}: ${problem.message})`
  throw new FalseworkError('INVALID_PROJECT', `${file.file.path} has a mistake${why}: run \`falsework validate\``)
}
