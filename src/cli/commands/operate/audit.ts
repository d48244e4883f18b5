import type { Command } from 'commander'
import { FetchedSchemas } from '../../../app/capture/fetched-schemas.ts'
import { auditSource } from '../../../app/operate/audit/audit-source.ts'
import type { LookParts, LookPhase } from '../../../app/operate/audit/look.ts'
import { type AuditOutcome, differencesOf } from '../../../core/audit/audit-outcome.ts'
import { FalseworkError } from '../../../core/diagnostics/falsework-error.ts'
import type { Wiring } from '../../../wiring.ts'
import { auditReading, differenceColumns } from '../../readings/audit-reading.ts'
import { type CommandOptions, runCommand, type Shell, withCommonOptions } from '../../command.ts'
import { exitCode } from '../../exit-code.ts'
import { printReading, renderTable, toJson } from '../../output.ts'
import { type Progress, progressOf } from '../../progress.ts'
import { chosenSources } from '../../sources.ts'
import { timeoutOption } from '../../whole-number.ts'
import { controlLogParts } from './operator-words.ts'

interface AuditOptions extends CommandOptions {
  readonly timeout: number
}

/** For the watermark, which a connector that runs brings within seconds. */
const timeoutSeconds = 60

export function addAudit(program: Command, shell: Shell): void {
  withCommonOptions(program.command('audit'))
    .argument('<source>')
    .description(
      'compare the rows that are kept of a source with its database, as of one moment, beside a running daemon; exit 1 when they differ',
    )
    .addOption(timeoutOption(timeoutSeconds))
    .action(async (source: string, options: AuditOptions) => {
      await runCommand(shell, options, async (wiring) => {
        // It is broken off: nothing was found, and nothing was said.
        const isBrokenOff = (error: unknown): boolean =>
          shell.interrupted.aborted && error instanceof FalseworkError && error.code === 'FENCED'
        const [named = source] = chosenSources(wiring, [source])
        const progress = new PhaseProgress(shell, wiring)
        const outcome = await auditSource(
          { source: named, timeoutMs: options.timeout * 1_000 },
          { ...partsOf(wiring), ended: shell.interrupted, told: (phase, percent) => progress.at(phase, percent) },
        )
          .catch((error: unknown) => {
            if (isBrokenOff(error)) return null
            throw error
          })
          .finally(() => progress.end())
        if (outcome === null) return exitCode.interrupted
        print(shell, options, outcome)
        return differencesOf(outcome.tables) === 0 ? exitCode.done : exitCode.no
      })
    })
}

const partsOf = (wiring: Wiring) => {
  const { names, borrowRowStore, kafka, schemaRegistry, clock, openTableReader } = wiring
  const schemas = new FetchedSchemas(schemaRegistry)
  const { openRawLog } = kafka
  return { ...controlLogParts(wiring), names, borrowRowStore, openRawLog, schemas, clock, openTableReader } as const
}

function print({ streams }: Shell, { output }: CommandOptions, outcome: AuditOutcome): void {
  const reading = auditReading(outcome)
  const { differences } = outcome
  if (output === 'json') {
    printReading(streams, output, { ...reading, kind: 'Audits', items: [outcome], columns: [] })
    return
  }
  if (output === 'jsonl') {
    streams.out(`${toJson(outcome)}\n`)
    return
  }
  printReading(streams, output, reading)
  if (differences.length > 0) streams.out(`\n${renderTable(differenceColumns, differences)}`)
}

/** One line for each phase. */
class PhaseProgress {
  private readonly shell: Shell
  private readonly wiring: Wiring
  private phase: LookPhase | null = null
  private progress: Progress | null = null

  constructor(shell: Shell, wiring: Wiring) {
    this.shell = shell
    this.wiring = wiring
  }

  readonly at: LookParts['told'] = (phase, percent) => {
    if (phase !== this.phase) {
      this.end()
      this.phase = phase
      this.progress = progressOf(this.shell.streams, words[phase], () => this.wiring.clock.nowMs())
    }
    this.progress?.at(percent)
  }

  end(): void {
    this.progress?.end()
  }
}

const words: Readonly<Record<LookPhase, string>> = {
  copying: 'copying the row store',
  reading: 'reading the raw log up to the watermark',
  comparing: 'comparing rows',
}
