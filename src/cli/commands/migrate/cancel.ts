import type { Command } from 'commander'
import { cancel } from '../../../app/migrate/handover/cancel.ts'
import { scopeText } from '../../../core/migration/stage.ts'
import { type CommandOptions, runCommand, type Shell, withCommonOptions } from '../../command.ts'
import { exitCode } from '../../exit-code.ts'
import { printReading } from '../../output.ts'
import { timeoutOption } from '../../whole-number.ts'
import { reasonOption } from '../operate/operator-words.ts'
import { accountOf, type AccountOptions, asOption, passwordOption } from './account-options.ts'
import { fenceParts } from './fence-parts.ts'

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
        const { epoch } = await cancel(
          { mappings, scope, reason },
          accountOf(options),
          fenceParts(wiring, shell, options),
        )
        const items = mappings.map((mapping) => ({ mapping, scope: scopeText(scope), owner: 'legacy', epoch }))
        printReading(shell.streams, output, {
          kind: 'Cancelled',
          items,
          columns: [
            { title: 'MAPPING', text: ({ mapping }) => mapping },
            { title: 'SCOPE', text: (item) => item.scope },
            { title: 'OWNER', text: ({ owner }) => owner },
            { title: 'EPOCH', align: 'right', text: (item) => String(item.epoch) },
          ],
          empty: '',
        })
        return exitCode.done
      })
    })
}
