/** What `falsework test` prints of each mapping: what does not hold, and what no fixture has reached. */
import type { Project } from '../../app/project/project-texts.ts'
import type { MappingTest } from '../../app/project/test-project.ts'
import type { Place } from '../../core/diagnostics/problem.ts'
import type { FixtureRun } from '../../core/mapping/fixtures/run-fixtures.ts'
import { coloured, printable, type Streams } from '../output.ts'
import { count } from './problems.ts'

const words: Readonly<
  Record<MappingTest['verdict'], { readonly word: string; readonly colour: 'green' | 'red' | 'yellow' }>
> = {
  passed: { word: 'PASS', colour: 'green' },
  failed: { word: 'FAIL', colour: 'red' },
  noCases: { word: 'NONE', colour: 'yellow' },
}

/** A line for the mapping, then those of the cases that do not hold. */
export function testText({ verdict, file, mapping, cases, coverage }: MappingTest, colour: Streams['colour']): string {
  const { word, colour: wordColour } = words[verdict]
  const covered = coverage === null ? '' : `  ${coverage.covered} of ${coverage.all} branches`
  const title = ` ${coloured(word, wordColour, colour)}  ${(mapping ?? file).padEnd(20)} ${count(cases.length, 'case')}${covered}\n`
  return (
    title +
    cases
      .filter(({ outcome }) => outcome === 'failed')
      .map(caseText)
      .join('')
  )
}

const caseText = ({ name, place, differences }: FixtureRun['cases'][number]): string =>
  [
    `       ${place.file}:${place.line}  "${printable(name)}"\n`,
    ...differences.map(({ path, expected, got }) => `         ${path}   expected ${expected}   got ${got}\n`),
  ].join('')

export function testsSummary(tests: readonly MappingTest[]): string {
  const all = tests.flatMap(({ cases }) => cases)
  const failed = all.filter(({ outcome }) => outcome === 'failed').length
  return `${count(all.length, 'case')}, ${all.length - failed} passed, ${failed} failed\n`
}

/** Each branch that no fixture has reached, with its place and the condition that stands there. */
export function coverageText(tests: readonly MappingTest[], { texts }: Project): string {
  const lines = new Map(texts.mappings.map(({ path, text }) => [path, text.split('\n')]))
  const uncovered = tests.flatMap(({ coverage }) => coverage?.uncovered ?? [])
  const [covered, all] = [sum(tests, 'covered'), sum(tests, 'all')]
  // A rule is a branch: only of mappings with mistakes there are none.
  if (all === 0) return 'branch coverage is not known: no mapping was run\n'
  return [
    `branch coverage ${Math.floor((covered * 100) / all)}%: ${covered} of ${all}\n`,
    ...uncovered.map(({ place, what }) => {
      const condition = what.includes(' when ') ? `   ${conditionAt(place, lines.get(place.file))}` : ''
      return `  not reached  ${place.file}:${place.line}  ${printable(what + condition)}\n`
    }),
  ].join('')
}

const sum = (tests: readonly MappingTest[], figure: 'covered' | 'all'): number =>
  tests.reduce((total, { coverage }) => total + (coverage?.[figure] ?? 0), 0)

const conditionAt = ({ line, column, length }: Place, lines: readonly string[] | undefined): string =>
  (lines?.[line - 1] ?? '').slice(column - 1, column - 1 + length)
