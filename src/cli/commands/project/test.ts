import type { Command } from 'commander'
import { allPassed, testProject } from '../../../app/project/test-project.ts'
import { hasErrors, validateProject } from '../../../app/project/validate-project.ts'
import type { FixtureRun } from '../../../core/mapping/fixtures/run-fixtures.ts'
import { type CommandOptions, runCommand, type Shell, withCommonOptions } from '../../command.ts'
import { exitCode } from '../../exit-code.ts'
import { printReading, type Streams } from '../../output.ts'
import { printProblems, summary } from './validate.ts'

export function addTest(program: Command, shell: Shell): void {
  withCommonOptions(program.command('test'))
    .argument('[mapping...]', 'names of mappings; none: all')
    .description('the fixtures of the mappings: given rows, expected events')
    .action(async (only: string[], options: CommandOptions) => {
      await runCommand(shell, options, async (wiring) => {
        const project = await wiring.readProject()
        const checked = validateProject(project, wiring.names)
        const runs = testProject(project, checked).filter(
          ({ mapping }) => only.length === 0 || only.includes(mapping ?? ''),
        )
        const problems = [
          ...checked.problems.filter(({ severity }) => severity === 'error'),
          ...runs.flatMap((run) => run.problems),
        ]
        if (options.output === 'table') {
          printProblems(shell.streams, project, problems)
          printRuns(shell.streams, runs)
        } else printReading(shell.streams, options.output, { kind: 'FixtureRuns', items: runs, columns: [], empty: '' })
        if (problems.length > 0) shell.streams.err(`${summary(problems)}\n`)
        return allPassed(runs) && !hasErrors(checked.problems) ? exitCode.done : exitCode.no
      })
    })
}

export function printRuns({ out, err }: Streams, runs: readonly FixtureRun[]): void {
  for (const { file, mapping, cases, coverage } of runs) {
    const failed = cases.filter(({ outcome }) => outcome === 'failed')
    const covered = coverage === null ? '' : `  ${coverage.covered} of ${coverage.all} branches`
    out(` ${failed.length === 0 ? 'PASS' : 'FAIL'}  ${(mapping ?? file).padEnd(20)} ${cases.length} cases${covered}\n`)
    for (const { name, place, differences } of failed) {
      out(`       ${place.file}:${place.line}  "${name}"\n`)
      for (const { path, expected, got } of differences) out(`         ${path}   expected ${expected}   got ${got}\n`)
    }
  }
  const all = runs.flatMap(({ cases }) => cases)
  const failed = all.filter(({ outcome }) => outcome === 'failed').length
  err(`${all.length} cases, ${all.length - failed} passed, ${failed} failed\n`)
}
