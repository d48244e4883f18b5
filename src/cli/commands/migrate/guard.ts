/** `falsework migrate guard`: what keeps the legacy system from writing behind a handover, shown, put up or taken down. */
import type { Command } from 'commander'
import { readRegistry } from '../../../app/observe/registered.ts'
import { applyGuard, type GuardPlan, planGuard, removeGuard } from '../../../app/migrate/guard.ts'
import { readStages } from '../../../app/migrate/read-stages.ts'
import type { FenceRow } from '../../../core/migration/guard/fence.ts'
import { captureSteps } from '../../../core/migration/guard/guard-capture.ts'
import type { GuardStatement } from '../../../core/migration/guard/guard-place.ts'
import { guardScript } from '../../../core/migration/guard/sql/guard-script.ts'
import { scopeText } from '../../../core/migration/stage.ts'
import type { Wiring } from '../../../wiring.ts'
import { type CommandOptions, runCommand, type Shell, withCommonOptions } from '../../command.ts'
import { type ExitCode, exitCode } from '../../exit-code.ts'
import { accountOf, type AccountOptions, asOption, passwordOption } from './account-options.ts'
import { connectorOf } from './fence-parts.ts'
import { type Column, printableLines, printReading } from '../../output.ts'

interface GuardOptions extends CommandOptions, AccountOptions {
  readonly apply?: boolean
  readonly remove?: boolean
}

export function addGuard(migrate: Command, shell: Shell): void {
  withCommonOptions(migrate.command('guard'))
    .argument('<mapping>')
    .description('prints the SQL of the fence and of the triggers that ask it before each write to a mapped table')
    .option('--apply', 'carries it out, which may be done again, and shows the fence')
    .option('--remove', 'the SQL that takes it down again')
    .addOption(asOption())
    .addOption(passwordOption())
    .action(async (mapping: string, options: GuardOptions) => {
      await runCommand(shell, options, async (wiring) => await runGuard(shell, wiring, { mapping, options }))
    })
}

async function runGuard(
  shell: Shell,
  wiring: Wiring,
  { mapping, options }: { readonly mapping: string; readonly options: GuardOptions },
): Promise<ExitCode> {
  const account = accountOf(options)
  const plan = await guardPlan(wiring, mapping)
  if (options.apply !== true) printStatements(shell, options, plan)
  else if (options.remove === true) {
    await removeGuard(plan, account, wiring)
    printFence(shell, options, { rows: [], warnings: [], steps: [] })
  } else {
    const applied = await applyGuard(plan, account, wiring)
    printFence(shell, options, { ...applied, warnings: plan.warnings })
  }
  return exitCode.done
}

async function guardPlan(wiring: Wiring, name: string): Promise<GuardPlan> {
  const { kafka, names } = wiring
  const registry = await readRegistry(kafka.openControlLog)
  const migrated = await readStages(name, registry, { names, topicReader: kafka.topicReader })
  return planGuard(migrated, await connectorOf(wiring)(migrated.mapping.source))
}

/** For people the text alone, as a client of the database reads it. */
function printStatements({ streams }: Shell, { output, remove }: GuardOptions, plan: GuardPlan): void {
  const items = remove === true ? plan.removal : plan.statements
  const warnings = remove === true ? [] : plan.warnings
  const apply = `falsework migrate guard ${plan.mapping}${remove === true ? ' --remove' : ''} --apply`
  const capture = remove === true ? [] : captureSteps(plan.place, plan.connector, null)
  const nextSteps = [apply, ...capture]
  if (output === 'table') streams.out(printableLines(guardScript(plan.place.kind, items)))
  const shown = output === 'table' ? [] : items
  printReading<GuardStatement>(streams, output, {
    kind: 'GuardStatements',
    items: shown,
    columns: [],
    empty: 'nothing was done',
    warnings,
    nextSteps,
  })
}

const fenceColumns: readonly Column<FenceRow>[] = [
  { title: 'SCOPE', text: ({ scope }) => scopeText(scope) },
  { title: 'OWNER', text: ({ owner }) => owner },
  { title: 'EPOCH', align: 'right', text: ({ epoch }) => String(epoch) },
]

interface ShownFence {
  readonly rows: readonly FenceRow[]
  readonly warnings: readonly string[]
  readonly steps: readonly string[]
}

function printFence({ streams }: Shell, { output }: GuardOptions, { rows, warnings, steps }: ShownFence): void {
  const empty = 'the guard is taken down'
  printReading(streams, output, {
    kind: 'Fence',
    items: rows,
    columns: fenceColumns,
    empty,
    warnings,
    nextSteps: steps,
  })
}
