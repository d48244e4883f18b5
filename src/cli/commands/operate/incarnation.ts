/** `incarnation confirm`: the operator's word that the history of a source begins anew. */
import type { Command } from 'commander'
import type { ResumedSource } from '../../../app/operate/resume-source.ts'
import { type CommandOptions, runCommand, type Shell, withCommonOptions } from '../../command.ts'
import { exitCode } from '../../exit-code.ts'
import { printReading } from '../../output.ts'
import { reasonOption } from './operator-words.ts'
import { resumed, resumedColumns } from './resume.ts'

export function addIncarnation(program: Command, shell: Shell): void {
  const incarnation = program.command('incarnation').description('the histories of a source, one behind the other')
  withCommonOptions(incarnation.command('confirm'))
    .argument('<source>')
    .description(
      'the snapshot that a source was halted at (SNAPSHOT_UNEXPECTED) begins a new history: the same as `resume --new-incarnation`',
    )
    .addOption(reasonOption())
    .action(async (source: string, options: CommandOptions & { readonly reason: string }) => {
      await runCommand(shell, options, async (wiring) => {
        const item: ResumedSource = await resumed(wiring, source, { ...options, newIncarnation: true })
        printReading(shell.streams, options.output, {
          kind: 'ResumedSources',
          items: [item],
          columns: resumedColumns,
          empty: '',
          warnings: item.consequences,
        })
        return exitCode.done
      })
    })
}
