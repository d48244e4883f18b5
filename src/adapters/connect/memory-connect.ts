/** Connectors in memory, whose tasks run as soon as they are resumed. */
import { isDeepStrictEqual } from 'node:util'
import type { StoredOffset } from '../../core/capture/connector/stored-offset.ts'
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'
import type { ConnectorAdmin, ConnectorConfig, ConnectorStatus } from '../../ports/connect/connector-admin.ts'
import type { ConnectorOffsets } from '../../ports/connect/connector-offsets.ts'

interface Connector {
  config: ConnectorConfig
  state: 'RUNNING' | 'STOPPED'
  offsets: readonly StoredOffset[]
}

export class MemoryConnect implements ConnectorAdmin, ConnectorOffsets {
  private readonly connectors = new Map<string, Connector>()

  async apply(name: string, config: ConnectorConfig): Promise<'created' | 'updated' | 'unchanged'> {
    await Promise.resolve()
    const present = this.connectors.get(name)
    const wanted = { ...config, name }
    if (config['connector.class'] === undefined) throw refused(name, 'it has no connector.class')
    if (isDeepStrictEqual(present?.config, wanted)) return 'unchanged'
    if (present === undefined) this.connectors.set(name, { config: wanted, state: 'STOPPED', offsets: [] })
    else present.config = wanted
    return present === undefined ? 'created' : 'updated'
  }

  config(name: string): Promise<ConnectorConfig | null> {
    return Promise.resolve(this.connectors.get(name)?.config ?? null)
  }

  status(name: string): Promise<ConnectorStatus | null> {
    const state = this.connectors.get(name)?.state
    if (state === undefined) return Promise.resolve(null)
    return Promise.resolve({ state, tasks: state === 'RUNNING' ? [{ id: 0, state, trace: null }] : [] })
  }

  async restart(name: string): Promise<void> {
    await this.expect(name)
  }

  remove(name: string): Promise<'removed' | 'not there'> {
    return Promise.resolve(this.connectors.delete(name) ? 'removed' : 'not there')
  }

  async stop(name: string): Promise<void> {
    ;(await this.expect(name)).state = 'STOPPED'
  }

  async resume(name: string): Promise<void> {
    ;(await this.expect(name)).state = 'RUNNING'
  }

  read(name: string): Promise<readonly StoredOffset[]> {
    return Promise.resolve(this.connectors.get(name)?.offsets ?? [])
  }

  async write(name: string, offsets: readonly StoredOffset[]): Promise<void> {
    const connector = await this.expect(name)
    if (connector.state !== 'STOPPED') throw refused(name, 'offsets can be changed only while it is stopped')
    const isNamed = ({ partition }: StoredOffset): boolean =>
      offsets.some((other) => isDeepStrictEqual(other.partition, partition))
    connector.offsets = [...connector.offsets.filter((entry) => !isNamed(entry)), ...offsets]
  }

  private async expect(name: string): Promise<Connector> {
    const connector = await Promise.resolve(this.connectors.get(name))
    if (connector === undefined) throw refused(name, 'there is none of that name')
    return connector
  }
}

const refused = (name: string, why: string): FalseworkError =>
  new FalseworkError('CONNECTOR_REFUSED', `connector ${name}: ${why}`)
