import { type Command, Option } from 'commander'
import { type Choice, chooseFiles } from '../../../app/project/choose-files.ts'
import type { Project } from '../../../app/project/project-texts.ts'
import { fixtureProblems, type MappingTest, testMappings } from '../../../app/project/test-project.ts'
import { updateTests, withUpdates } from '../../../app/project/update-tests.ts'
import { type CheckedProject, hasErrors, validateProject } from '../../../app/project/validate-project.ts'
import { FalseworkError } from '../../../core/diagnostics/falsework-error.ts'
import type { Environment, Wiring } from '../../../wiring.ts'
import type { Shell } from '../../command.ts'
import { type ExitCode, exitCode } from '../../exit-code.ts'
import { printReading, type Reading, type Streams } from '../../output.ts'
import { coverageText, testsSummary, testText } from '../../readings/test-reading.ts'
import { count, githubAnnotations, printProblems, summary } from '../../readings/problems.ts'
import { textDiff } from '../../readings/text-diff.ts'
import { runWatching } from '../../watching.ts'
import { writeCaptured } from './captured-tests.ts'
import { type FileOptions, projectNames, withFileOptions } from './project-files.ts'

interface TestOptions extends FileOptions {
  readonly coverage?: true
  readonly update?: true
  readonly yes?: true
  readonly fromCapture?: string
}

export function addTest(program: Command, shell: Shell): void {
  withFileOptions(program.command('test'))
    .description('the fixtures of the mappings: given rows, expected events; exit 1 when one does not hold')
    .option('--coverage', 'name the branches of the mappings that no fixture has reached')
    .addOption(new Option('--update', 'write what came out into the fixtures that do not hold').conflicts('watch'))
    .option('--yes', 'with --update: also where the variable CI is set')
    .addOption(
      new Option(
        '--from-capture <file>',
        'write fixtures from records of the raw log, a record a line in JSON',
      ).conflicts(['watch', 'update']),
    )
    .action(async (only: string[], options: TestOptions) => {
      await runWatching(shell, options, async (wiring) => {
        if (options.update === true) expectPerson(shell.environment, options)
        const read = await wiring.readProject()
        const checked = validateProject(read, wiring.names)
        const choice = chooseFiles(read, checked, projectNames(shell, wiring, only))
        const { fromCapture } = options
        if (fromCapture !== undefined) {
          const capture = { shell, wiring, options: { ...options, fromCapture } }
          return await writeCaptured(capture, { project: read, checked, choice })
        }
        const project =
          options.update === true ? await updated({ shell, wiring, options }, read, { checked, choice }) : read
        const tests = testMappings(project, checked, choice)
        return printTests({ shell, wiring, options }, { project, checked, choice, tests })
      })
    })
}

interface Run {
  readonly shell: Shell
  readonly wiring: Wiring
  readonly options: TestOptions
}

interface Tested {
  readonly checked: CheckedProject
  readonly choice: Choice
}

/** Who has a test run in a workflow wants to know what does not hold. */
function expectPerson({ CI = '' }: Environment, { yes }: TestOptions): void {
  if (yes === true || ['', '0', 'false'].includes(CI)) return
  const message = '--update would make every fixture hold, and the variable CI is set; add --yes where that is meant'
  throw new FalseworkError('USAGE', message)
}

/** Writes the fixtures that do not hold, and shows what has changed. */
async function updated(
  { shell, wiring, options }: Run,
  project: Project,
  { checked, choice }: Tested,
): Promise<Project> {
  const { streams } = shell
  const updates = updateTests(project, checked, testMappings(project, checked, choice))
  for (const { before, after, names } of updates) {
    await wiring.writeFile(after.path, after.text)
    if (options.output === 'table') {
      streams.out(textDiff({ path: after.path, before: before.text, after: after.text }, streams.colour))
    }
    streams.err(`wrote ${after.path}: ${count(names.length, 'test case')}\n`)
  }
  if (updates.length === 0) streams.err('nothing to update\n')
  return withUpdates(project, updates)
}

function printTests(
  { shell, wiring, options }: Run,
  { project, checked, choice, tests }: Tested & { readonly project: Project; readonly tests: readonly MappingTest[] },
): ExitCode {
  const { streams, workingFolder } = shell
  const errors = checked.problems.filter(({ severity, place }) => severity === 'error' && choice.concerns(place.file))
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
  } else if (output === 'table') printTable(streams, project, { reading, coverage: options.coverage ?? false })
  else printReading(streams, output, reading)
  if (problems.length > 0) streams.err(`${summary(problems)}\n`)
  const isSilent = choice.of === 'named' && tests.every(({ verdict }) => verdict === 'noCases')
  const isRed = hasErrors(errors) || tests.some(({ verdict }) => verdict === 'failed')
  return isRed || isSilent ? exitCode.no : exitCode.done
}

const noCasesText = ({ mapping, file }: MappingTest): string =>
  `${mapping ?? file} has no test case: nothing says what it makes of a row; write ${file.replace(/(\.test)?\.yaml$/, '.test.yaml')}`

function printTable(
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
