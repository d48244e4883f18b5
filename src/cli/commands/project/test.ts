import type { Command } from 'commander'
import { chooseFiles } from '../../../app/project/choose-files.ts'
import type { Project } from '../../../app/project/project-texts.ts'
import { fixtureProblems, type MappingTest, testMappings } from '../../../app/project/test-project.ts'
import { hasErrors, validateProject } from '../../../app/project/validate-project.ts'
import { runCommand, type Shell } from '../../command.ts'
import { exitCode } from '../../exit-code.ts'
import { printReading, type Reading, type Streams } from '../../output.ts'
import { coverageText, testsSummary, testText } from '../../readings/test-reading.ts'
import { githubAnnotations, printProblems, summary } from '../../readings/problems.ts'
import { type FileOptions, projectNames, withFileOptions } from './project-files.ts'

interface TestOptions extends FileOptions {
  readonly coverage?: true
}

export function addTest(program: Command, shell: Shell): void {
  withFileOptions(program.command('test'))
    .description('the fixtures of the mappings: given rows, expected events; exit 1 when one does not hold')
    .option('--coverage', 'name the branches of the mappings that no fixture has reached')
    .action(async (only: string[], options: TestOptions) => {
      await runCommand(shell, options, async (wiring) => {
        const { streams, workingFolder } = shell
        const project = await wiring.readProject()
        const checked = validateProject(project, wiring.names)
        const choice = chooseFiles(project, checked, projectNames(shell, wiring, only))
        const tests = testMappings(project, checked, choice)
        const errors = checked.problems.filter(
          ({ severity, place }) => severity === 'error' && choice.concerns(place.file),
        )
        const problems = [...errors, ...tests.flatMap((test) => test.problems)]
        const reading: Reading<MappingTest> = {
          kind: 'FixtureRuns',
          items: tests,
          columns: [],
          empty: 'the project has no mappings',
          warnings: tests.filter(({ verdict }) => verdict === 'noCases').map(noCasesText),
          problems,
        }
        const { output } = options
        if (output === 'github') {
          const places = { root: wiring.root, workingFolder }
          streams.out(githubAnnotations([...errors, ...fixtureProblems(tests)], places))
        } else if (output === 'table') printTests(streams, project, { reading, coverage: options.coverage ?? false })
        else printReading(streams, output, reading)
        if (problems.length > 0) streams.err(`${summary(problems)}\n`)
        const isSilent = choice.of === 'named' && tests.every(({ verdict }) => verdict === 'noCases')
        const isRed = hasErrors(errors) || tests.some(({ verdict }) => verdict === 'failed')
        return isRed || isSilent ? exitCode.no : exitCode.done
      })
    })
}

const noCasesText = ({ mapping, file }: MappingTest): string =>
  `${mapping ?? file} has no test case: nothing says what it makes of a row; write ${file.replace(/(\.test)?\.yaml$/, '.test.yaml')}`

function printTests(
  streams: Streams,
  project: Project,
  { reading, coverage }: { readonly reading: Reading<MappingTest>; readonly coverage: boolean },
): void {
  const { items, problems = [], warnings = [] } = reading
  printProblems(streams, project, problems)
  streams.out(items.map((test) => testText(test, streams.colour)).join(''))
  if (coverage) streams.out(coverageText(items, project))
  for (const warning of warnings) streams.err(`warning: ${warning}\n`)
  streams.err(items.length === 0 ? `${reading.empty}\n` : testsSummary(items))
}
