import { postgresDialect } from '../../../src/core/capture/positions/postgres.ts'
import { describe, expect, it } from 'vitest'
import { memoryKafka } from '../../../src/adapters/memory/memory-kafka.ts'
import { memorySignalSender } from '../../../src/adapters/memory/database/memory-signal-sender.ts'
import { MemorySchemaRegistry } from '../../../src/adapters/schema-registry/memory-schema-registry.ts'
import { systemClock } from '../../../src/adapters/system/system-clock.ts'
import { FetchedSchemas } from '../../../src/app/capture/fetched-schemas.ts'
import { type SnapshotTable, snapshotTables } from '../../../src/app/capture/snapshot-tables.ts'
import type { Signal } from '../../../src/core/capture/connector/snapshot-signal.ts'
import { tableName } from '../../../src/core/catalog/catalog.ts'
import { topicNames } from '../../../src/core/delivery/topic-names.ts'
import { recorded, type TextRecord } from '../../core/capture/raw-log-of.ts'

const names = topicNames('')
const tables = ['orders', 'journal', 'lines'].map((table) => tableName('shop', table))
const bytes = (text: TextRecord['value']): Buffer | null => (text === null ? null : Buffer.from(text))

interface Followed {
  readonly read: readonly SnapshotTable[] | null
  readonly signals: readonly Signal[]
  readonly percents: readonly number[]
}

/** Asks for a snapshot under the id of the recorded one; the connector answers with these records. */
async function followed(answer: readonly TextRecord[], ended = new AbortController().signal): Promise<Followed> {
  const kafka = memoryKafka({ names, clock: systemClock })
  const topic = names.rawLog('s')
  const append = (records: readonly TextRecord[]): void => {
    for (const { key, value } of records) kafka.cluster.append(topic, { key: bytes(key), value: bytes(value) })
  }
  await kafka.topicAdmin.ensure([{ topic, partitions: 1, config: {} }])
  // What was told before is of another snapshot, whatever it is called.
  append(recorded('notified-incremental'))
  const [signals, percents]: [Signal[], number[]] = [[], []]
  const read = await snapshotTables(
    { signals: tableName('shop', 'signals'), tables, id: 'chunks' },
    {
      sender: memorySignalSender({
        tables: new Set([tableName('shop', 'signals')]),
        committed: (signal) => {
          signals.push(signal)
          append(answer)
        },
      }),
      rawLog: await kafka.openRawLog(topic),
      form: { format: 'json', dialect: postgresDialect },
      schemas: new FetchedSchemas(new MemorySchemaRegistry()),
      clock: systemClock,
      timeoutMs: 20,
      ended,
      reached: (percent) => percents.push(percent),
    },
  )
  return { read, signals, percents }
}

describe('a snapshot of some tables', () => {
  it('is asked for by a row of the signal table, for these tables and no others', async () => {
    const { signals } = await followed(recorded('notified-incremental'))
    expect(signals).toStrictEqual([
      {
        table: 'shop.signals',
        id: 'chunks',
        type: 'execute-snapshot',
        data: '{"type":"incremental","data-collections":["shop.orders","shop.journal","shop.lines"]}',
      },
    ])
  })

  it('is followed until the connector has said what became of each table', async () => {
    const { read, percents } = await followed(recorded('notified-incremental'))
    expect(read).toStrictEqual([
      { table: 'shop.orders', rows: 10, outcome: 'SUCCEEDED', isWhole: true },
      { table: 'shop.journal', rows: 0, outcome: 'NO_PRIMARY_KEY', isWhole: false },
      { table: 'shop.lines', rows: 0, outcome: 'EMPTY', isWhole: true },
    ])
    expect(percents).toStrictEqual(percents.toSorted((a, b) => a - b))
    expect([percents[0], percents.at(-1)]).toStrictEqual([0, 100])
    expect(new Set(percents).size).toBeGreaterThan(5)
  })

  it('has not read the tables of which nothing was said when it was broken off', async () => {
    const answer = recorded('notified-incremental')
      .filter(({ value }) => !String(value).includes('"scanned_collection":"shop.lines"'))
      .map((record) => ({ ...record, value: String(record.value).replace('"type":"COMPLETED"', '"type":"ABORTED"') }))
    const { read } = await followed(answer)
    expect(read?.at(-1)).toStrictEqual({ table: 'shop.lines', rows: 0, outcome: 'ABORTED', isWhole: false })
  })

  it('that the connector says nothing of is given up, by name', async () => {
    await expect(followed(recorded('notified-condition'))).rejects.toMatchObject({ code: 'SNAPSHOT_NOT_BEGUN' })
  })

  it('is left to the connector when whoever asked for it goes', async () => {
    expect((await followed([], AbortSignal.abort())).read).toBeNull()
  })
})
