/** What consumers are promised of a handover, looked for in all that was published. */
import type { FenceRow } from '../../../../src/core/migration/guard/fence.ts'
import type { OwnedScope } from '../../../../src/core/migration/ownership-record.ts'
import type { Fact } from './legacy-database.ts'

/** An event of the public topic, as consumers read it. */
export interface SeenEvent {
  readonly partition: number
  readonly by: 'legacy' | 'native'
  readonly id: string
  readonly key: string
  readonly epoch: number
}

export interface Seen {
  readonly facts: readonly Fact[]
  /** What the new service knows to be published. */
  readonly native: readonly { readonly id: string; readonly key: string }[]
  /** Partition by partition, each in its order. */
  readonly events: readonly SeenEvent[]
  /** Numbers of the source transactions that violations were set aside of, one for each letter. */
  readonly violations: readonly number[]
  /** As it was told, in that order. */
  readonly owned: readonly OwnedScope[]
}

/** Each by name; none when everything holds. */
export const brokenPromises = (seen: Seen): readonly string[] => [
  ...twice(seen.events.map(({ by, id }) => `${by} event ${id}`)),
  ...legacyFacts(seen),
  ...violations(seen),
  ...nativeFacts(seen),
  ...epochs(seen),
  ...orders(seen),
]

const isViolation = ({ fence, by }: Fact, owned: readonly OwnedScope[]): boolean =>
  by !== 'sync' && isHandedOver(fence, owned)

const isHandedOver = ({ owner, scope, epoch }: FenceRow, owned: readonly OwnedScope[]): boolean =>
  owner === 'native' && owned.some((one) => one.owner === 'native' && one.scope === scope && one.epoch === epoch)

function legacyFacts({ facts, events, owned }: Seen): readonly string[] {
  const due = facts.filter((fact) => fact.by !== 'sync' && !isViolation(fact, owned))
  const published = events.filter(({ by }) => by === 'legacy').map(({ id }) => id)
  return different(
    due.map(({ id }) => id),
    published,
    'legacy event',
  )
}

function violations({ facts, violations: letters, owned }: Seen): readonly string[] {
  const behind = facts.filter((fact) => isViolation(fact, owned))
  const ofApplication = behind.filter(({ by }) => by === 'application')
  return [
    ...ofApplication.map(({ id }) => `the application has written ${id} behind the fence`),
    ...twice(letters.map((number) => `violation of transaction ${number}`)),
    ...different(
      [...new Set(behind.map(({ number }) => String(number)))],
      letters.map(String),
      'violation of transaction',
    ),
  ]
}

function nativeFacts({ native, events }: Seen): readonly string[] {
  const published = events.filter(({ by }) => by === 'native').map(({ id }) => id)
  return different(
    native.map(({ id }) => id),
    published,
    'native event',
  )
}

/** Per key they never decrease, and one of them is one publisher's. */
function epochs({ events }: Seen): readonly string[] {
  const last = new Map<string, SeenEvent>()
  return events.flatMap((event) => {
    const before = last.get(event.key)
    last.set(event.key, event)
    if (before === undefined || before.epoch < event.epoch) return []
    if (before.epoch > event.epoch) return [`key ${event.key}: epoch ${event.epoch} behind ${before.epoch}`]
    return before.by === event.by ? [] : [`key ${event.key}: two publish in epoch ${event.epoch}`]
  })
}

/** Events of a key come in the order in which their publisher has made them. */
function orders({ facts, native, events }: Seen): readonly string[] {
  const made = new Map([
    ...facts.map(({ id }, index) => [`legacy ${id}`, index] as const),
    ...native.map(({ id }, index) => [`native ${id}`, index] as const),
  ])
  const last = new Map<string, number>()
  return events.flatMap(({ by, id, key }) => {
    const index = made.get(`${by} ${id}`) ?? 0
    const before = last.get(`${by} ${key}`) ?? -1
    last.set(`${by} ${key}`, index)
    return index < before ? [`${by} event ${id} is out of order`] : []
  })
}

function twice(names: readonly string[]): readonly string[] {
  const seen = new Set<string>()
  return names.flatMap((name) => {
    if (seen.has(name)) return [`twice: ${name}`]
    seen.add(name)
    return []
  })
}

function different(due: readonly string[], found: readonly string[], what: string): readonly string[] {
  const [wanted, there] = [new Set(due), new Set(found)]
  return [
    ...due.filter((id) => !there.has(id)).map((id) => `lost: ${what} ${id}`),
    ...found.filter((id) => !wanted.has(id)).map((id) => `not due: ${what} ${id}`),
  ]
}
