/** What stories of a migration have in common: from shadow to a parity that passes, with a bug that it finds. */
import { readFileSync } from 'node:fs'
import type { Child } from '../../stack/child.ts'
import { StackError } from '../../stack/stack-error.ts'
import {
  askedFalsework,
  daemon,
  falsework,
  fulfilment,
  type FulfilmentOptions,
  oldApplications,
  type Runtime,
  until,
} from '../runtime.ts'
import type { StoryOptions } from './story.ts'
import { committedOf } from './breaking.ts'
import { drained } from './drained.ts'
import { causesOf, closedGates, evidenceOf, parityPassed, patienceMs } from './parity-asked.ts'

/** In this order: of each order the placing comes first, so its events are never ahead of what is behind them. */
export const migrated = ['order-lifecycle', 'order-placed'] as const
export const others = ['account', 'product', 'web-order'] as const
/** What the bug of the service spoils. */
const plantedCause = 'OrderShipped field-mismatch previousStatus'
export interface MigrationStory {
  readonly runtime: Runtime
  readonly translator: Child
  readonly application: Child
  /** The new service, each time as a process of its own. */
  readonly service: (behaviour: FulfilmentOptions['behaviour']) => Child
  readonly say: (line: string) => void
}

/** The shop at work, the mappings of its orders in shadow, and the new service behind it. */
export async function begin(
  runtime: Runtime,
  { say, seed, transactions, rate, ownWork }: StoryOptions & Partial<Pick<FulfilmentOptions, 'ownWork'>>,
): Promise<{ readonly story: MigrationStory; readonly buggy: Child }> {
  say('capture: applying the connector of the shop')
  await falsework(runtime, ['connector', 'apply', 'shop'])
  say(`registering ${migrated.join(' and ')} into shadow, the other mappings live`)
  await falsework(runtime, ['register', ...migrated, '--stage', 'shadow'])
  await falsework(runtime, ['register', ...others])
  const translator = daemon(runtime)
  await translator.start()
  const told = { seed, transactions, rate, reconnect: 120 }
  const [application] = oldApplications(
    runtime,
    Object.entries(told).flatMap(([name, value]) => [`--${name}`, String(value)]),
  )
  if (application === undefined) throw new StackError('there is no old application')
  await application.start()
  say('the new fulfilment service follows the shop, with a bug in it')
  const service = (behaviour: FulfilmentOptions['behaviour']): Child =>
    fulfilment(runtime, { behaviour, ...(ownWork !== undefined && { ownWork }) })
  const buggy = service('with bug')
  await buggy.start()
  return { story: { runtime, translator, application, service, say }, buggy }
}

export async function toParity({ runtime, application, say }: MigrationStory): Promise<void> {
  await until('the shop to be at work', patienceMs, async () => await isAtWork(runtime, application))
  for (const stage of ['live', 'parity']) {
    for (const mapping of migrated) {
      await until(`${mapping} to be led to ${stage}`, patienceMs, async () => await isLed(runtime, mapping, stage))
    }
    say(`${migrated.join(' and ')} are ${stage === 'live' ? 'live: their events go to the public topic' : 'in parity'}`)
  }
}

/** The shop has orders with impossible days: what is set aside is to be decided first, which is a gate. */
async function isLed(runtime: Runtime, mapping: string, stage: string): Promise<boolean> {
  const reason = 'an impossible day: nothing can be told of it'
  await falsework(runtime, ['dead-letters', 'discard', '--mapping', mapping, '--reason', reason])
  const promote = ['migrate', 'promote', mapping, '--to', stage, '--wait', '-o', 'json']
  const { items } = JSON.parse(await askedFalsework(runtime, promote)) as {
    items: readonly { readonly registryOffset: number | null }[]
  }
  return items.every(({ registryOffset }) => registryOffset !== null)
}

/** So many transactions that something of everything is in shadow. */
const beginning = 60

async function isAtWork(runtime: Runtime, application: Child): Promise<boolean> {
  if (!application.running) throw new StackError(`the old application has ended too early: ${lastLine(application)}`)
  const [count = 0] = await committedOf(runtime)
  return count >= beginning
}

/** Killed while they are at it, both go on; the bug is found by the name of the field, and the service is mended. */
export async function findBug({ runtime, translator, service, say }: MigrationStory, buggy: Child): Promise<Child> {
  say('kill -9 of the daemon, which compares, and of the new service; both are started again')
  await Promise.all([translator.kill('SIGKILL'), buggy.kill('SIGKILL')])
  await Promise.all([translator.start(), buggy.start()])
  await until('parity to name the field that is wrong', patienceMs, async () => {
    return (await causesOf(runtime, 'order-lifecycle')).some((cause) => cause.startsWith(plantedCause))
  })
  const causes = await causesOf(runtime, 'order-lifecycle')
  const unplanted = causes.filter((cause) => !cause.startsWith(plantedCause))
  if (unplanted.length > 0) throw new StackError(`parity has found what was not planted: ${unplanted.join('; ')}`)
  say(`parity names the bug: ${causes.join('; ')}`)
  await buggy.stop()
  const repaired = service('sound')
  await repaired.start()
  for (const mapping of migrated) {
    await falsework(runtime, [
      'migrate',
      'parity',
      mapping,
      '--anew',
      '--reason',
      'the bug of the new service is mended',
    ])
  }
  say('the new service was mended: the comparison begins anew')
  return repaired
}

/** Under load, and with another kill of both; the shop works for as long as it takes, or goes on. */
export async function passParity(
  { runtime, translator, application, say }: MigrationStory,
  service: Child,
  shop: 'ends' | 'goes on',
): Promise<void> {
  for (const mapping of migrated) {
    await until(`enough events of ${mapping} to be compared`, patienceMs, async () => {
      return !(await closedGates(runtime, mapping)).some((gate) => gate.startsWith('events '))
    })
  }
  say('kill -9 of the daemon and of the new service once more')
  await Promise.all([translator.kill('SIGKILL'), service.kill('SIGKILL')])
  await Promise.all([translator.start(), service.start()])
  if (shop === 'ends') {
    await application.stop()
    await drained(runtime, {})
  }
  for (const mapping of migrated) {
    await parityPassed(runtime, mapping)
    say(
      `parity of ${mapping} passes: ${(await evidenceOf(runtime, mapping)).find(({ gate }) => gate === 'parity')?.text ?? ''}`,
    )
  }
}

/** Of an old application: JSON with what it did, once it has ended well. */
export const lastLine = ({ spec }: Child): string => readFileSync(spec.logFile, 'utf8').trim().split('\n').at(-1) ?? ''
