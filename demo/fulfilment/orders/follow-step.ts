/** One step of the legacy shop: what is to be stored, and what is to be told. */
import type { LegacyStep } from '../legacy/transactions.ts'
import { touchedBy, withChanges } from './apply-changes.ts'
import { type Dossiers, emptyDossier } from './dossier.ts'
import { orderEvents, type OutboxEvent, type StateBeforeDispatch } from './order-events.ts'

export interface SetAside {
  readonly orderId: string
  readonly reason: string
}

export interface Followed {
  readonly dossiers: Dossiers
  /** In the order in which the shop first touched the orders. */
  readonly events: readonly OutboxEvent[]
  readonly setAside: readonly SetAside[]
}

export interface Following {
  /** At least the dossiers that the step is about, where they exist. */
  readonly known: Dossiers
  /** Whether the fence of a store stands: what the shop writes there is not how its orders are. */
  readonly isClosed: (store: number) => boolean
}

export function followStep(
  step: LegacyStep,
  { known, isClosed }: Following,
  stateBeforeDispatch: StateBeforeDispatch,
): Followed {
  const before = withChanges(known, step.found)
  const changed = withChanges(before, step.changes)
  const isOfClosed = (orderId: string): boolean => {
    const order = before.get(orderId)?.order ?? changed.get(orderId)?.order ?? null
    return order !== null && isClosed(order.store)
  }
  const dossiers = new Map([...changed].filter(([orderId]) => !isOfClosed(orderId)))
  const occasion = { committedAt: step.committedAt, stateBeforeDispatch }
  // Whoever knows the dossiers has them in an order of its own; those of which a part alone was touched come behind.
  const orderIds = new Set([...touchedBy(step.changes).orders, ...dossiers.keys()].filter((id) => !isOfClosed(id)))
  const outcomes = [...orderIds].map((orderId) => ({
    orderId,
    outcome: orderEvents(before.get(orderId) ?? emptyDossier, dossiers.get(orderId) ?? emptyDossier, occasion),
  }))
  return {
    dossiers,
    events: outcomes.flatMap(({ outcome }) => (outcome.kind === 'events' ? outcome.events : [])),
    setAside: outcomes.flatMap(({ orderId, outcome }) =>
      outcome.kind === 'setAside' ? [{ orderId, reason: outcome.reason }] : [],
    ),
  }
}
