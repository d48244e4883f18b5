import type { Command } from 'commander'
import { type SettingLine, settingLines } from '../../app/observe/configuration.ts'
import { type CommandOptions, runCommand, type Shell, withCommonOptions } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { type Column, printReading } from '../output.ts'

const columns: readonly Column<SettingLine>[] = [
  { title: 'SETTING', text: ({ setting }) => setting },
  { title: 'VALUE', text: ({ value }) => value ?? '-' },
]
const origin: Column<SettingLine> = { title: 'FROM', text: (line) => line.origin }

interface ViewOptions extends CommandOptions {
  readonly showOrigin?: true
}

export function addConfig(program: Command, shell: Shell): void {
  const config = program.command('config').description('the settings of the project')
  withCommonOptions(config.command('view'))
    .description('every setting with its value; of secrets only the reference')
    .option('--show-origin', 'where each value came from: environment over project file over default')
    .action(async (options: ViewOptions) => {
      await runCommand(shell, options, async (wiring) => {
        printReading(shell.streams, options.output, {
          kind: 'Settings',
          items: settingLines(wiring.config),
          columns: options.showOrigin === true ? [...columns, origin] : columns,
          empty: 'there is no setting',
        })
        return await Promise.resolve(exitCode.done)
      })
    })
}
