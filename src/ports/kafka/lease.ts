/**
 * Says which instance may work on a source. It is a courtesy that keeps two instances from fencing each other in
 * turns; safety comes from the publisher's fence alone.
 *
 * To the implementer: at most one holder in the common case; `ended` fires before another can be granted, by this
 * instance's own clock if the connection is lost. Grants of one lease object never overlap.
 */
export interface Lease {
  /**
   * Resolves when this instance holds the source; rejects with `LEASE_CLOSED` after `close`, and with the connection's
   * failure when the source cannot be waited for. `onWaiting` is called when the group has taken this instance in and
   * another one holds the source.
   */
  acquire(onWaiting?: () => void): Promise<Grant>
  /** Gives the source up and lets another instance have it. Idempotent. */
  close(): Promise<void>
}

export interface Grant {
  /** Grows with every grant of one lease object; says nothing about those of other instances. */
  readonly generation: number
  /** Aborted when this instance may no longer work on the source. */
  readonly ended: AbortSignal
  /** Whether no other instance asks for the source now; null when that cannot be told. Never rejects. */
  alone(): Promise<boolean | null>
  /** Gives it back, so that another instance can have the source; `acquire` may be called again. Idempotent. */
  release(): Promise<void>
}

export type OpenLease = (source: string) => Lease
