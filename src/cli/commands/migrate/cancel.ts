import type { Command } from 'commander'
import { cancel } from '../../../app/migrate/handover/cancel.ts'
import { type CommandOptions, runCommand, type Shell, withCommonOptions } from '../../command.ts'
import { exitCode } from '../../exit-code.ts'
import { printReading } from '../../output.ts'
import { timeoutOption } from '../../whole-number.ts'
import { reasonOption } from '../operate/operator-words.ts'
import { accountOf, type AccountOptions, asOption, passwordOption } from './account-options.ts'
import { fenceParts } from './fence-parts.ts'
import { ownerColumns, ownerLine } from './owner-columns.ts'

interface CancelOptions extends CommandOptions, AccountOptions {
  readonly scope?: string
  readonly reason: string
  readonly timeout: number
}

export function addCancel(migrate: Command, shell: Shell): void {
  withCommonOptions(migrate.command('cancel'))
    .argument('<mapping...>')
    .description('takes back a handover that is not decided yet, and opens the legacy system again')
    .option('--scope <value>', 'a value of its structural scope; otherwise all that has no stage of its own')
    .addOption(reasonOption())
    .addOption(timeoutOption(60))
    .addOption(asOption())
    .addOption(passwordOption())
    .action(async (mappings: string[], options: CancelOptions) => {
      await runCommand(shell, options, async (wiring) => {
        const { scope = null, reason, output } = options
        const owned = await cancel({ mappings, scope, reason }, accountOf(options), fenceParts(wiring, shell, options))
        const items = owned.map(ownerLine)
        printReading(shell.streams, output, { kind: 'Cancelled', items, columns: ownerColumns, empty: '' })
        return exitCode.done
      })
    })
}
