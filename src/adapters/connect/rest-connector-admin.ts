/** Kafka Connect's REST interface: connectors and their tasks. */
import { isDeepStrictEqual } from 'node:util'
import { isJsonObject } from '../../core/diagnostics/json-object.ts'
import type { ConnectorAdmin, ConnectorConfig, ConnectorStatus } from '../../ports/connect/connector-admin.ts'
import { type Answer, ConnectClient, type ConnectClientOptions, pathOf } from './connect-client.ts'

export function restConnectorAdmin(options: ConnectClientOptions): ConnectorAdmin {
  const client = new ConnectClient(options)
  return {
    apply: async (name, config) => {
      const present = await client.config(name)
      if (present !== null && sameConfig(present, { ...config, name })) return 'unchanged'
      const answer =
        present === null
          ? await client.ask('POST', '/connectors', { name, config, initial_state: 'STOPPED' })
          : await client.ask('PUT', `${pathOf(name)}/config`, config)
      client.expectAccepted(answer, { name, config })
      return present === null ? 'created' : 'updated'
    },
    config: async (name) => await client.config(name),
    status: async (name) => {
      const answer = await client.ask('GET', `${pathOf(name)}/status`)
      return answer.status === 404 ? null : statusOf(client, answer)
    },
    restart: async (name) => {
      const answer = await client.ask('POST', `${pathOf(name)}/restart?includeTasks=true&onlyFailed=false`)
      client.expectAccepted(answer, { name, config: {} })
    },
    remove: async (name) => {
      const answer = await client.ask('DELETE', pathOf(name))
      if (answer.status === 404) return 'not there'
      client.expectAccepted(answer, { name, config: {} })
      return 'removed'
    },
  }
}

/** Connect adds the name to what it was given. */
function sameConfig(present: ConnectorConfig, wanted: ConnectorConfig): boolean {
  return isDeepStrictEqual({ ...present }, { ...wanted })
}

export function statusOf(client: ConnectClient, answer: Answer): ConnectorStatus {
  const body = client.expectObject(answer)
  const { connector, tasks } = body
  if (!isJsonObject(connector) || typeof connector['state'] !== 'string' || !Array.isArray(tasks)) {
    throw client.unexpected(answer)
  }
  return {
    state: connector['state'],
    tasks: tasks.filter(isJsonObject).map(({ id, state, trace }) => ({
      id: Number(id),
      state: String(state),
      trace: typeof trace === 'string' ? trace : null,
    })),
  }
}
