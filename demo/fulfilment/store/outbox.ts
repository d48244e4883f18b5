/** What is to be published, in sequence order. */
import type pg from 'pg'
import type { NativeEvent } from '../../../src/native/index.ts'
import type { OutboxEvent } from '../orders/order-events.ts'
import { outboxEvent, outboxText } from './outbox-json.ts'

export interface SequencedEvent {
  readonly sequence: bigint
  readonly event: NativeEvent
}

export interface Outbox {
  /** At most `count` behind a sequence, and no part of a transaction of the service's own; empty: there are none yet. */
  behind(sequence: bigint, count: number): Promise<readonly SequencedEvent[]>
  /** The sequence of the last one; 0: there is none. */
  last(): Promise<bigint>
}

export function outboxOf(client: pg.Client): Outbox {
  return {
    behind: async (sequence, count) => {
      const { rows } = await client.query<OutboxRow>(
        'SELECT sequence, own_number, id, body::text AS body FROM fulfilment.outbox WHERE sequence > $1 ORDER BY sequence LIMIT $2',
        [String(sequence), count],
      )
      return (rows.length < count ? rows : withoutPart(rows)).map(({ sequence, id, body }) => ({
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

interface OutboxRow {
  readonly sequence: string
  readonly own_number: string | null
  readonly id: string
  readonly body: string
}

/** What a transaction of the service's own has done is published together, or withdrawn together. */
function withoutPart(rows: readonly OutboxRow[]): readonly OutboxRow[] {
  const last = rows.at(-1)?.own_number ?? null
  return last === null ? rows : rows.filter(({ own_number }) => own_number !== last)
}

/** With its sequence. `ownNumber`: of the transaction of the service's own; null: the event is mirrored. */
export async function appendToOutbox(client: pg.Client, event: OutboxEvent, ownNumber: bigint | null): Promise<bigint> {
  const { rows } = await client.query<{ sequence: string }>(
    'INSERT INTO fulfilment.outbox (own_number, event, key, body) VALUES ($1, $2, $3, $4) RETURNING sequence',
    [ownNumber === null ? null : String(ownNumber), event.event, event.key, outboxText(event)],
  )
  return BigInt(rows[0]?.sequence ?? 0)
}
