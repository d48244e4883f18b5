/** Brings a connector to Kafka Connect and waits until it really captures. */
import { placeOf } from '../../core/capture/connector/stored-offset.ts'
import type { TopicNames } from '../../core/delivery/topic-names.ts'
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'
import type { Clock } from '../../ports/clock-log-metrics.ts'
import type { ConnectorAdmin, ConnectorConfig, ConnectorStatus } from '../../ports/connect/connector-admin.ts'
import type { ConnectorOffsets } from '../../ports/connect/connector-offsets.ts'
import type { TopicAdmin } from '../../ports/kafka/topic-admin.ts'
import type { TopicReader } from '../../ports/kafka/topic-reader.ts'
import { rawLogTopic } from '../../core/delivery/own-topics.ts'
import { moveBetweenTransactions, stopBetweenTransactions } from './planned-stop.ts'

const pollIntervalMs = 200
/** Until then a restarted task still shows why it failed before. */
const restartMs = 3_000

export interface AppliedConnector {
  readonly source: string
  readonly connector: string
  readonly change: 'created' | 'updated' | 'unchanged'
  readonly rawLog: string
  /** Records in the raw log when the command ended. */
  readonly records: number
}

/**
 * Idempotent; a failed task is restarted, a stopped connector resumed. A stored offset that stands inside a source
 * transaction is first moved before it, since Debezium may lose rows when it goes on from there. Resolves when the task
 * runs and the raw log has a record. Raises `CONNECTOR_FAILED` with the root cause of a failed task, or when no record
 * has come in time; `INTERRUPTED` when `signal` fires before.
 */
export async function applyConnector(
  source: string,
  parts: {
    /** The connector's name in Connect. */
    readonly connector: string
    readonly config: ConnectorConfig
    readonly names: TopicNames
    readonly connectorAdmin: ConnectorAdmin
    readonly connectorOffsets: ConnectorOffsets
    readonly topicAdmin: TopicAdmin
    readonly topicReader: TopicReader
    readonly clock: Clock
    readonly timeoutMs: number
    readonly signal: AbortSignal
  },
): Promise<AppliedConnector> {
  const { names, connectorAdmin, connectorOffsets, connector, clock } = parts
  const rawLog = names.rawLog(source)
  await parts.topicAdmin.ensure([rawLogTopic(names, source)])
  const change = await applyBetweenTransactions(parts)
  if (change === 'created' || (await connectorAdmin.status(connector))?.state === 'STOPPED') {
    // One of this name may have been deleted, and have left an offset behind.
    await moveBetweenTransactions(connectorOffsets, connector)
    await connectorOffsets.resume(connector)
  }
  // Connect never restarts a task by itself; a new configuration does.
  if (change === 'unchanged' && rootCause(await connectorAdmin.status(connector)) !== null) {
    await connectorAdmin.restart(connector)
    await clock.sleep(restartMs, parts.signal)
  }
  const deadlineMs = clock.nowMs() + parts.timeoutMs
  for (;;) {
    const status = await connectorAdmin.status(connector)
    const cause = rootCause(status)
    if (cause !== null) throw new FalseworkError('CONNECTOR_FAILED', `the task of ${connector} failed: ${cause}`)
    const records = isRunning(status) ? await recordCount(parts.topicReader, rawLog) : 0
    if (records > 0) return { source, connector, change, rawLog, records }
    if (parts.signal.aborted) {
      const message = `${connector} is ${change} in Connect; whether it captures was not waited for`
      throw new FalseworkError('INTERRUPTED', message)
    }
    if (clock.nowMs() > deadlineMs) {
      const state = status === null ? 'is not there' : `is ${status.state}, tasks: ${taskStates(status)}`
      throw new FalseworkError(
        'CONNECTOR_FAILED',
        `no record in ${rawLog} after ${parts.timeoutMs / 1000} s; ${connector} ${state}`,
      )
    }
    await clock.sleep(pollIntervalMs, parts.signal)
  }
}

/** A configuration that is refused leaves the connector running, as it was. */
async function applyBetweenTransactions({
  connector,
  config,
  connectorAdmin,
  connectorOffsets,
}: Pick<Parameters<typeof applyConnector>[1], 'connector' | 'config' | 'connectorAdmin' | 'connectorOffsets'>): Promise<
  AppliedConnector['change']
> {
  const stored = await connectorOffsets.read(connector)
  const isInside = stored.some((entry) => placeOf(entry) === 'inside')
  if (isInside) await stopBetweenTransactions(connectorOffsets, connector)
  try {
    return await connectorAdmin.apply(connector, config)
  } catch (error) {
    if (isInside) await connectorOffsets.resume(connector)
    throw error
  }
}

const isRunning = (status: ConnectorStatus | null): boolean =>
  status !== null && status.tasks.length > 0 && status.tasks.every(({ state }) => state === 'RUNNING')

const taskStates = ({ tasks }: ConnectorStatus): string =>
  tasks.length === 0 ? 'none' : tasks.map(({ id, state }) => `${id} ${state}`).join(', ')

async function recordCount(reader: TopicReader, topic: string): Promise<number> {
  const ranges = await reader.range(topic)
  return ranges.reduce((total, { first, end }) => total + end - first, 0)
}

/** The innermost cause of a failed task, as one line; null while none has failed. */
export function rootCause(status: ConnectorStatus | null): string | null {
  const failed = status?.tasks.find(({ state }) => state === 'FAILED')
  if (failed === undefined) return null
  const lines = (failed.trace ?? '').split('\n').filter((line) => line !== '' && !/^\s+(at |\.\.\.)/.test(line))
  return lines.at(-1)?.replace(/^Caused by: /, '') ?? 'no trace'
}
