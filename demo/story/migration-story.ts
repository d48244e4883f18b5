/**
 * A whole migration as a bounded run: what the other story tells, then one store after the other is handed over to the new
 * service under load, one of them goes back and over again, and in the end falsework is taken down. In each step somebody
 * who takes part is killed.
 */
import type { Child } from '../../stack/child.ts'
import { StackError } from '../../stack/stack-error.ts'
import { askedFalsework, daemon, falsework, type Runtime, until } from '../runtime.ts'
import { capturesAgain } from './breaking.ts'
import { drained } from './drained.ts'
import { judge } from './judge.ts'
import type { Victim } from './killing.ts'
import { forcedWrite, lateWrite } from './late-writes.ts'
import { handOver, type Night, rollBack, standingOf } from './owner-steps.ts'
import { parityPassed, patienceMs } from './parity-asked.ts'
import { begin, findBug, lastLine, migrated, type MigrationStory, passParity, toParity } from './parity-steps.ts'
import type { StoryOptions } from './story.ts'

/** True when every fact was told once, in order, and epochs never decreased, whoever was killed. */
export async function tellMigrationStory(everything: Runtime, options: StoryOptions): Promise<boolean> {
  const runtime: Runtime = { ...everything, crm: null }
  const { say, seed } = options
  const ownWork = { seed, transactionsPerSecond: 10 }
  const { story, buggy } = await begin(runtime, { ...options, ownWork })
  const standby = daemon(runtime, 'standby', { FALSEWORK_HTTP_PORT: String(runtime.stack.ports.standby) })
  await standby.start()
  await toParity(story)
  const service = await findBug(story, buggy)
  await passParity(story, service, 'goes on')
  const revive = async (): Promise<void> => {
    for (const child of [story.translator, standby, service]) if (!child.running) await child.start()
    await capturesAgain(runtime)
  }
  const night: Night = {
    revive,
    runtime,
    say,
    disturbance: (step) => disturbance(seed, step, victimsOf(story, { standby, service })),
  }
  await guarded(story, service)
  const gaps = [await handOver(night, '1', 0)]
  say(`a late write of the shop is refused: ${await lateWrite(runtime, '1')}`)
  await forcedWrite(runtime, '1')
  await until('the forced write to be set aside', patienceMs, async () => await isSetAside(runtime))
  say('a forced one is set aside, and published by nobody')
  gaps.push(await handOver(night, '2', 1))
  await rollBack(night, '2', 2, service)
  await again(night, '2')
  gaps.push(await handOver(night, '2', 4))
  gaps.push(await handOver(night, null, 5))
  const seen = gaps.filter((gap) => gap !== null).toSorted((one, other) => one - other)
  say(
    `gaps between the last event of the shop and the first one of the new service: ${seen.map(Math.round).join(', ')} ms`,
  )
  return await conclude(story, { standby, service })
}

interface Others {
  readonly standby: Child
  readonly service: Child
}

const victimsOf = ({ runtime, translator }: MigrationStory, { standby, service }: Others): readonly Victim[] => [
  { name: 'the daemon', child: translator },
  { name: 'the command', child: null },
  { name: 'the new service', child: service },
  { name: 'the other daemon', child: standby },
  { name: 'Kafka Connect', child: runtime.stack.connect },
  { name: 'Kafka', child: runtime.stack.kafka },
]

/** Over the seeds everybody is killed in every step, soon after it began or late. */
function disturbance(seed: number, step: number, victims: readonly Victim[]) {
  const victim = victims[(seed + step) % victims.length]
  if (victim === undefined) throw new StackError('there is nobody to kill')
  return { victim, afterMs: 300 + ((seed * 7 + step * 3) % 8) * 150 }
}

async function guarded({ runtime, say }: MigrationStory, service: Child): Promise<void> {
  for (const mapping of migrated) await falsework(runtime, ['migrate', 'guard', mapping, '--apply'])
  say('the guard stands: each write to a table of the orders asks whose its store is')
  const rehearsing = falsework(runtime, [
    'migrate',
    'rollback',
    ...migrated,
    '--rehearse',
    '--reason',
    'before the night',
  ])
  // It may fail before the service has noticed anything.
  await Promise.race([service.exited, rehearsing])
  await service.start()
  await rehearsing
  say('the way back is rehearsed: the new service was fenced, ended, and came back')
}

async function isSetAside(runtime: Runtime): Promise<boolean> {
  const output = await falsework(runtime, ['dead-letters', 'list', '-o', 'json'])
  const { items } = JSON.parse(output) as { items: readonly { readonly class?: string }[] }
  return items.some((letter) => letter.class === 'violation')
}

/** What went back is live: it is compared before it is handed over again. */
async function again({ runtime, say, revive }: Night, store: string): Promise<void> {
  const promote = ['migrate', 'promote', ...migrated, '--scope', store, '--to', 'parity', '--wait']
  await until(`store ${store} to be led to parity`, patienceMs, async () => {
    await discardAll(runtime)
    await askedFalsework(runtime, promote)
    return (await standingOf(runtime, store)).stage === 'parity'
  })
  for (const mapping of migrated) await parityPassed(runtime, mapping, revive)
  say(`store ${store} is in parity once more, which passes`)
}

/** The shop is closed by now: behind the guard nothing would keep it from writing. */
async function takenDown({ runtime, say }: MigrationStory): Promise<void> {
  await discardAll(runtime)
  await falsework(runtime, ['migrate', 'retire', ...migrated, '--apply'])
  say(`${migrated.join(' and ')} are retired, and their guard is taken down; the other mappings keep the connector`)
}

async function discardAll(runtime: Runtime): Promise<void> {
  const discard = ['dead-letters', 'discard', '--reason', 'an impossible day', '--mapping']
  await Promise.all(migrated.map(async (mapping) => await falsework(runtime, [...discard, mapping])))
}

async function conclude(story: MigrationStory, { standby, service }: Others): Promise<boolean> {
  const { runtime, translator, application, say } = story
  await application.stop()
  const totals = lastLine(application)
  if (!totals.startsWith('{')) throw new StackError(`the old application failed: ${totals}`)
  say(`${application.spec.name} has ended: ${totals}`)
  await drained(runtime, {})
  await takenDown(story)
  await service.stop()
  say(`the new service has ended: ${lastLine(service)}`)
  await translator.stop()
  await standby.stop()
  return await judge(runtime, {
    places: { 'orders.v1': 'shadow.orders.v1+orders.v1' },
    facts: 'of the old and the new',
    say,
  })
}
