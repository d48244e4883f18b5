/** Source transactions that a connector began, went back from, and must bring again before any that is new. */
import type { EndMessage } from '../capture/capture-message.ts'
import type { SourcePosition } from '../capture/row-change.ts'
import type { FalseworkError } from '../diagnostics/falsework-error.ts'
import type { OpenTransaction } from './open-transaction.ts'
import { transactionError } from './transaction-error.ts'

/** When another one overtakes the first of them, that is *lost* until the log brings it after all. */
export class OwedTransactions {
  /** Oldest first, with what is held of each; null: nothing is, it had no head. */
  private readonly owed = new Map<string, OpenTransaction | null>()
  private overtaken: FalseworkError | null = null
  private rewindCount = 0

  get areNone(): boolean {
    return this.owed.size === 0
  }

  /** How often the connector went back from an open transaction. */
  get rewinds(): number {
    return this.rewindCount
  }

  /** The `TX_LOST` that was raised, until the transaction has come again. */
  get lost(): FalseworkError | null {
    return this.overtaken
  }

  /** What is held of one that goes on; null: nothing is, or it is not owed. */
  heldOf(id: string): OpenTransaction | null {
    return this.owed.get(id) ?? null
  }

  /** The connector has gone back from it. */
  leave(id: string, held: OpenTransaction | null): void {
    // Behind a lost one the connector must be set back further, and brings all of this again.
    if (this.overtaken === null || this.owed.has(id)) this.owed.set(id, held)
    this.rewindCount += 1
  }

  /** It has come again, or was owed by nobody. */
  arrived(id: string): void {
    if (this.owed.delete(id)) this.overtaken = null
  }

  /** The one that must come before this one; null: none. */
  before(id: string): string | null {
    const [first] = this.owed.keys()
    return first === undefined || first === id ? null : first
  }

  /**
   * One that is new is complete before the `first`. Raises `TX_LOST`, once. What overtakes is owed as well: the connector
   * that is set back for the one brings the other again.
   */
  overtake(
    first: string,
    { transaction, offset }: EndMessage,
    { open, position }: { readonly open: OpenTransaction | null; readonly position: SourcePosition | null },
  ): void {
    if (this.overtaken !== null) return
    const held = `${this.heldOf(first)?.rows ?? 0} of its rows are held`
    const stands = `the commit before it stands at ${position ?? 'no position yet'}`
    const message = `it is complete, but ${first}, which began before it, has not come again; ${held}, and ${stands}`
    this.overtaken = transactionError('TX_LOST', { offset, transaction, message })
    this.owed.set(transaction, open)
    throw this.overtaken
  }

  /** Must be called before the records of a batch go out of reach. */
  keep(): void {
    for (const held of this.owed.values()) held?.keep()
  }
}
