import type { Command } from 'commander'
import { FetchedSchemas } from '../../../app/capture/fetched-schemas.ts'
import { previewMapping } from '../../../app/project/preview/preview-mapping.ts'
import { type CommandOptions, runCommand, type Shell, withCommonOptions } from '../../command.ts'
import { exitCode } from '../../exit-code.ts'
import { printReading } from '../../output.ts'
import { previewSummary, previewText, previewWarnings } from '../../readings/preview-reading.ts'
import { wholeNumberOption } from '../../whole-number.ts'
import { projectNames } from './project-files.ts'

interface PreviewOptions extends CommandOptions {
  readonly limit: number
  readonly since?: number
}

export function addPreview(program: Command, shell: Shell): void {
  withCommonOptions(program.command('preview'))
    .argument('<mapping>', 'a mapping file, or the name of a mapping')
    .description('the last changes of the raw log through the mapping as its file is now; publishes nothing')
    .addOption(wholeNumberOption('--limit <n>', 'so many source transactions', { bounds: [1, 10_000], default: 10 }))
    .addOption(wholeNumberOption('--since <offset>', 'those from this raw offset on', { bounds: [0, 2 ** 53 - 1] }))
    .action(async (named: string, options: PreviewOptions) => {
      await runCommand(shell, options, async (wiring) => {
        const { streams } = shell
        const [mapping = named] = projectNames(shell, wiring, [named])
        const preview = await previewMapping(
          await wiring.readProject(),
          { mapping, limit: options.limit, since: options.since ?? null },
          {
            names: wiring.names,
            openRawLog: wiring.kafka.openRawLog,
            schemas: new FetchedSchemas(wiring.schemaRegistry),
            ended: shell.interrupted,
          },
        )
        const warnings = previewWarnings(preview)
        const kind = 'PreviewedTransactions'
        if (options.output === 'table') {
          streams.out(previewText(preview))
          for (const warning of warnings) streams.err(`warning: ${warning}\n`)
        } else {
          printReading(streams, options.output, { kind, items: preview.transactions, columns: [], empty: '', warnings })
        }
        streams.err(`${previewSummary(preview)}\n`)
        return exitCode.done
      })
    })
}
