/** What a source transaction did to each row in the end: first `before`, last `after`. */
import type { RowChange } from '../capture/row-change.ts'
import { keyText, sameImage } from '../capture/image/same-image.ts'
import type { TableName } from '../catalog/catalog.ts'
import { type NetChange, type PlacedChange, PlaceCounter } from './net-change.ts'
import { followRows, netOps } from './row-follower.ts'
import type { SourceTransaction } from './source-transaction.ts'

/**
 * The net changes of a transaction, ordered by the first change of each row. An insert that is updated is an insert;
 * an insert that is deleted, and changes that together leave the row as it was, are nothing; a delete and an insert
 * under one key are an update; a row that changes its key is followed. Of a single update `isChange` tells whether it
 * is one. Rows of a table without key are told apart by nothing,
 * so each of their changes stands alone. A change is derived where the log has nothing of the row, or not of its end.
 *
 * Raises FalseworkError `REKEY_HALF_MISSING` and `ROW_CONTRADICTS`.
 */
export function netChanges(transaction: SourceTransaction): readonly NetChange[] {
  const placed = placedChanges(transaction)
  return eachRowOnce(transaction.changes) ? placed.map(aloneOf) : followRows(placed)
}

/** Every change by itself, in order; the two halves of a changed key, which `netChanges` has proven, are one. */
export const singleChanges = (transaction: SourceTransaction): readonly NetChange[] =>
  singlesOf(placedChanges(transaction))

export function singlesOf(placed: readonly PlacedChange[]): readonly NetChange[] {
  return placed.flatMap((item, at) => {
    const { rekey } = item.change
    if (rekey === null) return [aloneOf(item)]
    const arrival = placed[at + 1]?.change.after ?? null
    return rekey.half === 'old' ? [{ ...aloneOf(item), op: 'rekey', after: arrival }] : []
  })
}

function placedChanges({ changes }: SourceTransaction): readonly PlacedChange[] {
  const counter = new PlaceCounter()
  return changes.map((change) => counter.place(change))
}

function eachRowOnce(changes: readonly RowChange[]): boolean {
  if (changes.some((change) => change.rekey !== null)) return false
  if (changes.length === 1) return true
  const seen = new Map<TableName, Set<string>>()
  for (const { table, key } of changes) {
    if (key === null) continue
    const text = keyText(key)
    const keys = seen.get(table)
    if (keys === undefined) seen.set(table, new Set([text]))
    else if (keys.has(text)) return false
    else keys.add(text)
  }
  return true
}

/** Of a row that changes once. */
export function aloneOf({ change: first, ordinal, order }: PlacedChange): NetChange {
  const { table, before, after, derived } = first
  const net = { table, op: netOps[first.op], before, after, ordinal, order, first }
  return derived === true ? { ...net, derived } : net
}

/** False for an update that leaves the row as it was. Asked where it decides: most rules are about certain columns. */
export const isChange = ({ op, before, after }: NetChange): boolean =>
  op !== 'update' || before === null || after === null || !sameImage(before, after)
