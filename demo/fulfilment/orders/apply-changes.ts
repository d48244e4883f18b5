/** What dossiers become by changes of the legacy shop. */
import type { Change } from '../legacy/changes.ts'
import { type Dossier, type Dossiers, emptyDossier } from './dossier.ts'

/** Which dossiers changes are about: by the order's number, or by that of a part which is gone. */
export interface Touched {
  readonly orders: ReadonlySet<string>
  readonly payments: ReadonlySet<string>
  readonly parcels: ReadonlySet<string>
}

export function touchedBy(changes: readonly Change[]): Touched {
  const touched = { orders: new Set<string>(), payments: new Set<string>(), parcels: new Set<string>() }
  for (const change of changes) {
    if (change.kind === 'paymentGone') touched.payments.add(change.id)
    else if (change.kind === 'parcelGone') touched.parcels.add(change.id)
    else touched.orders.add(change.kind === 'order' ? change.order.id : change.orderId)
  }
  return touched
}

/** `dossiers`: at least those that the changes are about, where they exist. */
export function withChanges(dossiers: Dossiers, changes: readonly Change[]): Dossiers {
  const changed = new Map(dossiers)
  for (const change of changes) {
    const id = ownerOf(change, changed)
    if (id !== null) changed.set(id, withChange(changed.get(id) ?? emptyDossier, change))
  }
  return changed
}

/** Null: a part is gone of which nothing is known, because its order went before it. */
function ownerOf(change: Change, dossiers: Dossiers): string | null {
  if (change.kind === 'order') return change.order.id
  if (change.kind !== 'paymentGone' && change.kind !== 'parcelGone') return change.orderId
  const parts = change.kind === 'paymentGone' ? 'payments' : 'parcels'
  return [...dossiers].find(([, dossier]) => dossier[parts].has(change.id))?.[0] ?? null
}

function withChange(dossier: Dossier, change: Change): Dossier {
  const { order, lines, payments, parcels } = dossier
  switch (change.kind) {
    case 'order':
      return { ...dossier, order: { note: order?.note ?? null, ...change.order } }
    // The shop's database takes the parts with it.
    case 'orderGone':
      return emptyDossier
    case 'line':
      return { ...dossier, lines: new Map(lines).set(change.line.number, change.line) }
    case 'lineGone':
      return { ...dossier, lines: without(lines, change.number) }
    case 'payment':
      return { ...dossier, payments: new Map(payments).set(change.payment.id, change.payment) }
    case 'paymentGone':
      return { ...dossier, payments: without(payments, change.id) }
    case 'parcel':
      return { ...dossier, parcels: new Map(parcels).set(change.parcel.id, change.parcel) }
    case 'parcelGone':
      return { ...dossier, parcels: without(parcels, change.id) }
  }
}

function without<K, V>(map: ReadonlyMap<K, V>, key: K): ReadonlyMap<K, V> {
  const rest = new Map(map)
  rest.delete(key)
  return rest
}
