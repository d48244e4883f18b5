/** Compares the contracts of a project with what the schema registry has released of them. */
import type { Problem } from '../../../core/diagnostics/problem.ts'
import { intendedSchemas } from '../plan/intended-revision.ts'
import { type PlannedSchema, plannedSchema } from '../plan/planned-schema.ts'
import type { Project } from '../project-texts.ts'
import { validateProject } from '../validate-project.ts'
import { brokenPromises, type RegistryParts } from './broken-promises.ts'

export interface CheckedContracts {
  /** Of all events that mappings publish. */
  readonly schemas: readonly PlannedSchema[]
  /** Mistakes in files that keep a contract from being compared, and broken promises, each with its place. */
  readonly problems: readonly Problem[]
  /** Contracts that no mapping publishes: without a topic they have no subject. */
  readonly unpublished: readonly string[]
}

/** Raises what the schema registry raises. */
export async function checkContracts(project: Project, parts: RegistryParts): Promise<CheckedContracts> {
  const checked = validateProject(project, parts.names)
  const mappings = checked.mappings.flatMap(({ mapping }) => mapping ?? [])
  const publications = mappings.flatMap((mapping) => mapping.publications)
  const schemas: PlannedSchema[] = []
  for (const schema of mappings.flatMap((mapping) => intendedSchemas(mapping, parts.names))) {
    schemas.push(await plannedSchema(schema, parts.schemaRegistry))
  }
  const published = new Set(schemas.map(({ event }) => event))
  return {
    schemas,
    problems: [
      ...checked.problems.filter(({ severity }) => severity === 'error'),
      ...(await brokenPromises(checked, publications, parts)),
    ],
    unpublished: [...checked.contracts.keys()].filter((name) => !published.has(name)).toSorted(),
  }
}
