/** Connectors in memory, whose tasks run as soon as they are applied. */
import { isDeepStrictEqual } from 'node:util'
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'
import type { ConnectorAdmin, ConnectorConfig, ConnectorStatus } from '../../ports/connector-admin.ts'

export class MemoryConnectorAdmin implements ConnectorAdmin {
  private readonly connectors = new Map<string, ConnectorConfig>()

  apply(name: string, config: ConnectorConfig): Promise<'created' | 'updated' | 'unchanged'> {
    const present = this.connectors.get(name)
    const wanted = { ...config, name }
    if (config['connector.class'] === undefined) {
      return Promise.reject(new FalseworkError('CONNECTOR_REFUSED', `connector ${name}: it has no connector.class`))
    }
    if (isDeepStrictEqual(present, wanted)) return Promise.resolve('unchanged')
    this.connectors.set(name, wanted)
    return Promise.resolve(present === undefined ? 'created' : 'updated')
  }

  config(name: string): Promise<ConnectorConfig | null> {
    return Promise.resolve(this.connectors.get(name) ?? null)
  }

  status(name: string): Promise<ConnectorStatus | null> {
    const running = { state: 'RUNNING', tasks: [{ id: 0, state: 'RUNNING', trace: null }] }
    return Promise.resolve(this.connectors.has(name) ? running : null)
  }

  restart(name: string): Promise<void> {
    return this.connectors.has(name)
      ? Promise.resolve()
      : Promise.reject(new FalseworkError('CONNECTOR_REFUSED', `connector ${name}: there is none of that name`))
  }
}
