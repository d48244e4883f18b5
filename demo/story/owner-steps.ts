/** What an operator does at night: owners change, and somebody who takes part is killed meanwhile. */
import type { Child } from '../../stack/child.ts'
import { StackError } from '../../stack/stack-error.ts'
import { askedFalsework, falsework, reverseSync, type Runtime, until } from '../runtime.ts'
import { type Ran, ranBeside, type Victim } from './killing.ts'
import { patienceMs } from './parity-asked.ts'
import { migrated } from './parity-steps.ts'

export interface Night {
  readonly runtime: Runtime
  readonly say: (line: string) => void
  /** Who is killed in the step of that number, and when. */
  readonly disturbance: (step: number) => { readonly victim: Victim; readonly afterMs: number }
  /** As a supervisor does: those who have ended because something else had are started again. */
  readonly revive: () => Promise<void>
}

/** A store, or all that has not moved by itself. */
export type StoryScope = string | null

const scopeWords = (scope: StoryScope): readonly string[] => (scope === null ? [] : ['--scope', scope])
const named = (scope: StoryScope): string => (scope === null ? 'all other stores' : `store ${scope}`)
const json = ['-o', 'json'] as const

interface Handover {
  readonly kind: string
  readonly fencedMs: number
  readonly decidedMs: number
  readonly gapMs: number | null
}

/** Until the new service owns. Gives the gap, ms; null: the command that would have told it was killed. */
export async function handOver(night: Night, scope: StoryScope, step: number): Promise<number | null> {
  const { runtime, say } = night
  const promote = ['migrate', 'promote', ...migrated, '--to', 'native', ...scopeWords(scope), '--timeout', '30']
  let handover: Handover | null = null
  await goneThrough(night, step, [...promote, ...json], async (ran) => {
    if (ran.code === 0) {
      const { items } = JSON.parse(ran.out) as { items: readonly { readonly handover: Handover | null }[] }
      handover = items[0]?.handover ?? null
    } else if (/HANDOVER_UNANSWERED|migrate cancel/.test(ran.err)) {
      await asked(runtime, ['migrate', 'cancel', ...migrated, ...scopeWords(scope), '--reason', 'no answer', ...json])
    }
    return (await ownerOf(runtime, scope)) === 'native'
  })
  const { fencedMs, decidedMs, gapMs } = (handover as Handover | null) ?? {
    fencedMs: null,
    decidedMs: null,
    gapMs: null,
  }
  const times =
    fencedMs === null
      ? 'nobody was there to time it'
      : `fence ${whole(fencedMs)}, decision ${whole(decidedMs)}, gap ${whole(gapMs)}`
  say(`handed over to the new service: ${named(scope)} (${times})`)
  return gapMs
}

const whole = (ms: number | null): string => (ms === null ? 'not seen' : `${Math.round(ms)} ms`)

/**
 * The service sleeps through it, wakes up fenced and publishes nothing; started again, its writes are brought back, and the
 * shop owns the store again.
 */
export async function rollBack(night: Night, scope: string, step: number, service: Child): Promise<void> {
  const { runtime, say } = night
  await service.kill('SIGSTOP')
  const rollback = [
    'migrate',
    'rollback',
    ...migrated,
    '--scope',
    scope,
    '--reason',
    'the story goes back',
    '--timeout',
    '30',
  ]
  await goneThrough(asleep(night, service), step, [...rollback, ...json], async ({ code }) => {
    return code === 0 && (await ownerOf(runtime, scope)) === 'none'
  })
  say(`store ${scope} is nobody's: the new service, which sleeps, is fenced`)
  await service.kill('SIGCONT')
  await service.exited
  await service.start()
  say('the new service woke up, found itself fenced and ended; it is started again')
  const { epoch } = await standingOf(runtime, scope)
  say(`its writes are brought back: ${(await reverseSync(runtime, { store: Number(scope), epoch })).trim()}`)
  await goneThrough(night, step + 1, [...rollback, '--synced', ...json], async () => {
    return (await ownerOf(runtime, scope)) === 'legacy'
  })
  say(`store ${scope} is the shop's again`)
}

/** Who is killed could not be seen to wake up. */
const asleep = (night: Night, sleeper: Child): Night => ({
  ...night,
  disturbance: (step) => {
    const { victim, afterMs } = night.disturbance(step)
    return { victim: victim.child === sleeper ? { name: 'the command', child: null } : victim, afterMs }
  },
})

/** Run again, as an operator would who reads what is said, until it is done; the first time somebody is killed meanwhile. */
async function goneThrough(
  { runtime, say, disturbance, revive }: Night,
  step: number,
  command: readonly string[],
  isDone: (ran: Ran) => Promise<boolean>,
): Promise<void> {
  const { victim, afterMs } = disturbance(step)
  say(`kill -9 of ${victim.name} after ${afterMs} ms of: falsework ${command.slice(0, 2).join(' ')}`)
  let first = true
  let last: Ran | null = null
  await until(`falsework ${command.join(' ')}`, patienceMs, async () => {
    await Promise.all(migrated.map(async (mapping) => await discarded(runtime, mapping)))
    last = await ranBeside(runtime, command, { victim: first ? victim : null, afterMs })
    first = false
    await revive()
    return await isDone(last)
  }).catch((cause: unknown) => {
    throw new StackError(`it was not done; at last: ${last?.err ?? ''}${last?.out ?? ''}`, { cause })
  })
}

/**
 * Orders with impossible days are set aside all the time, and must be decided before an owner changes: of all mappings at
 * once, since the next one comes within seconds.
 */
async function discarded(runtime: Runtime, mapping: string): Promise<void> {
  const reason = 'an impossible day: nothing can be told of it'
  await asked(runtime, ['dead-letters', 'discard', '--mapping', mapping, '--reason', reason])
}

/** While a part of the stack is coming up again, nothing may answer. */
const asked = async (runtime: Runtime, command: readonly string[]): Promise<string | null> =>
  await askedFalsework(runtime, command).catch(() => null)

interface Standing {
  readonly scope: string
  readonly stage: string
  readonly owner: string
  readonly epoch: number
}

export async function standingOf(runtime: Runtime, scope: StoryScope): Promise<Standing> {
  const output = await falsework(runtime, ['migrate', 'status', migrated[0], ...json])
  const { items } = JSON.parse(output) as { items: readonly Standing[] }
  const found = items.find((one) => one.scope === (scope ?? 'all')) ?? items[0]
  if (found === undefined) throw new StackError(`nothing stands of ${migrated[0]}`)
  return found
}

const ownerOf = async (runtime: Runtime, scope: StoryScope): Promise<string | null> =>
  await standingOf(runtime, scope).then(
    ({ owner }) => owner,
    () => null,
  )
