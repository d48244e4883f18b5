/** Runs the fixtures of a project: what `falsework test` shows, and what `validate` and `register` demand. */
import { mappingCodes } from '../../core/diagnostics/codes/mapping.ts'
import type { Problem } from '../../core/diagnostics/problem.ts'
import {
  type FixtureCase,
  type FixtureRun,
  type FixtureSubject,
  runFixtures,
} from '../../core/mapping/fixtures/run-fixtures.ts'
import { type Choice, nameOfMapping } from './choose-files.ts'
import { type Project, stemOf, type TextFile } from './project-texts.ts'
import { type CheckedFile, type CheckedProject, hasErrors } from './validate-project.ts'

/** What the fixtures of one mapping came to; `file` is that of the mapping where there are none. */
export interface MappingTest extends FixtureRun {
  /** `noCases`: nothing was tested, which is neither good nor bad. */
  readonly verdict: 'passed' | 'failed' | 'noCases'
}

export const testProject = ({ texts }: Project, checked: CheckedProject): readonly FixtureRun[] =>
  runAll(texts.fixtures, fixtureSubjects(checked))

const runAll = (files: readonly TextFile[], subjects: ReadonlyMap<string, FixtureSubject>): readonly FixtureRun[] =>
  files.map(({ path, text }) => runFixtures({ text, file: path }, subjects))

/** The mappings without mistakes of sources that can be read, by name. */
export function fixtureSubjects({ mappings, sources }: CheckedProject): ReadonlyMap<string, FixtureSubject> {
  const subjects = new Map<string, FixtureSubject>()
  for (const { mapping } of mappings) {
    const settings = mapping === null ? undefined : sources.get(mapping.source)?.settings
    if (mapping !== null && settings !== undefined) subjects.set(mapping.name, { mapping, settings })
  }
  return subjects
}

/** Whether every case of every file holds. */
export const allPassed = (runs: readonly FixtureRun[]): boolean =>
  runs.every(({ cases, problems }) => problems.length === 0 && cases.every(({ outcome }) => outcome === 'passed'))

/** The chosen mappings with what their fixtures came to; of all, also the fixtures of no mapping that there is. */
export function testMappings(project: Project, checked: CheckedProject, choice: Choice): readonly MappingTest[] {
  const runs = testProject(project, checked).map((run) => ({ run, owner: ownerOf(run, checked.mappings) }))
  const homeless = choice.of === 'all' ? runs.filter(({ owner }) => owner === null) : []
  return [
    ...choice.mappings.flatMap((mapping) => {
      const own = runs.filter(({ owner }) => owner === mapping).map(({ run }) => run)
      return (own.length === 0 ? [nothingOf(mapping)] : own).map((run) => judge(run, mapping, checked.problems))
    }),
    ...homeless.map(({ run }): MappingTest => ({ ...run, verdict: 'failed' })),
  ]
}

/** What `validate` says of fixtures: their mistakes, and the cases that do not hold. */
export const fixtureProblems = (tests: readonly MappingTest[]): readonly Problem[] =>
  tests.flatMap(({ problems, cases }) => [
    ...problems,
    ...cases.flatMap((one) => (one.differences.length === 0 ? [] : [differenceProblem(one)])),
  ])

/** The mapping that a file says it is about, or that stands beside it. */
function ownerOf({ mapping, file }: FixtureRun, mappings: readonly CheckedFile[]): CheckedFile | null {
  const named = mappings.find((one) => nameOfMapping(one) === mapping)
  return named ?? mappings.find((one) => stemOf(one.file.path) === stemOf(file)) ?? null
}

const nothingOf = (mapping: CheckedFile): FixtureRun => ({
  file: mapping.file.path,
  mapping: nameOfMapping(mapping),
  cases: [],
  problems: [],
  coverage: null,
})

function judge(run: FixtureRun, { file, name, mapping }: CheckedFile, all: readonly Problem[]): MappingTest {
  const isSound = mapping !== null && !hasErrors(all.filter(({ place }) => place.file === file.path))
  // A mapping with a mistake has been named: that its fixtures find no sound one says nothing more.
  const isItsName = name === null || run.mapping === name
  const problems = mapping === null && run.mapping !== null && isItsName ? [] : run.problems
  const told = { ...run, mapping: run.mapping ?? name ?? stemOf(file.path), problems }
  if (!isSound || !allPassed([{ ...run, problems }])) return { ...told, verdict: 'failed' }
  return { ...told, verdict: run.cases.length === 0 ? 'noCases' : 'passed' }
}

function differenceProblem({ name, place, differences }: FixtureCase): Problem {
  const [first] = differences
  const told = first === undefined ? '' : `${first.path} expected ${first.expected}, got ${first.got}`
  const more = differences.length > 1 ? `, and ${differences.length - 1} more` : ''
  const message = `the test does not hold: ${told}${more}`
  const { name: readable } = mappingCodes.FW2314
  return {
    severity: 'error',
    code: 'FW2314',
    name: readable,
    message,
    place,
    hint: `falsework test shows "${name}" whole`,
  }
}
