/** `falsework migrate`: where the scopes of a mapping stand, and what leads them on. */
import { type Command, Option } from 'commander'
import { readRegistry } from '../../../app/observe/registered.ts'
import { keptFences } from '../../../app/migrate/handover/kept-fences.ts'
import { migrationAlarms } from '../../../app/migrate/migration-alarms.ts'
import {
  expectScopeValue,
  type MigratedMapping,
  readStages,
  type ScopeStanding,
  standingOf,
  standingsOf,
} from '../../../app/migrate/read-stages.ts'
import { wordsOfScope } from '../../../core/migration/scope-stages.ts'
import { allowedTransitions, scopeText } from '../../../core/migration/stage.ts'
import type { StageRecord } from '../../../core/registry/control-record.ts'
import type { Wiring } from '../../../wiring.ts'
import { type CommandOptions, runCommand, type Shell, withCommonOptions } from '../../command.ts'
import { exitCode } from '../../exit-code.ts'
import { type Column, printReading } from '../../output.ts'
import { addParity } from './parity.ts'
import { addGuard } from './guard.ts'
import { addCancel } from './cancel.ts'
import { connectorOf } from './fence-parts.ts'
import { addPromote } from './promote.ts'
import { addRetire } from './retire.ts'
import { addRollback } from './rollback.ts'

export function addMigrate(program: Command, shell: Shell): void {
  const migrate = program.command('migrate').description('stages of a mapping: shadow, live, parity, native, retired')
  addMigrateStatus(migrate, shell)
  addParity(migrate, shell)
  addGuard(migrate, shell)
  addPromote(migrate, shell)
  addCancel(migrate, shell)
  addRollback(migrate, shell)
  addRetire(migrate, shell)
  addHistory(migrate, shell)
}

interface StandingLine {
  readonly scope: string
  readonly stage: string
  readonly owner: string
  readonly epoch: number
  readonly position: string | null
  readonly underWay: boolean
  readonly next: string | null
}

const standingColumns: readonly Column<StandingLine>[] = [
  { title: 'SCOPE', text: ({ scope }) => scope },
  { title: 'STAGE', text: ({ stage, underWay }) => (underWay ? `${stage} (under way)` : stage) },
  { title: 'OWNER', text: ({ owner }) => owner },
  { title: 'EPOCH', align: 'right', text: ({ epoch }) => String(epoch) },
  { title: 'SINCE', text: ({ position }) => position ?? '-' },
  { title: 'NEXT', text: ({ next }) => next ?? '-' },
]

interface ScopeOptions extends CommandOptions {
  readonly scope?: string
}

const scopeOption = (): Option =>
  new Option('--scope <value>', 'a value of its structural scope; otherwise all that has a stage')

function addMigrateStatus(migrate: Command, shell: Shell): void {
  withCommonOptions(migrate.command('status'))
    .argument('<mapping>')
    .description('stage and owner of each scope, and where it can be led on to')
    .addOption(scopeOption())
    .action(async (mapping: string, options: ScopeOptions) => {
      await runCommand(shell, options, async (wiring) => {
        const migrated = await migratedMapping(wiring, mapping)
        const { scope = null } = options
        if (scope !== null) expectScopeValue(migrated, scope)
        const standings = scope === null ? standingsOf(migrated) : [standingOf(migrated, scope)]
        const { kafka, names, clock } = wiring
        const { topicReader } = kafka
        const alarms = await migrationAlarms(mapping, scope, { names, topicReader, nowMs: clock.wallMs() })
        const closed = await keptFences(migrated, standings, {
          connectorOf: connectorOf(wiring),
          openGuard: wiring.openGuard,
        })
        const unsaid = migrated.migration === null ? ['no migration file about it is registered'] : []
        printReading(shell.streams, options.output, {
          kind: 'Stages',
          items: standings.map(standingLine),
          columns: standingColumns,
          empty: '',
          warnings: [...unsaid, ...alarms, ...closed],
        })
        return exitCode.done
      })
    })
}

export async function migratedMapping({ kafka, names }: Wiring, mapping: string): Promise<MigratedMapping> {
  return await readStages(mapping, await readRegistry(kafka.openControlLog), { names, topicReader: kafka.topicReader })
}

function standingLine({ scope, stage, ownership, isUnderWay }: ScopeStanding): StandingLine {
  const { owner, epoch, position } = ownership
  const next = Object.values(allowedTransitions[stage]).map(({ to }) => to)
  return { scope: scopeText(scope), stage, owner, epoch, position, underWay: isUnderWay, next: next[0] ?? null }
}

interface WordLine
  extends Pick<StageRecord, 'scope' | 'transition' | 'to' | 'epoch' | 'actor' | 'reason' | 'evidence' | 'waivers'> {
  readonly registryOffset: number
  readonly at: string
}

const wordColumns: readonly Column<WordLine>[] = [
  { title: 'AT', text: ({ at }) => at },
  { title: 'SCOPE', text: ({ scope }) => scopeText(scope) },
  { title: 'WORD', text: ({ transition, to }) => `${transition} to ${to}` },
  { title: 'EPOCH', align: 'right', text: ({ epoch }) => String(epoch) },
  { title: 'ACTOR', text: ({ actor }) => actor },
  { title: 'WAIVED', text: ({ waivers }) => waivers.map(({ gate, reason }) => `${gate}: ${reason}`).join('; ') || '-' },
  { title: 'REASON', text: ({ reason }) => reason ?? '-' },
]

function addHistory(migrate: Command, shell: Shell): void {
  withCommonOptions(migrate.command('history'))
    .argument('<mapping>')
    .description('every word about its stages, with who said it and what the gates have shown')
    .addOption(scopeOption())
    .action(async (mapping: string, options: ScopeOptions) => {
      await runCommand(shell, options, async (wiring) => {
        const migrated = await migratedMapping(wiring, mapping)
        const { scope } = options
        if (scope !== undefined) expectScopeValue(migrated, scope)
        const words = migrated.registry.stages.get(mapping)?.words ?? []
        const items = (scope === undefined ? words : wordsOfScope(words, scope)).map(({ offset, record }): WordLine => {
          const { scope, transition, to, epoch, actor, reason, evidence, waivers, atMs } = record
          const at = new Date(atMs).toISOString()
          return { registryOffset: offset, at, scope, transition, to, epoch, actor, reason, evidence, waivers }
        })
        const about = scope === undefined ? mapping : `${mapping}, scope ${scope}`
        const empty = `nothing was said of the stages of ${about}: it is where it was registered into`
        printReading(shell.streams, options.output, { kind: 'StageWords', items, columns: wordColumns, empty })
        return exitCode.done
      })
    })
}
