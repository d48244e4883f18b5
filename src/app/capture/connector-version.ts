/** Which release of Debezium writes a raw log, as far as the log says it. */
import type { RawOffset } from '../../core/capture/row-change.ts'
import type { OpenRawLog } from '../../ports/raw-log.ts'

/** A busy log has a change among its latest records, a quiet one has many heartbeats behind it. */
const latestRecords = 2_000
const maxBytes = 4 * 2 ** 20
const versionInSource = /"source":\{"version":"([^"]+)"/

/** The version that the newest of the latest changes names; null: there is none among them. */
export async function connectorVersion(openRawLog: OpenRawLog, topic: string): Promise<string | null> {
  const log = await openRawLog(topic)
  try {
    const { first, end } = await log.range()
    let version: string | null = null
    for (let from: RawOffset = Math.max(first, end - latestRecords); from < end; ) {
      const batch = await log.read(from, { maxWaitMs: 1_000, maxBytes })
      for (let index = 0; index < batch.count; index++) {
        version = versionInSource.exec(batch.value(index)?.toString('utf8') ?? '')?.[1] ?? version
      }
      if (batch.next <= from) break
      from = batch.next
    }
    return version
  } finally {
    await log.close()
  }
}
