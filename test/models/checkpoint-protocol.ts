/**
 * How a source is published exactly once: two instances, one transactional id, a raw log of source transactions with an
 * event each. Instances crash between any two steps, requests to commit are answered late or never, and arrive late.
 */
import type { Model, Step } from './explore.ts'

/** What keeps it whole. A model without one of them must tear. */
export const defences = [
  /** Opening a publisher raises the epoch, and a transaction of an older one is over. */
  'fence',
  /** The checkpoint is read after the fence. */
  'fence before checkpoint',
  /** It is read up to a barrier of the new epoch, so that nothing older is taken for the newest. */
  'barrier',
  /** Events and checkpoint are one Kafka transaction. */
  'one transaction',
  /** After any failure the publisher is spent: nothing is sent again. */
  'spent after failure',
  /** Rows are written when the transaction is known to be committed. */
  'rows after commit',
] as const
export type Defence = (typeof defences)[number]

interface Bounds {
  readonly transactions: number
  /** How often a publisher is opened: one ends when its instance crashes, or discards it. */
  readonly openings: number
}

const instances = [0, 1] as const
type Instance = (typeof instances)[number]

type Phase =
  | { readonly at: 'down' }
  /** Holds the epoch, and does not know yet where to begin. */
  | { readonly at: 'opened'; readonly epoch: number; readonly read: number | null }
  | { readonly at: 'working'; readonly epoch: number; readonly next: number }
  /** Events of the slice up to `to` are sent, and the request to commit is on its way. */
  | { readonly at: 'committing'; readonly epoch: number; readonly next: number; readonly to: number }

interface OpenTransaction {
  readonly epoch: number
  readonly events: readonly number[]
  readonly checkpoint: number
}

interface World {
  /** Of the transactional id. */
  readonly epoch: number
  readonly open: OpenTransaction | null
  /** Requests to commit that the coordinator has not had yet. */
  readonly requests: readonly number[]
  /** What a read_committed consumer sees. */
  readonly published: readonly number[]
  readonly checkpoints: readonly number[]
  /** Of each instance's machine: up to where rows are written. */
  readonly rows: readonly [number, number]
  readonly phases: readonly [Phase, Phase]
  readonly openings: number
}

const down: Phase = { at: 'down' }

export function checkpointProtocol(
  missing: Defence | null,
  bounds: Bounds = { transactions: 3, openings: 4 },
): Model<World> {
  const has = (defence: Defence): boolean => defence !== missing
  return {
    start: {
      epoch: 0,
      open: null,
      requests: [],
      published: [],
      checkpoints: [0],
      rows: [0, 0],
      phases: [down, down],
      openings: 0,
    },
    next: (world) => [
      ...instances.flatMap((instance) => stepsOf(world, instance, { has, bounds })),
      ...coordinatorSteps(world, has),
    ],
    broken: (world) => {
      const { published, rows } = world
      const checkpoint = world.checkpoints.at(-1) ?? 0
      if (published.some((number, index) => number !== index))
        return `an event is lost, repeated or out of order: ${published.join(' ')}`
      if (published.length !== checkpoint)
        return `the checkpoint is ${checkpoint} where ${published.length} events are seen`
      return Math.max(...rows) > checkpoint
        ? `rows are written up to ${Math.max(...rows)}, the checkpoint is ${checkpoint}`
        : null
    },
  }
}

interface Rules {
  readonly has: (defence: Defence) => boolean
  readonly bounds: Bounds
}

function stepsOf(world: World, instance: Instance, { has, bounds }: Rules): readonly Step<World>[] {
  const phase = world.phases[instance]
  const name = `instance ${instance}`
  const to = (what: string, change: Partial<World>, next: Phase): Step<World> => ({
    what: `${name} ${what}`,
    to: { ...world, ...change, phases: placed(world.phases, instance, next) },
  })
  const crash = to('crashes', {}, down)
  switch (phase.at) {
    case 'down': {
      if (world.openings >= bounds.openings) return []
      const openings = world.openings + 1
      if (!has('fence'))
        return [to('opens without fencing', { openings }, { at: 'opened', epoch: world.epoch, read: null })]
      if (has('fence before checkpoint')) {
        const fencing = fenced(world)
        return [to('fences', { ...fencing, openings }, { at: 'opened', epoch: fencing.epoch, read: null })]
      }
      const read = world.checkpoints.at(-1) ?? 0
      return [to('reads the checkpoint and has not fenced yet', { openings }, { at: 'opened', epoch: -1, read })]
    }
    case 'opened': {
      if (phase.epoch < 0) {
        const fencing = fenced(world)
        return [to('fences', fencing, { at: 'working', epoch: fencing.epoch, next: phase.read ?? 0 }), crash]
      }
      const readable = has('barrier') ? world.checkpoints.slice(-1) : world.checkpoints.slice(-2)
      return [
        ...readable.map((next) => to(`reads checkpoint ${next}`, {}, { at: 'working', epoch: phase.epoch, next })),
        crash,
      ]
    }
    case 'working':
      return [...sendings(world, phase, { to, has, bounds }), crash]
    case 'committing':
      return [...answers(world, instance, { phase, to, has }), crash]
  }
}

/** Requests of older epochs do nothing any more, whenever they arrive. */
const fenced = (world: World): Pick<World, 'epoch' | 'open' | 'requests'> => ({
  epoch: world.epoch + 1,
  open: null,
  requests: [],
})

type To = (what: string, change: Partial<World>, next: Phase) => Step<World>

function sendings(
  world: World,
  phase: Extract<Phase, { at: 'working' }>,
  { to, has, bounds }: Rules & { readonly to: To },
): readonly Step<World>[] {
  const { epoch, next } = phase
  if (next >= bounds.transactions) return []
  if (epoch !== world.epoch) return [to('is refused: fenced', {}, down)]
  // A slice of one source transaction, or of two.
  return [next + 1, next + 2]
    .filter((end) => end <= bounds.transactions)
    .flatMap((end) => {
      const events = Array.from({ length: end - next }, (_, index) => next + index)
      const committing: Phase = { at: 'committing', epoch, next, to: end }
      const sent = { open: { epoch, events, checkpoint: end }, requests: [...world.requests, epoch] }
      const what = `sends events ${events.join(' ')} and asks to commit`
      if (has('one transaction')) return [to(what, sent, committing)]
      return [
        to(
          `writes checkpoint ${end} by itself, then ${what}`,
          { ...sent, checkpoints: [...world.checkpoints, end] },
          committing,
        ),
      ]
    })
}

/** The answer to a request to commit: it came, or the instance has waited long enough. */
function answers(
  world: World,
  instance: Instance,
  { phase, to, has }: Pick<Rules, 'has'> & { readonly phase: Extract<Phase, { at: 'committing' }>; readonly to: To },
): readonly Step<World>[] {
  const { epoch, next, to: end } = phase
  const isVisible = world.published.length >= end && world.open === null && epoch === world.epoch
  const written = placed(world.rows, instance, Math.max(world.rows[instance], end))
  const early =
    !has('rows after commit') && world.rows[instance] < end
      ? [to(`writes rows up to ${end} early`, { rows: written }, phase)]
      : []
  if (isVisible) return [to(`hears that ${end} is committed`, { rows: written }, { at: 'working', epoch, next: end })]
  const timedOut = has('spent after failure')
    ? to('hears nothing and discards its publisher', {}, down)
    : to('hears nothing and sends again', {}, { at: 'working', epoch, next })
  return [timedOut, ...early]
}

/** Requests arrive in any order, late or never. */
function coordinatorSteps(world: World, has: Rules['has']): readonly Step<World>[] {
  return [...new Set(world.requests)].flatMap((epoch) => {
    const requests = without(world.requests, epoch)
    const lost: Step<World> = { what: `a request of epoch ${epoch} is lost`, to: { ...world, requests } }
    const { open } = world
    if (open === null || epoch !== world.epoch || open.epoch !== epoch) {
      return [{ what: `a request of epoch ${epoch} is refused`, to: { ...world, requests } }]
    }
    const checkpoints = has('one transaction') ? [...world.checkpoints, open.checkpoint] : world.checkpoints
    const published = [...world.published, ...open.events]
    return [
      lost,
      {
        what: `epoch ${epoch} commits ${open.events.join(' ')}`,
        to: { ...world, requests, open: null, published, checkpoints },
      },
    ]
  })
}

function without(requests: readonly number[], epoch: number): readonly number[] {
  const at = requests.indexOf(epoch)
  return [...requests.slice(0, at), ...requests.slice(at + 1)]
}

const placed = <Item>(pair: readonly [Item, Item], instance: Instance, item: Item): readonly [Item, Item] =>
  instance === 0 ? [item, pair[1]] : [pair[0], item]
