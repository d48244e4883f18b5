/** The commands of an operator, each a process that may die at any call and be interrupted. */
import type { MemoryKafka } from '../../../../src/adapters/memory/memory-kafka.ts'
import { cancel } from '../../../../src/app/migrate/handover/cancel.ts'
import { rollBack } from '../../../../src/app/migrate/handover/roll-back.ts'
import { applyGuard, planGuard } from '../../../../src/app/migrate/guard.ts'
import { readStages } from '../../../../src/app/migrate/read-stages.ts'
import { readRegistry } from '../../../../src/app/observe/registered.ts'
import { promote, type PromoteParts } from '../../../../src/app/migrate/promote.ts'
import type { CaptureFacts } from '../../../../src/core/capture/connector/capture-findings.ts'
import { FalseworkError } from '../../../../src/core/diagnostics/falsework-error.ts'
import type { Scope } from '../../../../src/core/migration/stage.ts'
import { names } from '../../bench-project.ts'
import type { LegacyDatabase } from './legacy-database.ts'
import { Mortal } from './mortal.ts'
import { mapping, type Shop } from './shop.ts'
import type { TroubledParts } from './troubles.ts'

/** How a command has ended: `done`, the code of its error, or not by itself. */
export type CommandEnd = 'done' | 'died' | (string & {})

export type Command =
  | { readonly name: 'promote'; readonly scope: Scope }
  | { readonly name: 'cancel'; readonly scope: Scope }
  | { readonly name: 'rollback'; readonly scope: Scope; readonly writes: 'outstanding' | 'back' }

export interface CommandLineParts extends TroubledParts {
  readonly shop: Shop
  readonly database: LegacyDatabase
  readonly kafka: MemoryKafka
  /** What stands in for ports of a process. */
  readonly ports?: (ports: CommandPorts) => CommandPorts
}

export type CommandPorts = PromoteParts

/** Of its calls those at which a command dies: some commands are never interrupted. */
const deadlyShare = 0.04

/** What nothing compares. */
const waivers = ['parity', 'days', 'events', 'pending', 'partitions', 'rehearsed'].map((gate) => ({
  gate,
  reason: 'the night is ours',
}))

export class CommandLine {
  private readonly parts: CommandLineParts

  constructor(parts: CommandLineParts) {
    this.parts = parts
  }

  /** Puts the guard up. */
  async guard(): Promise<void> {
    const { clock, random, kafka, shop } = this.parts
    const ports = this.portsOf(new Mortal(clock, random, 0), new AbortController().signal)
    const migrated = await readStages(mapping, await readRegistry(kafka.openControlLog), { names, ...kafka })
    const plan = planGuard(migrated, { kind: 'postgres', connector: shop.connector })
    await applyGuard(plan, null, ports)
  }

  async run(command: Command): Promise<CommandEnd> {
    const { clock, random, met, fails } = this.parts
    const process = new Mortal(clock, random, fails && random.chance(0.5) ? deadlyShare : 0)
    const interrupted = new AbortController()
    if (fails && random.chance(0.15)) void clock.sleep(random.integer(0, 2_000)).then(() => interrupted.abort())
    const end = await Promise.race([this.carriedOut(command, process, interrupted.signal), process.died])
    if (end === 'died') met.add('command dies')
    if (end === 'INTERRUPTED') met.add('command is interrupted')
    if (end === 'HANDOVER_UNANSWERED' || end === 'TIMED_OUT') met.add('command gives up waiting')
    if (end === 'CANCEL_TOO_LATE') met.add('cancel comes too late')
    return end
  }

  private async carriedOut(command: Command, process: Mortal, signal: AbortSignal): Promise<CommandEnd> {
    const ports = this.portsOf(process, signal)
    const about = { mappings: [mapping], scope: command.scope, reason: 'simulated' }
    try {
      if (command.name === 'promote') await promote({ ...about, to: null, waivers, run: 'say' }, null, ports)
      else if (command.name === 'cancel') await cancel(about, null, ports)
      else await rollBack({ ...about, writes: command.writes, stopped: null }, null, ports)
      return 'done'
    } catch (cause) {
      if (cause instanceof FalseworkError) return cause.code
      throw cause
    }
  }

  private portsOf(process: Mortal, signal: AbortSignal): CommandPorts {
    const { shop, database, kafka, clock, random, ports, fails } = this.parts
    const whole: CommandPorts = {
      names,
      actor: 'ana',
      uuid: () => `uuid ${random.next()}`,
      wallMs: () => clock.wallMs(),
      clock,
      signal,
      timeoutMs: fails ? random.pick([200, 2_000, 20_000]) : 20_000,
      patienceMs: random.pick([0, 500]),
      topicReader: process.of(kafka.topicReader, ['latest', 'range', 'readFrom']),
      openRawLog: async (topic) => process.of(await kafka.openRawLog(topic), ['read', 'range']),
      openControlLog: async () => process.of(await kafka.openControlLog(), ['read', 'append']),
      consumerGroups: kafka.consumerGroups,
      producerIds: process.of(kafka.producerIds, ['describe', 'fence']),
      connectorOf: async () => await Promise.resolve({ kind: 'postgres', connector: shop.connector }),
      openGuard: async () =>
        await Promise.resolve(process.of(database.open(), ['fenceRows', 'moveFences', 'separate', 'apply'])),
      openInspector: async () =>
        await Promise.resolve({
          tables: async () => await Promise.reject(new Error('nobody asks')),
          capture: async () => await Promise.resolve(published),
          slotPosition: () => Promise.reject(new Error('nobody asks')),
          sample: () => Promise.reject(new Error('nobody asks')),
          close: async () => {
            await Promise.resolve()
          },
        }),
    }
    return ports?.(whole) ?? whole
  }
}

const tables = ['public.falsework_fence', 'public.falsework_sync'].map((name) => ({ name }))
const published = { kind: 'postgres', publication: { tables } } as unknown as CaptureFacts
