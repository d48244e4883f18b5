/** What a connector says of its snapshots through the channel `sink`, between the rows that it reads for them. */
import type { CapturedDatabase } from './captured-database.ts'
import type { RecordedRecord } from './raw-topic.ts'
import type { Shape } from './shapes.ts'

/** Chunks of two rows, so that changes come between them. */
export const notifying = {
  'notification.enabled.channels': 'sink',
  'notification.sink.topic.name': 'falsework-notifications',
  'incremental.snapshot.chunk.size': '2',
}

/** Before the connector starts. */
export const notifiedRows = `INSERT INTO shop.orders SELECT n, 'N', n, NULL FROM generate_series(101, 107) n`

async function ended(database: CapturedDatabase, id: string): Promise<void> {
  const isEnd = ({ value }: RecordedRecord): boolean =>
    value?.includes(`"id":"${id}"`) === true && /"type":"(COMPLETED|ABORTED)"/.test(value)
  await database.topic.until(isEnd, { from: 0, what: `the end of the snapshot ${id}` })
}

const signal = (id: string, data: object): string =>
  `INSERT INTO shop.signals VALUES ('${id}', 'execute-snapshot', '${JSON.stringify(data).replaceAll("'", "''")}')`

export const notifications: readonly Shape[] = [
  {
    name: 'notified-incremental',
    provoke: async (database) => {
      await database.sql(
        signal('chunks', { 'data-collections': ['shop.orders', 'shop.journal', 'shop.lines'], type: 'incremental' }),
      )
      await database.sql(`UPDATE shop.orders SET note = 'in between' WHERE id = 107`)
      await ended(database, 'chunks')
    },
  },
  {
    name: 'notified-condition',
    provoke: async (database) => {
      await database.sql(
        signal('some', {
          'data-collections': ['shop.orders'],
          type: 'incremental',
          'additional-conditions': [{ 'data-collection': 'shop.orders', filter: 'id > 105' }],
        }),
      )
      await ended(database, 'some')
    },
  },
  {
    name: 'notified-blocking',
    provoke: async (database) => {
      await database.sql(signal('whole', { 'data-collections': ['shop.orders', 'shop.plain'], type: 'blocking' }))
      const isLast = ({ value }: RecordedRecord): boolean => value?.includes('"snapshot":"last"') === true
      const { records } = database.topic
      await database.topic.until(isLast, { from: records.length, what: 'the last row of the blocking snapshot' })
      await database.sql(`UPDATE shop.orders SET note = 'behind it' WHERE id = 101`)
    },
  },
]
