import type { Command } from 'commander'
import { FetchedSchemas } from '../../../app/capture/fetched-schemas.ts'
import { readCheckpoint } from '../../../app/observe/source-status.ts'
import { beginIncarnation, type ResumedSource, resumeSource } from '../../../app/operate/resume-source.ts'
import { FalseworkError } from '../../../core/diagnostics/falsework-error.ts'
import type { Wiring } from '../../../wiring.ts'
import { type CommandOptions, runCommand, type Shell, withCommonOptions } from '../../command.ts'
import { exitCode } from '../../exit-code.ts'
import { controlLogParts, reasonOption } from './operator-words.ts'
import { type Column, printReading } from '../../output.ts'
import { wholeNumberOption } from '../../whole-number.ts'

interface ResumeOptions extends CommandOptions {
  readonly reason: string
  readonly newIncarnation?: boolean
  readonly from?: number
}

export const resumedColumns: readonly Column<ResumedSource>[] = [
  { title: 'SOURCE', text: ({ source }) => source },
  { title: 'INCARNATION', text: ({ incarnation }) => (incarnation === null ? 'as it is' : String(incarnation)) },
  { title: 'FROM', align: 'right', text: ({ from }) => (from === null ? '-' : String(from)) },
]

export function addResume(program: Command, shell: Shell): void {
  withCommonOptions(program.command('resume'))
    .argument('<source>')
    .description('a halted source is looked at again at once; what status has noticed of it is seen to')
    .option(
      '--new-incarnation',
      'its history begins anew, at the snapshot that is next behind what was translated: the way on where changes were lost',
    )
    .addOption(
      wholeNumberOption(
        '--from <offset>',
        'of the raw log, where the new incarnation begins: a BEGIN or a snapshot row',
        {
          bounds: [0, Number.MAX_SAFE_INTEGER],
        },
      ),
    )
    .addOption(reasonOption())
    .action(async (source: string, options: ResumeOptions) => {
      await runCommand(shell, options, async (wiring) => {
        const item = await resumed(wiring, source, options)
        const { consequences: warnings } = item
        printReading(shell.streams, options.output, {
          kind: 'ResumedSources',
          items: [item],
          columns: resumedColumns,
          empty: '',
          warnings,
        })
        return exitCode.done
      })
    })
}

/** Raises `CONFIG_INVALID` for words that do not go together, and what `resume-source.ts` raises. */
export async function resumed(wiring: Wiring, source: string, options: ResumeOptions): Promise<ResumedSource> {
  const { kafka, names } = wiring
  const { reason, newIncarnation = false, from = null } = options
  if (from !== null && !newIncarnation) throw new FalseworkError('CONFIG_INVALID', '--from needs --new-incarnation')
  const parts = controlLogParts(wiring)
  if (!newIncarnation) return await resumeSource({ source, reason }, parts)
  const { checkpoint } = await readCheckpoint(kafka.topicReader, names.checkpoint(source))
  const schemas = new FetchedSchemas(wiring.schemaRegistry)
  const place = { openRawLog: kafka.openRawLog, rawLog: names.rawLog(source), schemas }
  return await beginIncarnation({ source, reason, from, behind: checkpoint?.next ?? null }, { ...parts, ...place })
}
