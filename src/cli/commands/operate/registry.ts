import { Argument, type Command } from 'commander'
import { voidRecord, type VoidedRecord } from '../../../app/operate/void-record.ts'
import { type CommandOptions, runCommand, type Shell, withCommonOptions } from '../../command.ts'
import { exitCode } from '../../exit-code.ts'
import { controlLogParts, reasonOption } from './operator-words.ts'
import { type Column, printReading } from '../../output.ts'
import { wholeNumber } from '../../whole-number.ts'

interface VoidOptions extends CommandOptions {
  readonly reason: string
}

const columns: readonly Column<VoidedRecord>[] = [
  { title: 'OFFSET', align: 'right', text: ({ offset }) => String(offset) },
  { title: '', text: ({ outcome }) => outcome },
  { title: 'WHAT IT WAS', text: ({ why }) => why },
]

export function addRegistry(program: Command, shell: Shell): void {
  const registry = program.command('registry').description('the registry log itself')
  withCommonOptions(registry.command('void'))
    .addArgument(
      new Argument('<offset>', 'of the record, as `falsework status` names it').argParser(
        wholeNumber([0, Number.MAX_SAFE_INTEGER]),
      ),
    )
    .description(
      'every reader passes a record that falsework has not written, or one of a gap (SOURCE_GAP) in which nothing was written; one of a newer build is left alone',
    )
    .addOption(reasonOption())
    .action(async (offset: number, { reason, ...options }: VoidOptions) => {
      await runCommand(shell, options, async (wiring) => {
        const voided = await voidRecord({ offset, reason }, controlLogParts(wiring))
        printReading(shell.streams, options.output, {
          kind: 'VoidRecords',
          items: [voided],
          columns,
          empty: '',
          warnings: voided.next === null ? [] : [voided.next],
        })
        return exitCode.done
      })
    })
}
