/** `falsework migrate retire`: what takes the bridge of mappings down, shown or done. */
import type { Command } from 'commander'
import { retire } from '../../../app/migrate/retire/retire.ts'
import type { Wiring } from '../../../wiring.ts'
import { type CommandOptions, runCommand, type Shell, withCommonOptions } from '../../command.ts'
import { type ExitCode, exitCode } from '../../exit-code.ts'
import { printRetirement } from '../../readings/retirement-reading.ts'
import { connectorName } from '../../sources.ts'
import { timeoutOption } from '../../whole-number.ts'
import { accountOf, type AccountOptions, asOption, passwordOption } from './account-options.ts'
import { fenceParts } from './fence-parts.ts'
import { waiveOption, type WaiveOptions, waiversOf, whyOption } from './waive-options.ts'

interface RetireOptions extends CommandOptions, AccountOptions, WaiveOptions {
  readonly apply?: boolean
  readonly timeout: number
}

export function addRetire(migrate: Command, shell: Shell): void {
  withCommonOptions(migrate.command('retire'))
    .argument('<mapping...>')
    .description(
      'prints what takes the bridge of mappings down that are native, and what stays; exit 1 where a gate is closed',
    )
    .option('--apply', 'carries it out, which may be done again')
    .addOption(waiveOption())
    .addOption(whyOption())
    .addOption(timeoutOption(60))
    .addOption(asOption())
    .addOption(passwordOption())
    .action(async (mappings: string[], options: RetireOptions) => {
      await runCommand(shell, options, async (wiring) => await runRetire(shell, wiring, { mappings, options }))
    })
}

async function runRetire(
  shell: Shell,
  wiring: Wiring,
  { mappings, options }: { readonly mappings: readonly string[]; readonly options: RetireOptions },
): Promise<ExitCode> {
  const { kafka, connectorAdmin, connectorOffsets, config } = wiring
  const { openRawLog, consumerGroups, producerIds, topicAdmin } = kafka
  const waivers = waiversOf(options)
  const retired = await retire(
    { mappings, reason: options.reason ?? null, waivers, run: options.apply === true ? 'apply' : 'look' },
    accountOf(options),
    {
      ...fenceParts(wiring, shell, options),
      ...{ openRawLog, consumerGroups, producerIds, topicAdmin, connectorAdmin, connectorOffsets },
      connectorName: (source) => connectorName(wiring, source),
    },
  )
  printRetirement(shell.streams, options.output, { ...retired, waivers, brokers: config.settings.brokers })
  return retired.kind === 'refused' ? exitCode.no : exitCode.done
}
