import { type Command, Option } from 'commander'
import type { HandoverEnd, WhyKept } from '../../../app/migrate/handover/hand-over.ts'
import type { Planned } from '../../../app/migrate/promotion.ts'
import { promote, type Promoted } from '../../../app/migrate/promote.ts'
import { waitUntilInForce } from '../../../app/project/wait-until-in-force.ts'
import { scopeText, type Stage, stages } from '../../../core/migration/stage.ts'
import type { GateEvidence } from '../../../core/migration/stage-word.ts'
import type { Wiring } from '../../../wiring.ts'
import { type CommandOptions, runCommand, type Shell, withCommonOptions } from '../../command.ts'
import { type ExitCode, exitCode } from '../../exit-code.ts'
import { printReading, renderTable, type Streams } from '../../output.ts'
import { gateColumns } from '../../readings/gate-columns.ts'
import { timeoutOption, wholeNumberOption } from '../../whole-number.ts'
import { accountOf, type AccountOptions, asOption, passwordOption } from './account-options.ts'
import { fenceParts } from './fence-parts.ts'
import { waiveOption, type WaiveOptions, waiversOf, whyOption } from './waive-options.ts'

interface PromoteOptions extends CommandOptions, AccountOptions, WaiveOptions {
  readonly to?: Stage
  readonly scope?: string
  readonly dryRun?: boolean
  readonly wait?: boolean
  readonly timeout: number
  readonly watch: number
}

export function addPromote(migrate: Command, shell: Shell): void {
  withCommonOptions(migrate.command('promote'))
    .argument('<mapping...>')
    .description('leads a scope on to its next stage; refused as long as a gate is closed')
    .addOption(new Option('--to <stage>', 'the stage that it must lead to').choices(stages))
    .option('--scope <value>', 'a value of its structural scope; otherwise all that has no stage of its own')
    .option('--dry-run', 'shows the gates and the steps, and does nothing')
    .addOption(waiveOption())
    .addOption(whyOption())
    .option('--wait', 'until the daemon has put it in force; to native it is always waited for')
    .addOption(timeoutOption(60))
    .addOption(watchOption())
    .addOption(asOption())
    .addOption(passwordOption())
    .action(async (mappings: string[], options: PromoteOptions) => {
      await runCommand(shell, options, async (wiring) => await runPromote(shell, wiring, { mappings, options }))
    })
}

const watchOption = (): Option =>
  wholeNumberOption('--watch <seconds>', 'how long the first event of the new service is waited for, to tell the gap', {
    bounds: [0, 3_600],
    default: 10,
  })

async function runPromote(
  shell: Shell,
  wiring: Wiring,
  { mappings, options }: { readonly mappings: readonly string[]; readonly options: PromoteOptions },
): Promise<ExitCode> {
  const { openRawLog, consumerGroups, producerIds } = wiring.kafka
  const { to = null, scope = null, reason = null, dryRun } = options
  const parts = fenceParts(wiring, shell, options)
  const promoted = await promote(
    { mappings, scope, to, reason, waivers: waiversOf(options), run: dryRun === true ? 'look' : 'say' },
    accountOf(options),
    { ...parts, openRawLog, consumerGroups, producerIds, patienceMs: options.watch * 1000 },
  )
  print(shell.streams, options, promoted)
  const { plans, registryOffsets, handover } = promoted
  if (handover !== null) return handover.kind === 'handedOver' ? exitCode.done : exitCode.no
  if (plans.some(({ gates: outcome }) => outcome.kind === 'closed')) return exitCode.no
  if (options.wait === true && registryOffsets.size > 0) {
    const registryOffset = Math.max(...registryOffsets.values())
    await waitUntilInForce(
      plans.map(({ mapping, source }) => ({ mapping, source, registryOffset })),
      parts,
    )
  }
  return exitCode.done
}

function print(
  streams: Streams,
  { output, dryRun }: PromoteOptions,
  { plans, registryOffsets, handover }: Promoted,
): void {
  if (output !== 'table') {
    const items = plans.map(({ mapping, source, scope, from, to, epoch, evidence, waivers, gates, steps }) => ({
      ...{ mapping, source, scope, from, to, epoch, evidence, waivers, gates, steps },
      registryOffset: registryOffsets.get(mapping) ?? null,
      handover,
    }))
    printReading(streams, output, { kind: 'Promotion', items, columns: [], empty: '' })
    return
  }
  const isClosed = handover === null && plans.some(({ gates: outcome }) => outcome.kind === 'closed')
  for (const plan of plans) printPlan(streams, plan, { isClosed, isLook: dryRun === true })
  if (handover !== null) streams.err(`${endOf(handover)}\n`)
}

/** Where one of several is refused, none of them is led on. */
function printPlan(
  streams: Streams,
  { gates: outcome, evidence, waivers, mapping, scope, from, to, epoch, steps, progress }: Planned,
  { isClosed, isLook }: { readonly isClosed: boolean; readonly isLook: boolean },
): void {
  const closed = outcome.kind === 'closed' ? outcome.failed : []
  const waived = new Set(waivers.map(({ gate }) => gate).filter((gate) => !closed.some((one) => one.gate === gate)))
  if (progress === 'there') {
    streams.err(`${mapping}, scope ${scopeText(scope)}: is ${to} already, epoch ${epoch}\n`)
    return
  }
  const about = `${mapping}, scope ${scopeText(scope)}: ${from} to ${to}`
  streams.out(renderTable(gateColumns(streams, waived), evidence))
  if (outcome.kind === 'closed') streams.err(`${about} is refused${remedyOf(outcome)}\n`)
  else if (isClosed) streams.err(`${about} is not led on without the others\n`)
  else {
    streams.out(steps.map((step) => `- ${step}\n`).join(''))
    streams.err(`${about}, epoch ${epoch}${isLook ? ': nothing was done' : ''}\n`)
  }
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

function whyKept(end: WhyKept): string {
  if (end.why === 'held')
    return 'something of the mapping waits or fails (falsework status, falsework dead-letters list)'
  if (end.by === null) return 'no daemon answered in time, so it was cancelled'
  const { actor, atMs, reason } = end.by
  return `${actor} has cancelled it at ${new Date(atMs).toISOString()}${reason === null ? '' : ` (${reason})`}`
}

const ms = (value: number): string => `${Math.round(value)} ms`

function endOf(end: HandoverEnd): string {
  if (end.kind === 'kept') {
    return `not handed over: ${whyKept(end)}; the legacy system goes on in epoch ${end.epoch}, and is open`
  }
  const gap =
    end.gapMs === null
      ? 'the new service has published nothing yet'
      : `${ms(end.gapMs)} between the last event of the legacy system and the first one of the new service`
  return `handed over: the fence stood after ${ms(end.fencedMs)}, the owner had changed ${ms(end.decidedMs)} later; ${gap}`
}
