import type { FenceKey, FenceMove, FenceRow, MoveOutcome } from '../../core/migration/guard/fence.ts'
import type { GuardTrigger } from '../../core/migration/guard/guard-triggers.ts'
import type { GuardPlace } from '../../core/migration/guard/guard-place.ts'

/**
 * The fence in a legacy database, and the triggers that ask it. To the implementer: nothing is waited for longer than some
 * seconds, for whoever writes waits behind who waits for a lock. Every method raises `DATABASE_UNREACHABLE`,
 * `DATABASE_REFUSED`, `NOT_AUTHORISED`, and `WRITERS_IN_FLIGHT` where a transaction of somebody else does not end in time.
 */
export interface GuardedDatabase {
  /**
   * Carries out what core has written, in its order and each statement by itself, so that what waits for the lock of one
   * table holds that of no other. To be carried out again after a failure.
   */
  apply(statements: readonly string[]): Promise<void>
  /** Those of falsework that fire whoever writes, as far as the account may see them. */
  triggers(): Promise<readonly GuardTrigger[]>
  /** Of all mappings, by mapping and scope; none where there is no table. */
  fenceRows(): Promise<readonly FenceRow[]>
  /**
   * Gives scopes a row of their own, as the row of all says, behind every writer in flight: what is moved as all does not
   * take them along. Those that have one keep it.
   */
  separate(apart: readonly FenceKey[]): Promise<void>
  /**
   * Moves the fences in one source transaction that does nothing else, behind every writer in flight: all of them, or none.
   * A scope without a row of its own gets one first.
   */
  moveFences(moves: readonly FenceMove[]): Promise<MoveOutcome>
  close(): Promise<void>
}

/** Who carries it out. */
export interface DatabaseAccount {
  readonly user: string
  /** A reference to it, as connector files have them. */
  readonly password: string
}

/** Opens the database that the connector of the source names. `account` null: the connector's own. */
export type OpenGuard = (at: {
  readonly source: string
  readonly place: GuardPlace
  readonly account: DatabaseAccount | null
}) => Promise<GuardedDatabase>
