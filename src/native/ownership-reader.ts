/** Who may publish, as a native service asks before it does anything in a scope. */
import { type OwnedScope, ownerOf } from '../core/migration/ownership-record.ts'
import type { OwnershipLog } from '../ports/kafka/ownership-log.ts'

/** `epoch` only grows, with every change of the owner. */
export type ScopeOwner = Pick<OwnedScope, 'owner' | 'epoch'>

export interface Owners {
  /** `scope`: a value of the mapping's structural scope, as text; null: the mapping has none. */
  readonly ownerOf: (mapping: string, scope: string | null) => ScopeOwner
}

/**
 * Reads who owns. What it says holds as of the call and may be over in the next moment: it tells a service whether to
 * begin something, and the publisher decides whether that may go out.
 *
 * `read` raises `OWNERSHIP_PENDING` while a decision is under way that does not end, `OWNERSHIP_UNREADABLE`,
 * `NEWER_FORMAT`, `TOPIC_MISSING`, `KAFKA_UNREACHABLE`, and may be called again. It is not called twice at once.
 */
export interface OwnershipReader {
  read(): Promise<Owners>
  close(): Promise<void>
}

interface OwnershipReaderPorts {
  readonly ownershipLog: OwnershipLog
  /** Closes all of them. */
  readonly close: () => Promise<void>
}

export const ownershipReaderOnPorts = (
  { ownershipLog, close }: OwnershipReaderPorts,
  { maxWaitMs }: { readonly maxWaitMs: number },
): OwnershipReader => ({
  read: async () => {
    // A later read goes on in the same records.
    const records = new Map(await ownershipLog.read({ maxWaitMs }))
    return { ownerOf: (mapping, scope) => ownerOf(records, mapping, scope) }
  },
  close,
})
