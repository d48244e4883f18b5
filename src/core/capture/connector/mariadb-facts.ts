/** What is known of capture in a MariaDB server: its binary log, and the tables that are read from it. */
import type { KeyAction, TableName } from '../../catalog/catalog.ts'
import type { AccountFacts } from './account-facts.ts'

export interface MariadbFacts {
  readonly kind: 'mariadb'
  readonly serverVersion: string
  /** What the connector logs in as; null: nobody can say what it may do, since a role gives it its rights. */
  readonly account: AccountFacts | null
  readonly serverId: number
  /** `log_bin`. */
  readonly log: 'on' | 'off'
  /** `binlog_format` and `binlog_row_image`, as the server says them: a session may have set others. */
  readonly logFormat: string
  readonly rowImage: string
  readonly gtidStrict: 'on' | 'off'
  /** How long the log is kept at least; null: without limit. */
  readonly logKeptSeconds: number | null
  /** Tables that were asked for, as far as they exist. */
  readonly tables: readonly MariadbTable[]
  /** Columns of all databases whose type the connector cannot read. */
  readonly unreadableColumns: readonly UnreadableColumn[]
}

export interface MariadbTable {
  readonly name: TableName
  readonly engine: string
  /** What its foreign keys change in it when a row of another table changes. */
  readonly actions: readonly ForeignKeyAction[]
}

export interface ForeignKeyAction {
  readonly columns: readonly string[]
  readonly references: TableName
  readonly onDelete: KeyAction
  readonly onUpdate: KeyAction
}

export interface UnreadableColumn {
  readonly table: TableName
  readonly name: string
  readonly type: string
}
