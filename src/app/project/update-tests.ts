/** Fixtures that do not hold, with what came out in the place of what they expected. */
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'
import { runFixtures } from '../../core/mapping/fixtures/run-fixtures.ts'
import { updateFixtures } from '../../core/mapping/fixtures/update/update-fixtures.ts'
import type { Project, TextFile } from './project-texts.ts'
import { fixtureSubjects, type MappingTest } from './test-project.ts'
import type { CheckedProject } from './validate-project.ts'

export interface FixtureUpdate {
  readonly before: TextFile
  readonly after: TextFile
  /** The cases whose expectations differ. */
  readonly names: readonly string[]
}

/** Of the files of those tests; nothing is written. Raises `INTERNAL` where what it would write does not hold. */
export function updateTests(
  { texts }: Project,
  checked: CheckedProject,
  tests: readonly MappingTest[],
): readonly FixtureUpdate[] {
  const subjects = fixtureSubjects(checked)
  const tested = new Set(tests.map(({ file }) => file))
  return texts.fixtures.flatMap((before): FixtureUpdate[] => {
    if (!tested.has(before.path)) return []
    const { text, names } = updateFixtures({ text: before.text, file: before.path }, subjects)
    if (names.length === 0) return []
    const { cases } = runFixtures({ text, file: before.path }, subjects)
    const broken = names.filter((name) => cases.find((one) => one.name === name)?.outcome !== 'passed')
    if (broken.length === 0) return [{ before, after: { path: before.path, text }, names }]
    const message = `${before.path} would not hold with what came out (${broken.join(', ')}); it was left as it is`
    throw new FalseworkError('INTERNAL', message)
  })
}

/** The project with those files as they are now. */
export const withUpdates = (project: Project, updates: readonly FixtureUpdate[]): Project => ({
  ...project,
  texts: {
    ...project.texts,
    fixtures: project.texts.fixtures.map((file) => updates.find(({ before }) => before === file)?.after ?? file),
  },
})
