/** What differs between the connectors of the databases: how records name tables, transactions and commits. */
import type { SourcePosition } from './row-change.ts'

export interface SourceDialect {
  /** The field of `source` that holds the first part of a table's name. */
  readonly schemaField: 'schema' | 'db'
  /** From `transaction.id` of BEGIN, a row or END: a text that all of one source transaction share; null if malformed. */
  readonly transactionOf: (id: string) => string | null
  /** From the same id: where the record stands in the source's history, END at the commit. Null if malformed. */
  readonly positionOf: (id: string) => SourcePosition | null
  readonly transactions: TransactionHabits
}

/** What the source transactions of a connector look like. */
export interface TransactionHabits {
  /**
   * Statements that change a schema, and TRUNCATE, commit themselves: `not at schema changes` sends BEGIN of those, what
   * they do, and no END.
   */
  readonly end: 'always' | 'not at schema changes'
  /** An END that counts nothing: `seen` of transactions that change no captured table, or `odd`, since those are left out. */
  readonly empty: 'seen' | 'odd'
}
