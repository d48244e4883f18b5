/** What the latest records of a raw log tell of those who write it. */
import type { RawOffset } from '../../core/capture/row-change.ts'
import type { OpenRawLog } from '../../ports/kafka/raw-log.ts'

/** A busy log has a change among its latest records, a quiet one has many heartbeats behind it. */
const latestRecords = 2_000
const maxBytes = 4 * 2 ** 20
const versionInSource = /"source":\{"version":"([^"]+)"/

export interface RawLogTail {
  /** The version of Debezium that the newest of the latest changes names; null: there is none among them. */
  readonly connectorVersion: string | null
  /** What the newest records are compressed with; null: there are none. */
  readonly codec: string | null
}

export const emptyTail: RawLogTail = { connectorVersion: null, codec: null }

export async function readRawLogTail(openRawLog: OpenRawLog, topic: string): Promise<RawLogTail> {
  const log = await openRawLog(topic)
  try {
    const { first, end } = await log.range()
    let { connectorVersion, codec } = emptyTail
    for (let from: RawOffset = Math.max(first, end - latestRecords); from < end; ) {
      const batch = await log.read(from, { maxWaitMs: 1_000, maxBytes })
      for (let index = 0; index < batch.count; index++) {
        connectorVersion = versionInSource.exec(batch.value(index)?.toString('utf8') ?? '')?.[1] ?? connectorVersion
      }
      codec = batch.codec ?? codec
      if (batch.next <= from) break
      from = batch.next
    }
    return { connectorVersion, codec }
  } finally {
    await log.close()
  }
}
