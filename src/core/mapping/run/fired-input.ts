/** What a rule has fired for, as far as it matters when its outcome waits. */
import type { DeadLetterIdentity } from '../../event/dead-letter/dead-letter-record.ts'
import type { CarriedInput } from '../../held/carried-input.ts'
import type { HeldUnit } from '../../held/held-unit.ts'
import type { Scope } from '../../migration/stage.ts'

/** One for all outcomes of a firing. */
export interface FiredInput {
  /** Of its rows, where the scopes of its mapping are in different stages; otherwise null. */
  readonly scope: Scope
  readonly identity: DeadLetterIdentity
  /** Where its events may go, whatever their guards say; null where a key cannot be computed. */
  keys(): readonly HeldUnit[] | null
  /** Everything that it has read, and what of the transaction its rule asks for. */
  carried(): CarriedInput
}
