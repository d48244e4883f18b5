/** Connectors on the local stack, each with a raw topic of its own, begun at any stored offset. */
import { readFileSync } from 'node:fs'
import { restConnectorAdmin } from '../../src/adapters/connect/rest-connector-admin.ts'
import { restConnectorOffsets } from '../../src/adapters/connect/rest-connector-offsets.ts'
import { systemClock } from '../../src/adapters/system/system-clock.ts'
import type { StoredOffset } from '../../src/core/capture/connector/stored-offset.ts'
import type { ConnectorAdmin } from '../../src/ports/connect/connector-admin.ts'
import type { ConnectorOffsets } from '../../src/ports/connect/connector-offsets.ts'
import type { ServerAddress, StackAddresses } from '../../stack/stack.ts'

/** With falsework's transformation, or as Debezium is without it. */
export type Protection = 'protected' | 'bare'

export interface ProofConnector {
  readonly name: string
  readonly database: string
  readonly protection: Protection
  /** Records that one poll brings at most. */
  readonly batch: number
  readonly heartbeatMs: number
  /** Of the offsets, where they are to be read from a topic of their own. */
  readonly offsetsTopic?: string
}

export const rawTopicOf = (connector: string): string => `raw.${connector}`

export class ProofConnectors {
  readonly admin: ConnectorAdmin
  readonly offsets: ConnectorOffsets
  private readonly stack: StackAddresses
  private readonly configOf: ConfigOf

  constructor(stack: StackAddresses, configOf: ConfigOf = postgresConfig) {
    const options = { url: stack.connectUrl, requestTimeoutMs: 90_000, clock: systemClock }
    this.admin = restConnectorAdmin(options)
    this.offsets = restConnectorOffsets(options)
    this.stack = stack
    this.configOf = configOf
  }

  /** Its slot is the one of its own name. */
  async start(connector: ProofConnector, offset: StoredOffset['offset']): Promise<void> {
    const { name } = connector
    await this.admin.apply(name, this.configOf(this.stack, connector))
    await this.offsets.write(name, [{ partition: { server: name }, offset }])
    await this.offsets.resume(name)
  }

  /** Runs again, also when it was deleted: what it has stored is kept under its name. */
  async resumed(connector: ProofConnector): Promise<void> {
    await this.admin.apply(connector.name, this.configOf(this.stack, connector))
    await this.offsets.resume(connector.name)
  }

  async restart(name: string): Promise<void> {
    await this.admin.restart(name)
  }

  /** Gone with its task. */
  async remove(name: string): Promise<void> {
    await this.offsets.stop(name)
    await fetch(`${this.stack.connectUrl}/connectors/${name}`, { method: 'DELETE' })
  }
}

export type ConfigOf = (stack: StackAddresses, connector: ProofConnector) => Readonly<Record<string, string>>

const postgresConfig: ConfigOf = ({ postgres }, connector) => ({
  ...shippedSettings('shop-postgres.json', postgres),
  ...proofSettings(connector),
  'database.dbname': connector.database,
  'slot.name': connector.name,
  'publication.name': 'proof',
  'schema.include.list': 'proof',
  'snapshot.mode': 'no_data',
})

/** What the repository ships, for a server of the local stack. */
export function shippedSettings(file: string, server: ServerAddress): Readonly<Record<string, string>> {
  const text = readFileSync(new URL(`../../connectors/${file}`, import.meta.url), 'utf8')
  const shipped = JSON.parse(text) as Record<string, string>
  delete shipped['heartbeat.action.query']
  return {
    ...shipped,
    'database.hostname': server.host,
    'database.port': String(server.port),
    'database.user': server.user,
    'database.password': server.password,
  }
}

/** What a proof wants otherwise, of whichever database. */
export const proofSettings = (connector: ProofConnector): Readonly<Record<string, string>> => {
  const { name, protection, batch, heartbeatMs, offsetsTopic } = connector
  return {
    'topic.prefix': name,
    'heartbeat.interval.ms': String(heartbeatMs),
    'max.batch.size': String(batch),
    'max.queue.size': String(batch * 2),
    'poll.interval.ms': '5',
    'transforms.route.replacement': rawTopicOf(name),
    ...(protection === 'bare' && { transforms: 'route' }),
    ...(offsetsTopic !== undefined && { 'offsets.storage.topic': offsetsTopic }),
  }
}

/** An offset between transactions, at a position of the log. */
export const offsetAt = (lsn: number): StoredOffset['offset'] => ({
  lsn,
  lsn_commit: lsn,
  messageType: 'COMMIT',
  txId: 1,
  ts_usec: 1,
})
