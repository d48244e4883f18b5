/** Connectors on the local stack, each with a raw topic of its own, begun at any stored offset. */
import { readFileSync } from 'node:fs'
import { restConnectorAdmin } from '../../src/adapters/connect/rest-connector-admin.ts'
import { restConnectorOffsets } from '../../src/adapters/connect/rest-connector-offsets.ts'
import { systemClock } from '../../src/adapters/system/system-clock.ts'
import type { StoredOffset } from '../../src/core/capture/connector/stored-offset.ts'
import type { ConnectorAdmin } from '../../src/ports/connector-admin.ts'
import type { ConnectorOffsets } from '../../src/ports/connector-offsets.ts'
import type { StackAddresses } from '../../stack/stack.ts'

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

  constructor(stack: StackAddresses) {
    const options = { url: stack.connectUrl, requestTimeoutMs: 90_000, clock: systemClock }
    this.admin = restConnectorAdmin(options)
    this.offsets = restConnectorOffsets(options)
    this.stack = stack
  }

  /** Its slot is the one of its own name. */
  async start(connector: ProofConnector, offset: StoredOffset['offset']): Promise<void> {
    const { name } = connector
    await this.admin.apply(name, this.config(connector))
    await this.offsets.write(name, [{ partition: { server: name }, offset }])
    await this.offsets.resume(name)
  }

  /** Runs again, also when it was deleted: what it has stored is kept under its name. */
  async resumed(connector: ProofConnector): Promise<void> {
    await this.admin.apply(connector.name, this.config(connector))
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

  private config(connector: ProofConnector): Readonly<Record<string, string>> {
    const { name, database, protection, batch, heartbeatMs, offsetsTopic } = connector
    const { host, port, user, password } = this.stack.postgres
    const shipped = JSON.parse(readFileSync(shippedConnector, 'utf8')) as Record<string, string>
    delete shipped['heartbeat.action.query']
    return {
      ...shipped,
      'database.hostname': host,
      'database.port': String(port),
      'database.dbname': database,
      'database.user': user,
      'database.password': password,
      'slot.name': name,
      'publication.name': 'proof',
      'schema.include.list': 'proof',
      'topic.prefix': name,
      'snapshot.mode': 'no_data',
      'heartbeat.interval.ms': String(heartbeatMs),
      'max.batch.size': String(batch),
      'max.queue.size': String(batch * 2),
      'poll.interval.ms': '5',
      'transforms.route.replacement': rawTopicOf(name),
      ...(protection === 'bare' && { transforms: 'route' }),
      ...(offsetsTopic !== undefined && { 'offsets.storage.topic': offsetsTopic }),
    }
  }
}

const shippedConnector = new URL('../../connectors/shop-postgres.json', import.meta.url)

/** An offset between transactions, at a position of the log. */
export const offsetAt = (lsn: number): StoredOffset['offset'] => ({
  lsn,
  lsn_commit: lsn,
  messageType: 'COMMIT',
  txId: 1,
  ts_usec: 1,
})
