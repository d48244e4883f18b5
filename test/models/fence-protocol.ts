/**
 * How a scope is handed to the new service and taken back: writers of the legacy database, the fence in it, the worker
 * that reads its history, the command line that asks and may cancel, the new service and a zombie of it. Anything may be
 * slow: a step is taken when it is taken.
 */
import type { Model, Step } from './explore.ts'

export const fenceDefences = [
  /** A writer holds the fence's row until it ends, so that the fence waits for it and refuses who comes later. */
  'guard',
  /** Ownership, checkpoint and the last legacy events are one Kafka transaction. */
  'handover in one transaction',
  /** The guard is lifted only when the worker has committed that the scope is legacy's again. */
  'lift after decision',
  /** The new service publishes only after it has read that it owns the scope. */
  'native reads ownership',
  /** Before the scope goes back its transactional ids are fenced. */
  'native fenced',
  /** A change behind the fence, by who gets past the guard, is set aside and not published. */
  'violations set aside',
] as const
export type FenceDefence = (typeof fenceDefences)[number]

type Owner = 'legacy' | 'native' | 'none'

/** What the legacy database's history holds, in commit order. */
type Entry =
  | { readonly kind: 'write'; readonly id: number }
  | { readonly kind: 'fence'; readonly epoch: number }
  | { readonly kind: 'lift'; readonly epoch: number }

/** The second one has the rights to get past the guard. */
interface Writer {
  readonly at: 'idle' | 'open' | 'done'
  readonly id: number
}

const forced = 1

interface NativeService {
  /** Of the ownership that it has read last. */
  readonly epoch: number | null
  /** Of its producer. */
  readonly producer: number
  /** Has looked at ownership, and not yet asked to commit. */
  readonly sending: boolean
}

interface World {
  readonly history: readonly Entry[]
  readonly writers: readonly [Writer, Writer]
  readonly fenceRow: Owner
  /** Entries that the worker has dealt with. */
  readonly position: number
  readonly owner: Owner
  readonly epoch: number
  /** Whether the registry log has a cancel, and whether the worker has read that far. */
  readonly cancel: 'none' | 'appended' | 'read'
  readonly command:
    | 'idle'
    | 'fenced'
    | 'cancelling'
    | 'given up'
    | 'handed over'
    | 'taking back'
    | 'native fenced'
    | 'back'
  readonly producerEpoch: number
  readonly services: readonly [NativeService, NativeService]
  /** What consumers see, in their order: by whom, and under which epoch. */
  readonly topic: readonly { readonly by: 'legacy' | 'native'; readonly epoch: number; readonly write: number | null }[]
  readonly violations: readonly number[]
  readonly natives: number
}

const nativesMax = 2

export function fenceProtocol(missing: FenceDefence | null): Model<World> {
  const has = (defence: FenceDefence): boolean => defence !== missing
  const service: NativeService = { epoch: null, producer: 0, sending: false }
  return {
    start: {
      history: [],
      writers: [
        { at: 'idle', id: 0 },
        { at: 'idle', id: 1 },
      ],
      fenceRow: 'legacy',
      position: 0,
      owner: 'legacy',
      epoch: 1,
      cancel: 'none',
      command: 'idle',
      producerEpoch: 0,
      services: [service, service],
      topic: [],
      violations: [],
      natives: 0,
    },
    next: (world) => [
      ...writerSteps(world, has),
      ...commandSteps(world, has),
      ...workerSteps(world, has),
      ...serviceSteps(world, has),
    ],
    broken: (world) => broken(world),
  }
}

type Has = (defence: FenceDefence) => boolean

/** Two promises: epochs never decrease, and every write is published by whom it belongs to, or set aside. */
function broken({ topic, history, position, violations, owner, command }: World): string | null {
  for (const [at, event] of topic.entries()) {
    const before = topic[at - 1]
    if (before !== undefined && event.epoch < before.epoch) return 'an epoch decreases in the topic'
    if (before !== undefined && event.epoch === before.epoch && event.by !== before.by)
      return 'two publish in one epoch'
  }
  const dealtWith = history.slice(0, position).flatMap((entry) => (entry.kind === 'write' ? [entry.id] : []))
  const told = topic.flatMap(({ write }) => (write === null ? [] : [write]))
  if (new Set(told).size !== told.length) return 'a write is published twice'
  const missing = dealtWith.filter((id) => !told.includes(id) && !violations.includes(id))
  if (missing.length > 0) return 'a write is lost'
  if (violations.some((id) => id !== forced)) return 'an application has written behind the fence'
  if (command === 'given up' && position === history.length && owner === 'native')
    return 'the guard was lifted, and the scope handed over'
  return null
}

function writerSteps(world: World, has: Has): readonly Step<World>[] {
  return world.writers.flatMap((writer, at): readonly Step<World>[] => {
    const change = (writers: Partial<Writer>): World['writers'] =>
      at === 0 ? [{ ...writer, ...writers }, world.writers[1]] : [world.writers[0], { ...writer, ...writers }]
    if (writer.at === 'idle') {
      if (has('guard') && at !== forced && world.fenceRow !== 'legacy') {
        return [{ what: `writer ${at} is refused by the guard`, to: { ...world, writers: change({ at: 'done' }) } }]
      }
      return [{ what: `writer ${at} begins`, to: { ...world, writers: change({ at: 'open' }) } }]
    }
    if (writer.at === 'done') return []
    const history: World['history'] = [...world.history, { kind: 'write', id: writer.id }]
    return [
      { what: `writer ${at} commits`, to: { ...world, history, writers: change({ at: 'done' }) } },
      { what: `writer ${at} rolls back`, to: { ...world, writers: change({ at: 'done' }) } },
    ]
  })
}

/** The command line may die at any step and be run again: each state is one from which it goes on. */
function commandSteps(world: World, has: Has): readonly Step<World>[] {
  const inFlight = world.writers.some(({ at, id }) => at === 'open' && id !== forced)
  switch (world.command) {
    case 'idle': {
      // A locking read of the row: the update waits for writers in flight.
      if (has('guard') && inFlight) return []
      const history: World['history'] = [...world.history, { kind: 'fence', epoch: world.epoch + 1 }]
      return [{ what: 'the fence is committed', to: { ...world, history, fenceRow: 'native', command: 'fenced' } }]
    }
    case 'fenced': {
      const cancel: Step<World> = {
        what: 'no answer in time: a cancel is appended',
        to: { ...world, cancel: 'appended', command: 'cancelling' },
      }
      if (world.owner === 'native') return [{ what: 'the handover is read', to: { ...world, command: 'handed over' } }]
      return [cancel]
    }
    case 'cancelling': {
      if (world.owner === 'native')
        return [{ what: 'the cancel comes too late', to: { ...world, command: 'handed over' } }]
      const isDecided = world.epoch >= 3
      if (has('lift after decision') && !isDecided) return []
      const history: World['history'] = [...world.history, { kind: 'lift', epoch: 3 }]
      return [{ what: 'the guard is lifted', to: { ...world, history, fenceRow: 'legacy', command: 'given up' } }]
    }
    case 'handed over':
      return [{ what: 'the scope is asked back', to: { ...world, command: 'taking back' } }]
    case 'taking back': {
      if (world.owner !== 'none') return []
      if (!has('native fenced'))
        return [{ what: 'the new service is not fenced', to: { ...world, command: 'native fenced' } }]
      const producerEpoch = world.producerEpoch + 1
      return [{ what: 'the new service is fenced', to: { ...world, producerEpoch, command: 'native fenced' } }]
    }
    case 'native fenced': {
      const history: World['history'] = [...world.history, { kind: 'lift', epoch: 4 }]
      return [{ what: 'the fence goes back', to: { ...world, history, fenceRow: 'legacy', command: 'back' } }]
    }
    case 'given up':
    case 'back':
      return []
  }
}

function workerSteps(world: World, has: Has): readonly Step<World>[] {
  const entry = world.history[world.position]
  const reads: readonly Step<World>[] =
    world.cancel === 'appended' ? [{ what: 'the worker reads the cancel', to: { ...world, cancel: 'read' } }] : []
  const takesBack: readonly Step<World>[] =
    world.command === 'taking back' && world.owner === 'native'
      ? [{ what: 'the worker commits that nobody owns the scope', to: { ...world, owner: 'none', epoch: 3 } }]
      : []
  if (entry === undefined) return [...takesBack, ...reads]
  const early = has('handover in one transaction') ? [] : ahead(world)
  const position = world.position + 1
  if (entry.kind === 'write') {
    const { owner, epoch, topic } = world
    if (owner === 'legacy' || !has('violations set aside')) {
      const published: World['topic'] = [...topic, { by: 'legacy', epoch, write: entry.id }]
      return [
        { what: `the worker publishes write ${entry.id}`, to: { ...world, position, topic: published } },
        ...takesBack,
        ...early,
      ]
    }
    const violations = [...world.violations, entry.id]
    return [
      { what: `the worker sets write ${entry.id} aside`, to: { ...world, position, violations } },
      ...takesBack,
      ...reads,
    ]
  }
  if (entry.kind === 'lift') {
    const decided: Partial<World> = world.owner === 'none' ? { owner: 'legacy', epoch: entry.epoch } : {}
    return [
      { what: 'the worker passes the lifted fence', to: { ...world, ...decided, position } },
      ...takesBack,
      ...reads,
    ]
  }
  return [decision(world, position), ...takesBack, ...reads]
}

/** At the fence the worker decides: a cancel that it has read by then keeps the scope. */
function decision(world: World, position: number): Step<World> {
  return world.cancel === 'read'
    ? { what: 'the worker keeps the scope: cancelled', to: { ...world, position, owner: 'legacy', epoch: 3 } }
    : { what: 'the worker hands the scope over', to: { ...world, position, owner: 'native', epoch: 2 } }
}

/** Without one transaction the ownership may be seen before what was written in front of the fence. */
function ahead(world: World): readonly Step<World>[] {
  const isAhead = world.history.slice(world.position + 1).some(({ kind }) => kind === 'fence')
  if (!isAhead || world.owner !== 'legacy' || world.epoch !== 1) return []
  return [{ what: 'the ownership is written by itself', to: { ...world, owner: 'native', epoch: 2 } }]
}

function serviceSteps(world: World, has: Has): readonly Step<World>[] {
  return world.services.flatMap((service, at): readonly Step<World>[] => {
    const change = (next: Partial<NativeService>): World['services'] =>
      at === 0 ? [{ ...service, ...next }, world.services[1]] : [world.services[0], { ...service, ...next }]
    const name = at === 0 ? 'the new service' : 'its zombie'
    const reads: readonly Step<World>[] =
      world.owner === 'native' && service.epoch !== world.epoch
        ? [
            {
              what: `${name} reads that it owns the scope`,
              to: { ...world, services: change({ epoch: world.epoch, producer: world.producerEpoch }) },
            },
          ]
        : []
    const epoch = has('native reads ownership') ? service.epoch : 2
    if (epoch === null || world.natives >= nativesMax) return reads
    if (!service.sending) {
      return [...reads, { what: `${name} begins a transaction`, to: { ...world, services: change({ sending: true }) } }]
    }
    if (service.producer < world.producerEpoch) {
      return [
        ...reads,
        { what: `${name} is refused: fenced`, to: { ...world, services: change({ sending: false, epoch: null }) } },
      ]
    }
    const topic: World['topic'] = [...world.topic, { by: 'native', epoch, write: null }]
    const published = { ...world, topic, natives: world.natives + 1, services: change({ sending: false }) }
    return [...reads, { what: `${name} publishes`, to: published }]
  })
}
