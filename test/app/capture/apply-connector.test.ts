import { describe, expect, it } from 'vitest'
import { MemoryConnect } from '../../../src/adapters/connect/memory-connect.ts'
import { systemClock } from '../../../src/adapters/system/system-clock.ts'
import { type AppliedConnector, applyConnector, rootCause } from '../../../src/app/capture/apply-connector.ts'
import { FalseworkError } from '../../../src/core/diagnostics/falsework-error.ts'
import type { Clock } from '../../../src/ports/clock-log-metrics.ts'
import type { ConnectorStatus } from '../../../src/ports/connect/connector-admin.ts'
import { fillRawLog, type Installation, installation, names, rawLog } from '../bench-project.ts'

const config = { 'connector.class': 'io.debezium.connector.postgresql.PostgresConnector' }
/** Waits are over at once. */
const hurried: Clock = { ...systemClock, sleep: async () => await Promise.resolve() }

/** Its task has failed until somebody restarts it. */
class FailedTask extends MemoryConnect {
  private failed = true

  override async status(name: string): Promise<ConnectorStatus | null> {
    if (!this.failed || (await super.status(name))?.state !== 'RUNNING') return await super.status(name)
    return { state: 'RUNNING', tasks: [{ id: 0, state: 'FAILED', trace: 'Caused by: java.io.IOException: no slot\n' }] }
  }

  override async restart(name: string): Promise<void> {
    this.failed = false
    await super.restart(name)
  }
}

async function apply({ kafka }: Installation, connectorAdmin: MemoryConnect): Promise<AppliedConnector> {
  const { topicAdmin, topicReader } = kafka
  const signal = new AbortController().signal
  const parts = {
    connector: 'bench',
    config,
    names,
    connectorAdmin,
    connectorOffsets: connectorAdmin,
    topicAdmin,
    topicReader,
    clock: hurried,
    timeoutMs: 0,
    signal,
  }
  return await applyConnector('bench', parts)
}

describe('applying a connector', () => {
  it('is done when the task runs and the first record is seen, and then changes nothing', async () => {
    const shop = installation()
    await fillRawLog(shop, 0, 1)
    const connectorAdmin = new MemoryConnect()
    const applied = { source: 'bench', connector: 'bench', change: 'created', rawLog, records: 12 }
    expect(await apply(shop, connectorAdmin)).toEqual(applied)
    expect(await apply(shop, connectorAdmin)).toEqual({ ...applied, change: 'unchanged' })
  })

  it('moves an offset that stands inside a source transaction before it, also one that a deleted connector left', async () => {
    const shop = installation()
    await fillRawLog(shop, 0, 1)
    const connect = new MemoryConnect()
    await apply(shop, connect)
    await connect.stop('bench')
    const inside = { lsn: 70, lsn_proc: 70, lsn_commit: 50, messageType: 'INSERT', transaction_id: '7:1', txId: 7 }
    await connect.write('bench', [{ partition: { server: 'bench' }, offset: inside }])
    await connect.resume('bench')
    expect(await apply(shop, connect)).toMatchObject({ change: 'unchanged' })
    const before = { lsn: 50, lsn_commit: 50, messageType: 'COMMIT', txId: 7 }
    expect(await connect.read('bench')).toEqual([{ partition: { server: 'bench' }, offset: before }])
    expect(await connect.status('bench')).toMatchObject({ state: 'RUNNING' })
  })

  it('goes on with the old configuration when Connect refuses the new one', async () => {
    const shop = installation()
    await fillRawLog(shop, 0, 1)
    const connect = new MemoryConnect()
    await apply(shop, connect)
    await connect.stop('bench')
    const inside = { lsn: 70, lsn_proc: 70, lsn_commit: 50, messageType: 'INSERT' }
    await connect.write('bench', [{ partition: { server: 'bench' }, offset: inside }])
    await connect.resume('bench')
    connect.apply = async () => await Promise.reject(new FalseworkError('CONNECTOR_REFUSED', 'no such setting'))
    await expect(apply(shop, connect)).rejects.toMatchObject({ code: 'CONNECTOR_REFUSED' })
    expect(await connect.status('bench')).toMatchObject({ state: 'RUNNING' })
  })

  it('resumes a connector that somebody has stopped', async () => {
    const shop = installation()
    await fillRawLog(shop, 0, 1)
    const connect = new MemoryConnect()
    await apply(shop, connect)
    await connect.stop('bench')
    await apply(shop, connect)
    expect(await connect.status('bench')).toMatchObject({ state: 'RUNNING' })
  })

  it('fails by name when no record comes', async () => {
    await expect(apply(installation(), new MemoryConnect())).rejects.toMatchObject({ code: 'CONNECTOR_FAILED' })
  })

  it('fails with the root cause of a failed task, and restarts the task when it is applied again', async () => {
    const shop = installation()
    await fillRawLog(shop, 0, 1)
    const connectorAdmin = new FailedTask()
    await expect(apply(shop, connectorAdmin)).rejects.toMatchObject({
      code: 'CONNECTOR_FAILED',
      message: 'the task of bench failed: java.io.IOException: no slot',
    })
    expect(await apply(shop, connectorAdmin)).toMatchObject({ change: 'unchanged', records: 12 })
  })
})

describe('the root cause of a failed task', () => {
  it('is the innermost one, without its trace', () => {
    const trace =
      'org.apache.kafka.ConnectException: outer\n\tat A.b(A.java:1)\nCaused by: java.io.IOException: no slot\n\tat C.d(C.java:2)\n\t... 3 more\n'
    const status = { state: 'RUNNING', tasks: [{ id: 0, state: 'FAILED', trace }] }
    expect(rootCause(status)).toBe('java.io.IOException: no slot')
  })
})
