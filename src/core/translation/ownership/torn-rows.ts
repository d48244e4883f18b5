/** Rows that have moved between scopes of which one is falsework's and the other is not. */
import type { FalseworkError } from '../../diagnostics/falsework-error.ts'

/**
 * The first one halts its source, and no word about stages leads past it: owners change at fences, which stand behind it
 * in the raw log. So an operator says that it was looked at, and what is torn in that source transaction is set aside.
 * Until a slice behind it is committed, the word counts again with each replay.
 */
export class TornRows {
  /** `seen`: the next source transaction with such rows may pass. `passing`: it is this one. */
  private state: 'halts' | 'seen' | 'passing' = 'halts'

  /** An operator has looked at the source. */
  seen(): void {
    this.state = 'seen'
  }

  /** Raises what it is given, unless the input is to be set aside. */
  readonly judge = (torn: FalseworkError): void => {
    if (this.state === 'halts') throw torn
    this.state = 'passing'
  }

  /** A source transaction has ended. */
  ended(): void {
    if (this.state === 'passing') this.state = 'halts'
  }
}
