import type { Command } from 'commander'
import { FetchedSchemas } from '../../../app/capture/fetched-schemas.ts'
import { type DifferenceParts, previewDifference } from '../../../app/project/preview/preview-difference.ts'
import { previewMapping } from '../../../app/project/preview/preview-mapping.ts'
import type { Project } from '../../../app/project/project-texts.ts'
import type { PreviewAsked, PreviewParts, Viewed } from '../../../app/project/preview/viewed-log.ts'
import type { Problem } from '../../../core/diagnostics/problem.ts'
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
import { printProblems } from '../../readings/problems.ts'
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
        const project = await wiring.readProject()
        const parts = previewParts(wiring, shell.interrupted)
        const shown = await (options.diff === undefined
          ? previewed(project, asked, parts)
          : compared(
              project,
              { ...asked, revision: options.diff },
              {
                ...parts,
                openControlLog: wiring.kafka.openControlLog,
              },
            ))
        print(shell, options, shown)
        if (options.output === 'table')
          printProblems({ ...shell.streams, out: shell.streams.err }, project, shown.advice)
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
  readonly advice: readonly Problem[]
}

async function previewed(project: Project, asked: PreviewAsked, parts: PreviewParts): Promise<Shown> {
  const viewed = await previewMapping(project, asked, parts)
  const said = { text: previewText(viewed), summary: previewSummary(viewed), advice: viewed.advice }
  return { kind: 'PreviewedTransactions', viewed, ...said }
}

async function compared(
  project: Project,
  asked: PreviewAsked & { readonly revision: string },
  parts: DifferenceParts,
): Promise<Shown> {
  const viewed = await previewDifference(project, asked, parts)
  const said = { text: differenceText(viewed), summary: differenceSummary(viewed), advice: [] }
  return { kind: 'DifferingTransactions', viewed, ...said }
}

/** What it takes to look at the last changes of a source. */
export const previewParts = ({ names, kafka, schemaRegistry }: Wiring, ended: AbortSignal): PreviewParts => ({
  names,
  openRawLog: kafka.openRawLog,
  schemas: new FetchedSchemas(schemaRegistry),
  ended,
})

function print({ streams }: Shell, { output }: PreviewOptions, { kind, viewed, text, summary, advice }: Shown): void {
  const warnings = previewWarnings(viewed)
  if (output === 'table') {
    streams.out(text)
    for (const warning of warnings) streams.err(`warning: ${warning}\n`)
  } else {
    const told = [...warnings, ...advice.map(({ code, name, message }) => `${code} ${name}: ${message}`)]
    printReading(streams, output, { kind, items: viewed.items, columns: [], empty: '', warnings: told })
  }
  streams.err(`${summary}\n`)
}
