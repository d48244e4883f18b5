import type { OwnedScope } from '../../core/migration/ownership-record.ts'

/**
 * Who may publish, for each mapping and scope of which that was ever decided.
 *
 * To the implementer: committed records only, and every transaction that was open at the time of the call has come to
 * its end: one that was acknowledged is not visible before its marker is written, and whoever read past it would believe
 * in an owner that is none any more. The next read goes on where the last one stood.
 *
 * Raises `OWNERSHIP_PENDING` when such a transaction is still open after `maxWaitMs`, `OWNERSHIP_UNREADABLE` and
 * `NEWER_FORMAT` for a record that cannot be read, `TOPIC_MISSING`, `KAFKA_UNREACHABLE`. May be asked again after that.
 */
export interface OwnershipLog {
  /** The newest record of each scope as of the call, under its key (`ownerOf` looks into it). */
  read(options: { readonly maxWaitMs: number }): Promise<OwnershipRecords>
  close(): Promise<void>
}

export type OwnershipRecords = ReadonlyMap<string, OwnedScope>
