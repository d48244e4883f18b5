/** Which transactions of a raw log a snapshot of its database sees. */
import { mariadbDialect } from '../capture/positions/gtid.ts'

export type VisibleTransactions = VisibleXids | VisibleGtids

/** Of MariaDB, where snapshots and commits have one order: all up to this one, a GTID; null: none. */
export interface VisibleGtids {
  readonly upTo: string | null
}

/** As `pg_current_snapshot()` says it, xids with their epoch. */
export interface VisibleXids {
  /** Every transaction below it had ended. */
  readonly xmin: bigint
  /** None from it on had begun. */
  readonly xmax: bigint
  /** Those between that had not ended; savepoints of a transaction are not named. */
  readonly inProgress: ReadonlySet<bigint>
}

const form = /^(\d+):(\d+):((?:\d+(?:,\d+)*)?)$/

/** Null for a text that is none of `xmin:xmax:xip_list`. */
export function parseVisible(text: string): VisibleXids | null {
  const [, xmin, xmax, list = ''] = form.exec(text) ?? []
  if (xmin === undefined || xmax === undefined) return null
  const inProgress = new Set(list === '' ? [] : list.split(',').map(BigInt))
  return { xmin: BigInt(xmin), xmax: BigInt(xmax), inProgress }
}

/**
 * Whether the snapshot sees the transaction that a raw log calls by its GTID, or by the lower 32 bits of its xid. What is
 * compared was read from the log around the snapshot, so that the nearest xid with these bits is meant.
 */
export function isVisible(visible: VisibleTransactions, transaction: string): boolean {
  if ('upTo' in visible) return visible.upTo !== null && isUpTo(visible.upTo, transaction)
  const { xmin, xmax, inProgress } = visible
  const xid = nearest(BigInt(transaction), xmax)
  return xid < xmin || (xid < xmax && !inProgress.has(xid))
}

/** Whether a raw log means this transaction: a GTID, or an xid with its epoch by its 32 bits. */
export const isTransaction = (known: bigint | string, transaction: string): boolean =>
  typeof known === 'string'
    ? known === transaction
    : BigInt.asUintN(32, known) === BigInt.asUintN(32, BigInt(transaction))

function isUpTo(last: string, transaction: string): boolean {
  const [end, position] = [mariadbDialect.positionOf(last), mariadbDialect.positionOf(transaction)]
  return end !== null && position !== null && position <= end
}

const nearest = (bits: bigint, to: bigint): bigint => to + BigInt.asIntN(32, bits - to)
