/** Which transactions of a raw log a snapshot of PostgreSQL sees. */

/** As `pg_current_snapshot()` says it, xids with their epoch. */
export interface VisibleTransactions {
  /** Every transaction below it had ended. */
  readonly xmin: bigint
  /** None from it on had begun. */
  readonly xmax: bigint
  /** Those between that had not ended; savepoints of a transaction are not named. */
  readonly inProgress: ReadonlySet<bigint>
}

const form = /^(\d+):(\d+):((?:\d+(?:,\d+)*)?)$/

/** Null for a text that is none of `xmin:xmax:xip_list`. */
export function parseVisible(text: string): VisibleTransactions | null {
  const [, xmin, xmax, list = ''] = form.exec(text) ?? []
  if (xmin === undefined || xmax === undefined) return null
  const inProgress = new Set(list === '' ? [] : list.split(',').map(BigInt))
  return { xmin: BigInt(xmin), xmax: BigInt(xmax), inProgress }
}

/**
 * Whether the snapshot sees the transaction that a raw log calls by the lower 32 bits of its xid. What is compared was
 * read from the log around the snapshot, so that the nearest xid with these bits is meant.
 */
export function isVisible({ xmin, xmax, inProgress }: VisibleTransactions, transaction: string): boolean {
  const xid = nearest(BigInt(transaction), xmax)
  return xid < xmin || (xid < xmax && !inProgress.has(xid))
}

/** Whether a raw log means this transaction by its 32 bits. */
export const isTransaction = (xid: bigint, transaction: string): boolean =>
  BigInt.asUintN(32, xid) === BigInt.asUintN(32, BigInt(transaction))

const nearest = (bits: bigint, to: bigint): bigint => to + BigInt.asIntN(32, bits - to)
