/** Runs the fixtures of a project: what `falsework test` shows, and what `register` demands. */
import { type FixtureRun, type FixtureSubject, runFixtures } from '../../core/mapping/fixtures/run-fixtures.ts'
import type { Project } from './project-texts.ts'
import type { CheckedProject } from './validate-project.ts'

export function testProject({ texts }: Project, { mappings, sources }: CheckedProject): readonly FixtureRun[] {
  const subjects = new Map<string, FixtureSubject>()
  for (const { mapping } of mappings) {
    const settings = mapping === null ? undefined : sources.get(mapping.source)?.settings
    if (mapping !== null && settings !== undefined) subjects.set(mapping.name, { mapping, settings })
  }
  return texts.fixtures.map(({ path, text }) => runFixtures({ text, file: path }, subjects))
}

/** Whether every case of every file holds. */
export const allPassed = (runs: readonly FixtureRun[]): boolean =>
  runs.every(({ cases, problems }) => problems.length === 0 && cases.every(({ outcome }) => outcome === 'passed'))
