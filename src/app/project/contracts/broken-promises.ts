/** What contracts of a project break of the promises that released versions in the schema registry have given. */
import type { TopicNames } from '../../../core/delivery/topic-names.ts'
import type { Problem } from '../../../core/diagnostics/problem.ts'
import type { Publication } from '../../../core/event/business-event.ts'
import { compatible } from '../../../core/event/compatibility/compatible.ts'
import { compatibilityProblems } from '../../../core/event/compatibility/compatibility-problems.ts'
import type { SchemaRegistry } from '../../../ports/schema-registry.ts'
import { subjectOf } from '../plan/intended-revision.ts'
import type { CheckedProject } from '../validate-project.ts'

export interface RegistryParts {
  readonly names: TopicNames
  readonly schemaRegistry: SchemaRegistry
}

/** One problem for each, at its field in the contract file. Raises what the schema registry raises. */
export async function brokenPromises(
  { contracts }: CheckedProject,
  publications: readonly Publication[],
  { names, schemaRegistry }: RegistryParts,
): Promise<readonly Problem[]> {
  const problems: Problem[] = []
  const seen = new Set<string>()
  for (const { event, version, topic, contract } of publications) {
    const subject = subjectOf(names.events(topic), contract.fullName)
    const file = contracts.get(`${event}.v${version}`)?.file
    if (file === undefined || seen.has(subject)) continue
    seen.add(subject)
    const released = await schemaRegistry.versions(subject)
    const breaks = compatible(contract.schema, released, contract.compatibility)
    problems.push(...compatibilityProblems({ text: file.text, file: file.path }, breaks))
  }
  return problems
}
