/** Kafka Connect's REST interface: stored offsets (KIP-875), stops and starts. */
import type { StoredOffset } from '../../core/capture/connector/stored-offset.ts'
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'
import { isJsonObject } from '../../core/diagnostics/json-object.ts'
import type { ConnectorOffsets } from '../../ports/connect/connector-offsets.ts'
import { type Answer, ConnectClient, type ConnectClientOptions, pathOf } from './connect-client.ts'
import { statusOf } from './rest-connector-admin.ts'

const pollIntervalMs = 100
/** A task that hangs is given up by the worker after `task.shutdown.graceful.timeout.ms` (5 s), and fenced. */
const stopTimeoutMs = 60_000

export function restConnectorOffsets(options: ConnectClientOptions): ConnectorOffsets {
  const client = new ConnectClient(options)
  const tell = async (method: string, name: string, what: string, body?: unknown): Promise<void> =>
    client.expectAccepted(await client.ask(method, `${pathOf(name)}/${what}`, body), { name, config: {} })
  return {
    stop: async (name) => {
      await tell('PUT', name, 'stop')
      await untilStopped(client, name)
    },
    resume: async (name) => await tell('PUT', name, 'resume'),
    read: async (name) => {
      const answer = await client.ask('GET', `${pathOf(name)}/offsets`)
      return answer.status === 404 ? [] : storedOffsets(client, answer)
    },
    write: async (name, offsets) => await tell('PATCH', name, 'offsets', { offsets }),
  }
}

async function untilStopped(client: ConnectClient, name: string): Promise<void> {
  const deadlineMs = client.clock.nowMs() + stopTimeoutMs
  for (;;) {
    const { state, tasks } = statusOf(client, await client.ask('GET', `${pathOf(name)}/status`))
    if (state === 'STOPPED' && tasks.length === 0) return
    if (client.clock.nowMs() > deadlineMs) {
      throw new FalseworkError('CONNECTOR_FAILED', `${name} did not stop in ${stopTimeoutMs / 1000} s: it is ${state}`)
    }
    await client.clock.sleep(pollIntervalMs)
  }
}

function storedOffsets(client: ConnectClient, answer: Answer): readonly StoredOffset[] {
  const { offsets } = client.expectObject(answer)
  if (!Array.isArray(offsets)) throw client.unexpected(answer)
  return offsets.map((entry: unknown) => {
    const { partition, offset } = isJsonObject(entry) ? entry : {}
    if (!isJsonObject(partition) || !isJsonObject(offset)) throw client.unexpected(answer)
    // Written back rounded, a position would name another place of the log.
    if (Object.values(offset).some((value) => typeof value === 'number' && !Number.isSafeInteger(value))) {
      throw client.unexpected(answer)
    }
    return { partition, offset }
  })
}
