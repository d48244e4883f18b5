/** What differs between the connectors of the databases: how records name tables, transactions and commits. */
import type { SourcePosition } from './row-change.ts'

export interface SourceDialect {
  /** The field of `source` that holds the first part of a table's name. */
  readonly schemaField: 'schema' | 'db'
  /** From `transaction.id` of BEGIN, a row or END: a text that all of one source transaction share; null if malformed. */
  readonly transactionOf: (id: string) => string | null
  /**
   * From the same id: where the record stands in the source's history, END at the commit. Text order is the order in
   * that history. Null if malformed.
   */
  readonly positionOf: (id: string) => SourcePosition | null
}
