import type { Command } from 'commander'
import { hasErrors, validateProject } from '../../../app/project/validate-project.ts'
import type { Problem } from '../../../core/diagnostics/problem.ts'
import { renderProblems } from '../../../core/diagnostics/render-problem.ts'
import type { Project, TextFile } from '../../../app/project/project-texts.ts'
import { type CommandOptions, runCommand, type Shell, withCommonOptions } from '../../command.ts'
import { exitCode } from '../../exit-code.ts'
import { printReading, type Streams } from '../../output.ts'

export function addValidate(program: Command, shell: Shell): void {
  withCommonOptions(program.command('validate'))
    .description('everything that can be checked without a server, with file:line:column')
    .action(async (options: CommandOptions) => {
      await runCommand(shell, options, async (wiring) => {
        const project = await wiring.readProject()
        const { problems, fileCount } = validateProject(project, wiring.names)
        if (options.output === 'table') printProblems(shell.streams, project, problems)
        else printReading(shell.streams, options.output, { kind: 'Problems', items: problems, columns: [], empty: '' })
        shell.streams.err(`${summary(problems)} in ${fileCount} files\n`)
        return hasErrors(problems) ? exitCode.no : exitCode.done
      })
    })
}

export function printProblems({ out }: Streams, { texts }: Project, problems: readonly Problem[]): void {
  const all: readonly TextFile[] = Object.values(texts).flat() as TextFile[]
  const files = new Map(all.map(({ path, text }) => [path, text]))
  out(renderProblems(problems, (file) => files.get(file) ?? null))
}

export function summary(problems: readonly Problem[]): string {
  const errors = problems.filter(({ severity }) => severity === 'error').length
  const warnings = problems.length - errors
  const count = (amount: number, word: string): string => `${amount} ${word}${amount === 1 ? '' : 's'}`
  return `${count(errors, 'error')}, ${count(warnings, 'warning')}`
}
