import type { Command } from 'commander'
import { chooseFiles } from '../../../app/project/choose-files.ts'
import { fixtureProblems, testMappings } from '../../../app/project/test-project.ts'
import { hasErrors, validateProject } from '../../../app/project/validate-project.ts'
import type { Problem } from '../../../core/diagnostics/problem.ts'
import { problemsShown } from '../../../core/diagnostics/problems-shown.ts'
import type { Shell } from '../../command.ts'
import { exitCode } from '../../exit-code.ts'
import { printReading } from '../../output.ts'
import { count, githubAnnotations, printProblems, summary } from '../../readings/problems.ts'
import { runWatching } from '../../watching.ts'
import { type FileOptions, projectNames, withFileOptions } from './project-files.ts'

export function addValidate(program: Command, shell: Shell): void {
  withFileOptions(program.command('validate'))
    .description('everything that can be checked without a server, fixtures included, with file:line:column')
    .action(async (only: string[], options: FileOptions) => {
      await runWatching(shell, options, async (wiring) => {
        const { streams, workingFolder } = shell
        const project = await wiring.readProject()
        const checked = validateProject(project, wiring.names)
        const choice = chooseFiles(project, checked, projectNames(shell, wiring, only))
        const tests = testMappings(project, checked, choice)
        const problems: readonly Problem[] = [
          ...checked.problems.filter(({ place }) => choice.concerns(place.file)),
          ...fixtureProblems(tests),
        ]
        const { output } = options
        if (output === 'table') printProblems(streams, project, problems)
        else if (output === 'github') streams.out(githubAnnotations(problems, { root: wiring.root, workingFolder }))
        else {
          const { shown, omitted } = problemsShown(problems)
          printReading(streams, output, { kind: 'Problems', items: shown, omitted, columns: [], empty: '' })
        }
        const cases = tests.flatMap((test) => test.cases).length
        streams.err(`${summary(problems)} in ${count(choice.fileCount, 'file')}, ${count(cases, 'test case')}\n`)
        return hasErrors(problems) ? exitCode.no : exitCode.done
      })
    })
}
