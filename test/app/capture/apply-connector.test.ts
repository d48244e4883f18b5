import { describe, expect, it } from 'vitest'
import { applyConnector, rootCause } from '../../../src/app/capture/apply-connector.ts'
import { MemoryConnectorAdmin } from '../../../src/adapters/connect/memory-connector-admin.ts'
import { systemClock } from '../../../src/adapters/system/system-clock.ts'
import { fillRawLog, installation, names, rawLog } from '../bench-project.ts'

const config = { 'connector.class': 'io.debezium.connector.postgresql.PostgresConnector' }

describe('applying a connector', () => {
  it('is done when the task runs and the first record is seen, and then changes nothing', async () => {
    const shop = installation()
    await fillRawLog(shop, 0, 1)
    const { topicAdmin, topicReader } = shop.kafka
    const connectorAdmin = new MemoryConnectorAdmin()
    const signal = new AbortController().signal
    const parts = {
      connector: 'bench',
      config,
      names,
      connectorAdmin,
      topicAdmin,
      topicReader,
      clock: systemClock,
      timeoutMs: 1_000,
      signal,
    }
    expect(await applyConnector('bench', parts)).toEqual({
      source: 'bench',
      connector: 'bench',
      change: 'created',
      rawLog,
      records: 12,
    })
    expect(await applyConnector('bench', parts)).toMatchObject({ change: 'unchanged' })
  })

  it('fails by name when no record comes', async () => {
    const { kafka } = installation()
    const { topicAdmin, topicReader } = kafka
    const connectorAdmin = new MemoryConnectorAdmin()
    const signal = new AbortController().signal
    const parts = {
      connector: 'bench',
      config,
      names,
      connectorAdmin,
      topicAdmin,
      topicReader,
      clock: systemClock,
      timeoutMs: 0,
      signal,
    }
    await expect(applyConnector('bench', parts)).rejects.toMatchObject({ code: 'CONNECTOR_FAILED' })
  })

  it('names the root cause of a failed task, and not its trace', () => {
    const trace =
      'org.apache.kafka.ConnectException: outer\n\tat A.b(A.java:1)\nCaused by: java.io.IOException: no slot\n\tat C.d(C.java:2)\n\t... 3 more\n'
    expect(rootCause({ state: 'RUNNING', tasks: [{ id: 0, state: 'FAILED', trace }] })).toBe(
      'java.io.IOException: no slot',
    )
  })
})
