/** The plan: which transactions the shop's staff and customers make, in an order that a seed decides. */
import {
  changeCustomer,
  changePrice,
  eraseCustomer,
  flipAccount,
  registerAndOrder,
  registerCustomer,
  renameProduct,
} from '../actions/customer-actions.ts'
import type { Action, Scene } from '../actions/action.ts'
import {
  cancelOrder,
  changeAndRevert,
  editOrder,
  payOrder,
  removeOrder,
  saveUnchanged,
  sellOverTheCounter,
  shipBatch,
  shipOrder,
} from '../actions/change-order.ts'
import { placeAndRegret, placeOrder } from '../actions/place-order.ts'
import { webActions, type WebScene, type WebTransaction } from '../actions/web-actions.ts'
import { customerEvents } from '../expected/customer-events.ts'
import type { ExpectedDeadLetter, ExpectedEvent } from '../expected/expected-event.ts'
import { orderEvents } from '../expected/order-events.ts'
import { productEvents } from '../expected/product-events.ts'
import { webOrderEvents } from '../expected/web-order-events.ts'
import type { Random } from './random.ts'
import type { Shop } from './shop.ts'
import type { Statement, Step } from './statement.ts'
import { type DraftChanges, TransactionDraft } from './transaction-draft.ts'

export interface PlannedTransaction {
  readonly number: number
  /** What is done in it: `place+ship`. */
  readonly kind: string
  readonly steps: readonly PlannedStep[]
  readonly ending: 'commit' | 'rollback'
  /** Row changes that the database keeps when it commits. */
  readonly rows: number
  /** Empty for one that is rolled back. */
  readonly events: readonly NumberedEvent[]
  readonly deadLetters: readonly ExpectedDeadLetter[]
}

export interface PlannedStep {
  readonly statement: Statement
  /** Transactions that must have ended before: they touch the same customer, product or order. */
  readonly after: readonly number[]
  /** How long it is thought about beforehand, against a mean of 1. */
  readonly hesitation: number
}

export interface NumberedEvent extends ExpectedEvent {
  /** Its place among the events of its topic and key, from 1. */
  readonly keySequence: number
}

export interface PlanOptions {
  readonly shop: Shop
  readonly random: Random
  /** Secret under which e-mail addresses are hashed. */
  readonly emailKey: string
}

const actions: readonly (readonly [weight: number, action: Action])[] = [
  [24, placeOrder],
  [3, placeAndRegret],
  [16, payOrder],
  [14, shipOrder],
  [3, shipBatch],
  [6, cancelOrder],
  [9, editOrder],
  [5, saveUnchanged],
  [3, changeAndRevert],
  [3, sellOverTheCounter],
  [4, removeOrder],
  [5, registerCustomer],
  [3, registerAndOrder],
  [6, changeCustomer],
  [4, flipAccount],
  [3, eraseCustomer],
  [3, changePrice],
  [2, renameProduct],
]

/** Share of the transactions that the web shop makes: most of them write one row. */
const webShare = 0.4

/** Orders beyond these are left alone for ever: a shop that runs for months must not fill the memory. */
const ordersInMindMax = 300
export const webOrdersInMindMax = 60

/**
 * Plans one transaction after the other, without end. The shop is moved on by each that will commit, so each event is
 * known beforehand; for that, transactions that touch the same thing must run in the order of the plan, and nobody
 * else may write. Everything else may interleave.
 */
export function* planTransactions(options: PlanOptions): Generator<PlannedTransaction, never> {
  const { shop, random } = options
  const touchedBy = new Map<string, number>()
  for (;;) {
    shop.nowUs += random.integer(2_000_000, 40_000_000)
    if (random.chance(webShare)) {
      const web = perform<WebScene, WebTransaction>(webActions, { shop, random })
      if (web !== null) yield plannedOnWeb(web, { shop, random, touchedBy })
      forgetOldOrders(shop, touchedBy)
      continue
    }
    const draft = new TransactionDraft(shop, random)
    const kind = fill({ shop, draft, random })
    if (draft.rows === 0) continue
    const number = shop.next.transaction++
    const steps = draft.steps.map((step) => plannedStep(step, { number, touchedBy, random }))
    const ending = random.chance(0.08) ? 'rollback' : 'commit'
    if (ending === 'rollback') {
      yield { number, kind, steps, ending, rows: 0, events: [], deadLetters: [] }
      continue
    }
    const { events, deadLetters } = expectation(draft.changes(), options.emailKey)
    draft.commit()
    yield { number, kind, steps, ending, rows: draft.rows, events: numbered(events, shop), deadLetters }
    forgetOldOrders(shop, touchedBy)
  }
}

/** One to three things are done, each perhaps behind a savepoint, and not each of them is kept. */
function fill(scene: Scene): string {
  const { draft, random } = scene
  const parts = random.pick([1, 1, 1, 1, 2, 2, 3])
  const kinds: string[] = []
  for (let part = 0; part < parts; part += 1) {
    const guard = random.chance(0.2) ? random.pick(['release', 'rollbackTo'] as const) : 'none'
    if (guard !== 'none') draft.savepoint()
    const kind = perform(actions, scene)
    if (kind !== null) kinds.push(guard === 'rollbackTo' ? `not ${kind}` : kind)
    if (guard !== 'none') draft.endSavepoint(guard)
  }
  return kinds.join('+')
}

type Weighted<Scene, Done> = readonly (readonly [weight: number, action: (scene: Scene) => Done | null])[]

/** Takes another action where one finds nothing to do. */
function perform<Scene extends { readonly random: Random }, Done>(
  actions: Weighted<Scene, Done>,
  scene: Scene,
): Done | null {
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const done = pickAction(actions, scene.random)?.(scene) ?? null
    if (done !== null) return done
  }
  return null
}

function pickAction<Scene, Done>(
  actions: Weighted<Scene, Done>,
  random: Random,
): ((scene: Scene) => Done | null) | undefined {
  let left = random.next() * actions.reduce((sum, [weight]) => sum + weight, 0)
  for (const [weight, action] of actions) {
    left -= weight
    if (left < 0) return action
  }
  return actions[0]?.[1]
}

/** Moves the shop on: the web shop has no way to take back what it has written. */
function plannedOnWeb(
  { kind, steps, changes }: WebTransaction,
  { shop, random, touchedBy }: Omit<Planning, 'number'> & Pick<PlanOptions, 'shop'>,
): PlannedTransaction {
  const number = shop.next.transaction++
  const expectations = changes.map((change) => webOrderEvents(change, shop))
  for (const { before, after } of changes) {
    if (after !== null) shop.webOrders.set(after.row.order_id, after)
    else if (before !== null) shop.webOrders.delete(before.row.order_id)
  }
  return {
    number,
    kind,
    steps: steps.map((step) => plannedStep(step, { number, touchedBy, random })),
    ending: 'commit',
    rows: steps.length,
    events: numbered(
      expectations.flatMap(({ events }) => events),
      shop,
    ),
    deadLetters: expectations.flatMap(({ deadLetters }) => deadLetters),
  }
}

interface Planning {
  readonly number: number
  readonly touchedBy: Map<string, number>
  readonly random: Random
}

function plannedStep({ statement, touches }: Step, { number, touchedBy, random }: Planning): PlannedStep {
  const after = new Set<number>()
  for (const name of touches) {
    const earlier = touchedBy.get(name)
    if (earlier !== undefined && earlier !== number) after.add(earlier)
    touchedBy.set(name, number)
  }
  return { statement, after: [...after], hesitation: random.next() * 2 }
}

function expectation(changes: DraftChanges, emailKey: string) {
  const orders = changes.orders.map(orderEvents)
  return {
    events: [
      ...orders.flatMap(({ events }) => events),
      ...changes.customers.flatMap((change) => customerEvents(change, emailKey)),
      ...changes.products.flatMap(productEvents),
    ],
    deadLetters: orders.flatMap(({ deadLetters }) => deadLetters),
  }
}

/** Counts on from what was numbered before, by topic and key. */
export function numbered(
  events: readonly ExpectedEvent[],
  { keySequences }: Pick<Shop, 'keySequences'>,
): readonly NumberedEvent[] {
  return events.map((event) => {
    const name = `${event.topic} ${event.key}`
    const keySequence = (keySequences.get(name) ?? 0) + 1
    keySequences.set(name, keySequence)
    return { ...event, keySequence }
  })
}

function forgetOldOrders({ orders, webOrders, keySequences }: Shop, touchedBy: Map<string, number>): void {
  for (const id of idsBeyond(orders, ordersInMindMax)) {
    orders.delete(id)
    keySequences.delete(`orders.v1 ${id}`)
    touchedBy.delete(`orders/${id}`)
  }
  for (const id of idsBeyond(webOrders, webOrdersInMindMax)) {
    webOrders.delete(id)
    keySequences.delete(`web-orders.v1 ${id}`)
    touchedBy.delete(`web_orders/${id}`)
  }
}

/** The oldest. */
const idsBeyond = (held: ReadonlyMap<number, unknown>, max: number): readonly number[] =>
  [...held.keys()].slice(0, Math.max(0, held.size - max))
