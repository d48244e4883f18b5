/** What of a project is to be registered, with everything checked that can be checked before anything is changed. */
import type { Problem } from '../../../core/diagnostics/problem.ts'
import type { FixtureRun } from '../../../core/mapping/fixtures/run-fixtures.ts'
import { brokenPromises, type RegistryParts } from '../contracts/broken-promises.ts'
import { publishedDrafts } from '../contracts/draft-problems.ts'
import { chooseFiles } from '../choose-files.ts'
import type { Project } from '../project-texts.ts'
import { allPassed, testProject } from '../test-project.ts'
import { hasErrors, validateProject } from '../validate-project.ts'
import { type ChosenMapping, type Registration } from './intended-revision.ts'

export type ReadyProject =
  | { readonly kind: 'ready'; readonly registrations: readonly Registration[]; readonly problems: readonly Problem[] }
  | Refused

/** Nothing is changed. */
export interface Refused {
  readonly kind: 'refused'
  readonly problems: readonly Problem[]
  readonly fixtures: readonly FixtureRun[]
}

/** `only` as `chooseFiles` takes it. Raises `UNKNOWN_NAME` and what the schema registry raises. */
export async function readyProject(
  project: Project,
  only: readonly string[],
  parts: RegistryParts,
): Promise<ReadyProject> {
  const checked = validateProject(project, parts.names)
  const chosen = chooseFiles(project, checked, only).mappings.flatMap(({ file, mapping }): ChosenMapping[] =>
    mapping === null ? [] : [{ file, mapping }],
  )
  const { problems } = checked
  const fixtures = testProject(project, checked)
  if (hasErrors(problems) || !allPassed(fixtures)) return { kind: 'refused', problems, fixtures }
  const registrations = chosen.map((item) => ({ project, checked, item }))
  const publications = chosen.flatMap(({ mapping }) => mapping.publications)
  const drafts = publishedDrafts(checked.contracts, publications)
  const breaks = await brokenPromises(checked, publications, parts)
  if (drafts.length > 0 || breaks.length > 0) {
    return { kind: 'refused', problems: [...withoutWarnings(problems, drafts), ...drafts, ...breaks], fixtures }
  }
  return { kind: 'ready', registrations, problems }
}

/** What is an error of a file is not told as a warning as well. */
function withoutWarnings(problems: readonly Problem[], errors: readonly Problem[]): readonly Problem[] {
  const told = new Set(errors.map(({ code, place }) => `${code} ${place.file}`))
  return problems.filter(({ code, place }) => !told.has(`${code} ${place.file}`))
}
