/** The migration files of a project, each against the mapping that it is about: a mapping is handed over by one of them. */
import { mappingCodes } from '../../core/diagnostics/codes/mapping.ts'
import type { Problem } from '../../core/diagnostics/problem.ts'
import { checkMigration, type MigrationSurroundings } from '../../core/migration/file/check-migration.ts'
import type { Project, TextFile } from './project-texts.ts'

export interface CheckedMigrations {
  /** Those without a mistake, by the name of the mapping. */
  readonly migrations: ReadonlyMap<string, TextFile>
  readonly problems: readonly Problem[]
}

export function checkMigrations(
  { texts, today }: Pick<Project, 'texts' | 'today'>,
  named: Pick<MigrationSurroundings, 'mappings' | 'someUnnamed'>,
): CheckedMigrations {
  const migrations = new Map<string, TextFile>()
  const fileOf = new Map<string, string>()
  const problems = (texts.migrations ?? []).flatMap((file): readonly Problem[] => {
    const { path, text } = file
    const checked = checkMigration({ text, file: path }, { ...named, ...(today !== undefined && { today }) })
    if (checked.mapping === null) return checked.problems
    const { value: mapping, place } = checked.mapping
    const other = fileOf.get(mapping)
    if (other !== undefined) {
      const message = `mapping '${mapping}' is migrated by ${other} already`
      const { name } = mappingCodes.FW2313
      return [...checked.problems, { severity: 'error', code: 'FW2313', name, message, place }]
    }
    fileOf.set(mapping, path)
    if (checked.migration !== null) migrations.set(mapping, file)
    return checked.problems
  })
  return { migrations, problems }
}
