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
  const registrationOf = (item: ChosenMapping): Registration => {
    const own = fixtures.filter(({ mapping }) => mapping === item.mapping.name)
    return { project, checked, item, cases: own.reduce((sum, { cases }) => sum + cases.length, 0) }
  }
  const publications = chosen.flatMap(({ mapping }) => mapping.publications)
  const drafts = publishedDrafts(checked.contracts, publications)
  const breaks = await brokenPromises(checked, publications, parts)
  const refused = [...drafts, ...unownedMappings(problems, chosen)]
  if (refused.length > 0 || breaks.length > 0) {
    return { kind: 'refused', problems: [...withoutWarnings(problems, refused), ...refused, ...breaks], fixtures }
  }
  return { kind: 'ready', registrations: chosen.map(registrationOf), problems }
}

/** What `validate` warns of: a draft can be tested, and is not registered before somebody answers for it. */
function unownedMappings(problems: readonly Problem[], chosen: readonly ChosenMapping[]): readonly Problem[] {
  const files = new Set(chosen.map(({ file }) => file.path))
  return problems
    .filter(({ code, place }) => code === 'FW2340' && files.has(place.file))
    .map((problem) => ({ ...problem, severity: 'error' }))
}

/** What is an error of a file is not told as a warning as well. */
function withoutWarnings(problems: readonly Problem[], errors: readonly Problem[]): readonly Problem[] {
  const told = new Set(errors.map(({ code, place }) => `${code} ${place.file}`))
  return problems.filter(({ code, place }) => !told.has(`${code} ${place.file}`))
}
