import type { Command } from 'commander'
import { FetchedSchemas } from '../../../app/capture/fetched-schemas.ts'
import { previewDifference } from '../../../app/project/preview/preview-difference.ts'
import { previewMapping } from '../../../app/project/preview/preview-mapping.ts'
import type { PreviewAsked, PreviewParts, Viewed } from '../../../app/project/preview/viewed-log.ts'
import type { Wiring } from '../../../wiring.ts'
import { type CommandOptions, runCommand, type Shell, withCommonOptions } from '../../command.ts'
import { exitCode } from '../../exit-code.ts'
import { printReading } from '../../output.ts'
import {
  differenceSummary,
  differenceText,
  previewSummary,
  previewText,
  previewWarnings,
} from '../../readings/preview-reading.ts'
import { wholeNumberOption } from '../../whole-number.ts'
import { projectNames } from './project-files.ts'

interface PreviewOptions extends CommandOptions {
  readonly limit: number
  readonly since?: number
  readonly diff?: string
}

export function addPreview(program: Command, shell: Shell): void {
  withCommonOptions(program.command('preview'))
    .argument('<mapping>', 'a mapping file, or the name of a mapping')
    .description('the last changes of the raw log through the mapping as its file is now; publishes nothing')
    .addOption(wholeNumberOption('--limit <n>', 'so many source transactions', { bounds: [1, 10_000], default: 10 }))
    .addOption(wholeNumberOption('--since <offset>', 'those from this raw offset on', { bounds: [0, 2 ** 53 - 1] }))
    .option('--diff <revision>', 'only what a registered revision (r3, or current) makes otherwise')
    .action(async (named: string, options: PreviewOptions) => {
      await runCommand(shell, options, async (wiring) => {
        const [mapping = named] = projectNames(shell, wiring, [named])
        const asked = { mapping, limit: options.limit, since: options.since ?? null }
        const shown = await (options.diff === undefined
          ? previewed(wiring, asked, shell.interrupted)
          : compared(wiring, { ...asked, revision: options.diff }, shell.interrupted))
        print(shell, options, shown)
        return exitCode.done
      })
    })
}

/** What a preview has come to, in the forms in which it is printed. */
interface Shown {
  readonly kind: string
  readonly viewed: Viewed<unknown>
  readonly text: string
  readonly summary: string
}

async function previewed(wiring: Wiring, asked: PreviewAsked, ended: AbortSignal): Promise<Shown> {
  const viewed = await previewMapping(await wiring.readProject(), asked, partsOf(wiring, ended))
  return { kind: 'PreviewedTransactions', viewed, text: previewText(viewed), summary: previewSummary(viewed) }
}

async function compared(
  wiring: Wiring,
  asked: PreviewAsked & { readonly revision: string },
  ended: AbortSignal,
): Promise<Shown> {
  const parts = { ...partsOf(wiring, ended), openControlLog: wiring.kafka.openControlLog }
  const viewed = await previewDifference(await wiring.readProject(), asked, parts)
  return { kind: 'DifferingTransactions', viewed, text: differenceText(viewed), summary: differenceSummary(viewed) }
}

const partsOf = ({ names, kafka, schemaRegistry }: Wiring, ended: AbortSignal): PreviewParts => ({
  names,
  openRawLog: kafka.openRawLog,
  schemas: new FetchedSchemas(schemaRegistry),
  ended,
})

function print({ streams }: Shell, { output }: PreviewOptions, { kind, viewed, text, summary }: Shown): void {
  const warnings = previewWarnings(viewed)
  if (output === 'table') {
    streams.out(text)
    for (const warning of warnings) streams.err(`warning: ${warning}\n`)
  } else printReading(streams, output, { kind, items: viewed.items, columns: [], empty: '', warnings })
  streams.err(`${summary}\n`)
}
