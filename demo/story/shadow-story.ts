/**
 * The first half of a migration as a bounded run: the orders of the shop in shadow, live, and in parity with the new
 * fulfilment service, which has a bug. Daemon, with the comparison in it, and service are killed in the middle.
 */
import { readFileSync } from 'node:fs'
import type { Child } from '../../stack/child.ts'
import { StackError } from '../../stack/stack-error.ts'
import { askedFalsework, daemon, falsework, fulfilment, oldApplications, type Runtime, until } from '../runtime.ts'
import { committedOf } from './breaking.ts'
import { drained } from './drained.ts'
import { judge } from './judge.ts'
import type { StoryOptions } from './story.ts'

const scratchPrefix = 'again.'
/** In this order: of each order the placing comes first, so its events are never ahead of what is behind them. */
const migrated = ['order-lifecycle', 'order-placed'] as const
const others = ['account', 'product', 'web-order'] as const
/** What the bug of the service spoils. */
const plantedCause = 'OrderShipped field-mismatch previousStatus'
const patienceMs = 240_000

/** True when the bug was found by its field, parity passes without it, and nothing is missing, repeated or out of order. */
export async function tellShadowStory(everything: Runtime, options: StoryOptions): Promise<boolean> {
  const runtime: Runtime = { ...everything, crm: null }
  const { say, seed, transactions, rate } = options
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
  const buggy = fulfilment(runtime, { behaviour: 'with bug' })
  await buggy.start()
  const story: Story = { runtime, translator, application, say }
  await toParity(story)
  const repaired = await findBug(story, buggy)
  await passParity(story, repaired)
  return await conclude(story, repaired)
}

interface Story {
  readonly runtime: Runtime
  readonly translator: Child
  readonly application: Child
  readonly say: (line: string) => void
}

async function toParity({ runtime, application, say }: Story): Promise<void> {
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
async function findBug({ runtime, translator, say }: Story, buggy: Child): Promise<Child> {
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
  const repaired = fulfilment(runtime, { behaviour: 'sound' })
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

/** Under load, and with another kill of both; then behind the last order: the shop works for as long as it takes. */
async function passParity({ runtime, translator, application, say }: Story, service: Child): Promise<void> {
  for (const mapping of migrated) {
    await until(`enough events of ${mapping} to be compared`, patienceMs, async () => {
      return !(await closedGates(runtime, mapping)).some((gate) => gate.startsWith('events '))
    })
  }
  say('kill -9 of the daemon and of the new service once more')
  await Promise.all([translator.kill('SIGKILL'), service.kill('SIGKILL')])
  await Promise.all([translator.start(), service.start()])
  await application.stop()
  await drained(runtime, {})
  for (const mapping of migrated) {
    await parityPassed(runtime, mapping)
    say(
      `parity of ${mapping} passes: ${(await evidenceOf(runtime, mapping)).find(({ gate }) => gate === 'parity')?.text ?? ''}`,
    )
  }
}

async function parityPassed(runtime: Runtime, mapping: string): Promise<void> {
  let closed: readonly string[] = []
  const passed = until(`parity of ${mapping} to pass`, patienceMs, async () => {
    closed = await closedGates(runtime, mapping)
    return closed.length === 0
  })
  await passed.catch((cause: unknown) => {
    throw new StackError(`parity of ${mapping} does not pass: ${closed.join('; ')}`, { cause })
  })
}

interface Evidence {
  readonly gate: string
  readonly verdict: 'passed' | 'failed'
  readonly text: string
}

/** Those that the comparison answers; who hands over later asks for more. */
const gatesOfParity: ReadonlySet<string> = new Set([
  'lag',
  'parity',
  'days',
  'events',
  'pending',
  'partitions',
  'fenceable',
])

const closedGates = async (runtime: Runtime, mapping: string): Promise<readonly string[]> =>
  (await evidenceOf(runtime, mapping)).flatMap(({ gate, verdict, text }) =>
    gatesOfParity.has(gate) && verdict === 'failed' ? [`${gate} (${text})`] : [],
  )

async function evidenceOf(runtime: Runtime, mapping: string): Promise<readonly Evidence[]> {
  const output = await askedFalsework(runtime, ['migrate', 'promote', mapping, '--dry-run', '-o', 'json'])
  const { items } = JSON.parse(output) as { items: readonly { evidence: readonly Evidence[] }[] }
  return items.flatMap(({ evidence }) => evidence)
}

async function causesOf(runtime: Runtime, mapping: string): Promise<readonly string[]> {
  const output = await askedFalsework(runtime, ['migrate', 'parity', mapping, '-o', 'json'])
  const { items } = JSON.parse(output) as { items: readonly { causes: readonly { name: string }[] }[] }
  return items.flatMap(({ causes }) => causes.map(({ name }) => name))
}

async function conclude({ runtime, translator, application, say }: Story, service: Child): Promise<boolean> {
  const totals = lastLine(application)
  if (!totals.startsWith('{')) throw new StackError(`the old application failed: ${totals}`)
  say(`${application.spec.name} has ended: ${totals}`)
  await service.stop()
  say('translating the same raw log a second time, all of it live, into scratch topics: the ids must be the same')
  const again = { FALSEWORK_TOPICS_PREFIX: scratchPrefix, FALSEWORK_TOPICS_RAW_PREFIX: '' }
  await falsework(runtime, ['register', ...migrated, ...others], again)
  await translator.stop()
  const second = daemon(runtime, 'daemon-again', again)
  await second.start()
  await drained(runtime, again)
  await second.stop()
  return await judge(runtime, { scratchPrefix, places: { 'orders.v1': 'shadow.orders.v1+orders.v1' }, say })
}

const lastLine = ({ spec }: Child): string => readFileSync(spec.logFile, 'utf8').trim().split('\n').at(-1) ?? ''
