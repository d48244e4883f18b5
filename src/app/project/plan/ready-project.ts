/** What of a project is to be registered, with everything checked that can be checked before anything is changed. */
import type { TopicNames } from '../../../core/delivery/topic-names.ts'
import type { Problem } from '../../../core/diagnostics/problem.ts'
import { compatible } from '../../../core/event/compatibility/compatible.ts'
import { compatibilityProblems } from '../../../core/event/compatibility/compatibility-problems.ts'
import type { FixtureRun } from '../../../core/mapping/fixtures/run-fixtures.ts'
import type { SchemaRegistry } from '../../../ports/schema-registry.ts'
import { chooseFiles } from '../choose-files.ts'
import type { Project } from '../project-texts.ts'
import { allPassed, testProject } from '../test-project.ts'
import { hasErrors, validateProject } from '../validate-project.ts'
import { type ChosenMapping, subjectOf, type Registration } from './intended-revision.ts'

export type ReadyProject =
  | { readonly kind: 'ready'; readonly registrations: readonly Registration[]; readonly problems: readonly Problem[] }
  | Refused

/** Nothing is changed. */
export interface Refused {
  readonly kind: 'refused'
  readonly problems: readonly Problem[]
  readonly fixtures: readonly FixtureRun[]
}

export interface ReadyParts {
  readonly names: TopicNames
  readonly schemaRegistry: SchemaRegistry
}

/** `only` as `chooseFiles` takes it. Raises `UNKNOWN_NAME` and what the schema registry raises. */
export async function readyProject(
  project: Project,
  only: readonly string[],
  parts: ReadyParts,
): Promise<ReadyProject> {
  const checked = validateProject(project, parts.names)
  const chosen = chooseFiles(project, checked, only).mappings.flatMap(({ file, mapping }): ChosenMapping[] =>
    mapping === null ? [] : [{ file, mapping }],
  )
  const { problems } = checked
  const fixtures = testProject(project, checked)
  if (hasErrors(problems) || !allPassed(fixtures)) return { kind: 'refused', problems, fixtures }
  const registrations = chosen.map((item) => ({ project, checked, item }))
  const breaks = await incompatibilities(registrations, parts)
  if (breaks.length > 0) return { kind: 'refused', problems: [...problems, ...breaks], fixtures }
  return { kind: 'ready', registrations, problems }
}

async function incompatibilities(
  registrations: readonly Registration[],
  { names, schemaRegistry }: ReadyParts,
): Promise<Problem[]> {
  const problems: Problem[] = []
  for (const { checked, item } of registrations) {
    for (const { event, version, topic, contract } of item.mapping.publications) {
      const released = await schemaRegistry.versions(subjectOf(names.events(topic), contract.fullName))
      const breaks = compatible(contract.schema, released, contract.compatibility)
      const file = checked.contracts.get(`${event}.v${version}`)?.file
      if (file !== undefined) problems.push(...compatibilityProblems({ text: file.text, file: file.path }, breaks))
    }
  }
  return problems
}
