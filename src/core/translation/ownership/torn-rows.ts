/** Rows that have moved between scopes of which one is falsework's and the other is not. */
import type { FalseworkError } from '../../diagnostics/falsework-error.ts'

/**
 * The first one halts its source, and no word about stages leads past it: owners change at fences, which stand behind it
 * in the raw log. So an operator says that it was looked at, and what is torn in the source transaction that comes next is
 * set aside: a source that has halted stands right before it. Until a slice behind it is committed, the word counts again
 * with each replay.
 */
export class TornRows {
  private mayPass = false

  /** An operator has looked at the source. */
  seen(): void {
    this.mayPass = true
  }

  /** Raises what it is given, unless the input is to be set aside. */
  readonly judge = (torn: FalseworkError): void => {
    if (!this.mayPass) throw torn
  }

  /** A source transaction has ended: a word for this place is none for a later one. */
  ended(): void {
    this.mayPass = false
  }
}
