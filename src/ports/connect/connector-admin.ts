/**
 * Kafka Connect's REST interface.
 *
 * To the implementer: raise `CONNECT_UNREACHABLE` when there is no answer and `CONNECTOR_REFUSED` with Connect's own
 * words when it refuses a configuration. Never print a configuration's secrets.
 */
export interface ConnectorAdmin {
  /** Creates, stopped, or updates; says whether anything changed. */
  apply(name: string, config: ConnectorConfig): Promise<'created' | 'updated' | 'unchanged'>
  config(name: string): Promise<ConnectorConfig | null>
  /** null: no such connector. */
  status(name: string): Promise<ConnectorStatus | null>
  restart(name: string): Promise<void>
  /** Its tasks may end some moments later. Says whether there was one of that name. */
  remove(name: string): Promise<'removed' | 'not there'>
}

export type ConnectorConfig = Readonly<Record<string, string>>

export interface ConnectorStatus {
  readonly state: string
  readonly tasks: readonly { readonly id: number; readonly state: string; readonly trace: string | null }[]
}
