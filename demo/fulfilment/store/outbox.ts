/** What is to be published, in sequence order. */
import type pg from 'pg'
import type { NativeEvent } from '../../../src/native/index.ts'
import { outboxEvent } from './outbox-json.ts'

export interface SequencedEvent {
  readonly sequence: bigint
  readonly event: NativeEvent
}

export interface Outbox {
  /** At most `count` behind a sequence; empty: there are none yet. */
  behind(sequence: bigint, count: number): Promise<readonly SequencedEvent[]>
  /** The sequence of the last one; 0: there is none. */
  last(): Promise<bigint>
}

export function outboxOf(client: pg.Client): Outbox {
  return {
    behind: async (sequence, count) => {
      const { rows } = await client.query<{ sequence: string; id: string; body: string }>(
        'SELECT sequence, id, body::text AS body FROM fulfilment.outbox WHERE sequence > $1 ORDER BY sequence LIMIT $2',
        [String(sequence), count],
      )
      return rows.map(({ sequence, id, body }) => ({
        sequence: BigInt(sequence),
        event: { ...outboxEvent(body), id },
      }))
    },
    last: async () => {
      const { rows } = await client.query<{ last: string }>(
        'SELECT coalesce(max(sequence), 0) AS last FROM fulfilment.outbox',
      )
      return BigInt(rows[0]?.last ?? 0)
    },
  }
}
