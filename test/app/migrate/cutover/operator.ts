/** An operator who hands scopes over and takes them back, and begins each command again until it has come to its end. */
import { readDeadLetters } from '../../../../src/app/observe/dead-letters.ts'
import { readRegistry } from '../../../../src/app/observe/registered.ts'
import { latestCheckpoint } from '../../../../src/app/observe/source-status.ts'
import { stagingOf } from '../../../../src/core/translation/ownership/routes.ts'
import {
  type MigratedMapping,
  readStages,
  type ScopeStanding,
  standingOf,
} from '../../../../src/app/migrate/read-stages.ts'
import { FalseworkError } from '../../../../src/core/diagnostics/falsework-error.ts'
import type { Scope } from '../../../../src/core/migration/stage.ts'
import { controlFormat } from '../../../../src/core/registry/control-record.ts'
import { encodeControlRecord } from '../../../../src/core/registry/control-record-json.ts'
import { names } from '../../bench-project.ts'
import { CommandLine, type CommandLineParts } from './command-line.ts'
import { mapping, ordersOf, source, stores } from './shop.ts'

/** Where a scope is to come to. */
export type Goal = 'native' | 'legacy'

export class Operator {
  private readonly parts: CommandLineParts
  private readonly commands: CommandLine
  /** What it does at present, for whoever waits for it in vain. */
  doing = 'nothing'
  private words = 0
  /** Of the mapping, which stays the same. */
  private compiled: MigratedMapping | null = null

  constructor(parts: CommandLineParts) {
    this.parts = parts
    this.commands = new CommandLine(parts)
  }

  async guard(): Promise<void> {
    await this.commands.guard()
  }

  async lead(scope: Scope, goal: Goal): Promise<void> {
    if (goal === 'native') await this.handOver(scope)
    else await this.takeBack(scope)
  }

  private async handOver(scope: Scope): Promise<void> {
    const { random, met, fails } = this.parts
    for (;;) {
      const { stage, isUnderWay, words } = await this.standing(scope)
      if (stage === 'native' && !isUnderWay) return
      const isCancelled = isUnderWay && words.open?.isCancelled === true
      if (isCancelled || (isUnderWay && fails && random.chance(0.15))) {
        met.add('handover is cancelled')
        await this.run({ name: 'cancel', scope })
        continue
      }
      await this.discardLetters()
      // Somebody else may think better of it while the command waits.
      const cancelled = fails && random.chance(0.2) ? this.cancelsMeanwhile(scope) : Promise.resolve()
      await this.run({ name: 'promote', scope })
      await cancelled
    }
  }

  private async cancelsMeanwhile(scope: Scope): Promise<void> {
    const { clock, random, met } = this.parts
    await clock.sleep(random.integer(0, 400))
    met.add('handover is cancelled')
    await this.commands.run({ name: 'cancel', scope })
  }

  private async takeBack(scope: Scope): Promise<void> {
    const { random, clock } = this.parts
    let isBroughtBack = false
    for (;;) {
      const { stage, isUnderWay, ownership } = await this.standing(scope)
      if (stage !== 'native' && !isUnderWay) return
      if (ownership.owner !== 'none' || !isBroughtBack) {
        const end = await this.run({ name: 'rollback', scope, writes: 'outstanding' })
        if (end !== 'done') continue
        await clock.sleep(random.integer(0, 1_000))
        isBroughtBack = true
        this.bringBack(scope, (await this.standing(scope)).ownership.epoch)
      }
      await this.run({ name: 'rollback', scope, writes: 'back' })
    }
  }

  private bringBack(scope: Scope, epoch: number): void {
    const { database, random } = this.parts
    const written = stores.filter((store) => store === scope || database.fenceOf(store).scope === scope)
    for (let left = random.integer(0, 2); left > 0; left--) {
      const orders = written.flatMap((store) => [...ordersOf(store)]).filter(() => random.chance(0.7))
      database.bringBack(orders, epoch)
    }
  }

  private async run(command: Parameters<CommandLine['run']>[0]): Promise<string> {
    this.doing = JSON.stringify(command)
    const end = await this.commands.run(command)
    this.doing += ` ${end}`
    await this.parts.clock.sleep(this.parts.random.integer(50, 500))
    return end
  }

  /** As `status` shows it, when the brokers can be reached. */
  async standing(scope: Scope): Promise<ScopeStanding> {
    const { kafka, clock } = this.parts
    for (;;) {
      try {
        const registry = await readRegistry(kafka.openControlLog)
        this.compiled ??= await readStages(mapping, registry, { names, topicReader: kafka.topicReader })
        const checkpoint = await latestCheckpoint(kafka.topicReader, names.checkpoint(source))
        return standingOf({ ...this.compiled, staging: stagingOf(registry, mapping), checkpoint }, scope)
      } catch (cause) {
        if (!(cause instanceof FalseworkError)) throw cause
        await clock.sleep(500)
      }
    }
  }

  /** No scope is handed over while letters are undecided. */
  private async discardLetters(): Promise<void> {
    const { kafka } = this.parts
    try {
      const { letters } = await readDeadLetters(kafka.topicReader, names.deadLetters)
      if (letters.length === 0) return
      this.words += 1
      const common = {
        format: controlFormat,
        uuid: `letters ${this.words}`,
        basedOn: 0,
        atMs: 0,
        actor: 'ana',
      } as const
      const word = { kind: 'letters', ...common, source, action: 'discard', reason: 'simulated' } as const
      const ids = letters.map(({ id }) => id)
      kafka.cluster.append(names.registry, { value: encodeControlRecord({ ...word, letters: ids }) })
    } catch (cause) {
      if (!(cause instanceof FalseworkError)) throw cause
    }
  }
}
