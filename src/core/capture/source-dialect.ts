/** What differs between the connectors of the databases: how records name tables, transactions and commits. */
import type { SourcePosition } from './row-change.ts'

export interface SourceDialect {
  /** The field of `source` that holds the first part of a table's name. */
  readonly schemaField: 'schema' | 'db'
  /** From `transaction.id` of BEGIN, a row or END: a text that all of one source transaction share; null if malformed. */
  readonly transactionOf: (id: string) => string | null
  /** From the id of END: where the commit stands, as text whose order is commit order; null if malformed. */
  readonly commitPosition: (id: string) => SourcePosition | null
}
