/** What a rule has fired for, as far as it matters when its outcome waits. */
import type { DeadLetterIdentity } from '../../event/dead-letter/dead-letter-record.ts'
import type { CarriedInput } from '../../held/carried-input.ts'
import type { HeldUnit } from '../../held/held-unit.ts'
import type { FailedInput } from './failed-input.ts'
import type { Scope } from '../../migration/stage.ts'
import type { StructuralScope } from '../compiled-mapping.ts'

/** How the scopes of the inputs of a mapping are told. */
export interface AskedScope {
  readonly structural: StructuralScope
  /** They are in different stages: an input of which none can be told fails. */
  readonly isDecisive: boolean
}

/** One for all outcomes of a firing. */
export interface FiredInput {
  /**
   * Of the row, where the scopes of its mapping are in different stages: the one that it was in before comes first where
   * it has moved. Otherwise null, which is all.
   */
  readonly scopes: readonly Scope[]
  /** That its events say; null: its mapping has none, or none can be told. */
  readonly scopeSaid: Scope
  readonly identity: DeadLetterIdentity
  /** Where its events may go, whatever their guards say; null where a key cannot be computed. */
  keys(): readonly HeldUnit[] | null
  /** The same input as one that must not be published. */
  refused(message: string): FailedInput
  /** Everything that it has read, and what of the transaction its rule asks for. */
  carried(): CarriedInput
}
