import type { Command } from 'commander'
import { rollBack, type RollbackEnd } from '../../../app/migrate/handover/roll-back.ts'
import { rehearse, type Rehearsal } from '../../../app/migrate/handover/rehearse.ts'
import { FalseworkError } from '../../../core/diagnostics/falsework-error.ts'
import { type CommandOptions, runCommand, type Shell, withCommonOptions } from '../../command.ts'
import { exitCode } from '../../exit-code.ts'
import { printReading } from '../../output.ts'
import { timeoutOption } from '../../whole-number.ts'
import { reasonOption } from '../operate/operator-words.ts'
import { accountOf, type AccountOptions, asOption, passwordOption } from './account-options.ts'
import { fenceParts } from './fence-parts.ts'
import { ownerColumns, ownerLine } from './owner-columns.ts'

interface RollbackOptions extends CommandOptions, AccountOptions {
  readonly scope?: string
  readonly reason: string
  readonly synced?: boolean
  readonly rehearse?: boolean
  readonly stopped?: string
  readonly timeout: number
}

export function addRollback(migrate: Command, shell: Shell): void {
  withCommonOptions(migrate.command('rollback'))
    .argument('<mapping...>')
    .description('takes a scope back from the new service, which is fenced; with --synced the legacy system owns again')
    .option('--scope <value>', 'a value of its structural scope; otherwise all that has no stage of its own')
    .addOption(reasonOption())
    .option('--synced', 'what the new service has written is back in the legacy database, or there is nothing of it')
    .option(
      '--rehearse',
      'tries what can be tried before a handover: the new service is fenced, and must come back by itself',
    )
    .option('--stopped <text>', 'who has stopped the new service, where it cannot be fenced: it is kept for ever')
    .addOption(timeoutOption(60))
    .addOption(asOption())
    .addOption(passwordOption())
    .action(async (mappings: string[], options: RollbackOptions) => {
      await runCommand(shell, options, async (wiring) => {
        const { scope = null, reason, synced, stopped = null } = options
        const parts = { ...fenceParts(wiring, shell, options), producerIds: wiring.kafka.producerIds }
        if (options.rehearse === true) {
          expectOfRehearsal(options)
          printRehearsal(shell, options, await rehearse({ mappings, reason }, accountOf(options), parts))
          return exitCode.done
        }
        const writes = synced === true ? 'back' : 'outstanding'
        const end = await rollBack({ mappings, scope, reason, writes, stopped }, accountOf(options), parts)
        printEnd(shell, options, end)
        return exitCode.done
      })
    })
}

/** Raises `USAGE`. */
function expectOfRehearsal({ scope, synced, stopped }: RollbackOptions): void {
  if (scope === undefined && synced === undefined && stopped === undefined) return
  throw new FalseworkError(
    'USAGE',
    '--rehearse fences the new service, whatever it owns: it goes with none of the others',
  )
}

function printRehearsal({ streams }: Shell, { output }: RollbackOptions, { fenced, backMs }: Rehearsal): void {
  printReading(streams, output, {
    kind: 'Rehearsal',
    items: fenced.map(({ transactionalId }) => ({ transactionalId, backMs: Math.round(backMs) })),
    columns: [
      { title: 'FENCED', text: ({ transactionalId }) => transactionalId },
      { title: 'BACK AFTER', align: 'right', text: (item) => `${item.backMs} ms` },
    ],
    empty: '',
    warnings: ['not rehearsed: bringing back what it has written, which is yours'],
  })
}

function printEnd({ streams }: Shell, { output }: RollbackOptions, end: RollbackEnd): void {
  printReading(streams, output, {
    kind: 'Rollback',
    items: end.owned.map(ownerLine),
    columns: ownerColumns,
    empty: '',
    warnings: end.fenced.map(
      ({ transactionalId }) => `fenced: ${transactionalId}, which is to be opened anew by its service`,
    ),
    nextSteps: end.kind === 'back' ? [] : end.steps,
  })
}
