import { type Command, InvalidArgumentError, Option } from 'commander'
import { promote, type Promoted } from '../../../app/migrate/promote.ts'
import { waitUntilInForce } from '../../../app/project/wait-until-in-force.ts'
import { FalseworkError } from '../../../core/diagnostics/falsework-error.ts'
import { type Gate, gates } from '../../../core/migration/gates.ts'
import { scopeText, type Stage, stages } from '../../../core/migration/stage.ts'
import type { GateEvidence, Waiver } from '../../../core/migration/stage-word.ts'
import type { Wiring } from '../../../wiring.ts'
import { type CommandOptions, runCommand, type Shell, withCommonOptions } from '../../command.ts'
import { exitCode } from '../../exit-code.ts'
import { printReading, renderTable, type Streams } from '../../output.ts'
import { gateColumns } from '../../readings/gate-columns.ts'
import { timeoutOption } from '../../whole-number.ts'
import { controlLogParts } from '../operate/operator-words.ts'

interface PromoteOptions extends CommandOptions {
  readonly to?: Stage
  readonly scope?: string
  readonly dryRun?: boolean
  readonly waive: readonly Gate[]
  readonly reason?: string
  readonly wait?: boolean
  readonly timeout: number
}

export function addPromote(migrate: Command, shell: Shell): void {
  withCommonOptions(migrate.command('promote'))
    .argument('<mapping>')
    .description('leads a scope on to its next stage; refused as long as a gate is closed')
    .addOption(new Option('--to <stage>', 'the stage that it must lead to').choices(stages))
    .option('--scope <value>', 'a value of its structural scope; otherwise all that has no stage of its own')
    .option('--dry-run', 'shows the gates and the steps, and does nothing')
    .addOption(waiveOption())
    .option('--reason <text>', 'why: it stands in the registry log for ever')
    .option('--wait', 'until the daemon has put it in force')
    .addOption(timeoutOption(60))
    .action(async (mapping: string, options: PromoteOptions) => {
      await runCommand(shell, options, async (wiring) => await runPromote(shell, wiring, { mapping, options }))
    })
}

const waiveOption = (): Option =>
  new Option('--waive <gate>', 'goes on although the gate is closed; with --reason; may be given more than once')
    .default([])
    .argParser((text: string, before: readonly Gate[]): readonly Gate[] => {
      const gate = gates.find((known) => known === text)
      if (gate === undefined) throw new InvalidArgumentError(`Expected one of: ${gates.join(', ')}.`)
      return [...before, gate]
    })

async function runPromote(
  shell: Shell,
  wiring: Wiring,
  { mapping, options }: { readonly mapping: string; readonly options: PromoteOptions },
) {
  const { kafka, names, clock } = wiring
  const { topicReader, openRawLog, consumerGroups, producerIds } = kafka
  const { to = null, scope = null, reason = null, dryRun } = options
  const promoted = await promote(
    { mapping, scope, to, reason, waivers: waiversOf(options), run: dryRun === true ? 'look' : 'say' },
    { ...controlLogParts(wiring), names, topicReader, openRawLog, consumerGroups, producerIds },
  )
  print(shell.streams, options, promoted)
  const { gates: outcome, source, registryOffset } = promoted
  if (outcome.kind === 'closed') return exitCode.no
  if (options.wait === true && registryOffset !== null) {
    const timeoutMs = options.timeout * 1000
    const waiting = { names, topicReader, clock, timeoutMs, signal: shell.interrupted }
    await waitUntilInForce([{ mapping, source, registryOffset }], waiting)
  }
  return exitCode.done
}

/** Raises `USAGE` where nobody says why. */
function waiversOf({ waive, reason = '' }: PromoteOptions): readonly Waiver[] {
  if (waive.length > 0 && reason.trim() === '') {
    throw new FalseworkError('USAGE', '--waive needs --reason: it is kept for ever who went past a gate, and why')
  }
  return waive.map((gate) => ({ gate, reason }))
}

function print(streams: Streams, { output, dryRun }: PromoteOptions, promoted: Promoted): void {
  const { gates: outcome, evidence, waivers, mapping, scope, from, to, epoch, steps } = promoted
  const closed = outcome.kind === 'closed' ? outcome.failed : []
  const waived = new Set(waivers.map(({ gate }) => gate).filter((gate) => !closed.some((one) => one.gate === gate)))
  if (output === 'table') {
    streams.out(renderTable(gateColumns(streams, waived), evidence))
    const about = `${mapping}, scope ${scopeText(scope)}: ${from} to ${to}`
    if (outcome.kind === 'closed') streams.err(`${about} is refused${remedyOf(outcome)}\n`)
    else {
      streams.out(steps.map((step) => `- ${step}\n`).join(''))
      streams.err(`${about}, epoch ${epoch}${dryRun === true ? ': nothing was done' : ''}\n`)
    }
  } else printReading(streams, output, { kind: 'Promotion', items: [promoted], columns: [], empty: '' })
}

function remedyOf({
  failed,
  waivable,
}: {
  readonly failed: readonly GateEvidence[]
  readonly waivable: boolean
}): string {
  const names = failed.map(({ gate }) => gate).join(', ')
  if (waivable)
    return `: ${names}; --waive '${failed[0]?.gate ?? ''}' --reason "…" goes on all the same, and is kept for ever`
  return `: ${names}; nobody can waive what waits or is undecided: falsework dead-letters list, then retry or discard`
}
