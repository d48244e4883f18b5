/** Events as JSON in the outbox: a bigint is `{"bigint": "…"}`, as no field of a contract is. */
import type { OutboxEvent } from '../orders/order-events.ts'

export const outboxText = (event: OutboxEvent): string =>
  JSON.stringify(event, (_name, value: unknown) => (typeof value === 'bigint' ? { bigint: String(value) } : value))

export const outboxEvent = (text: string): OutboxEvent =>
  JSON.parse(text, (_name, value: unknown) => (isBigint(value) ? BigInt(value.bigint) : value)) as OutboxEvent

const isBigint = (value: unknown): value is { readonly bigint: string } =>
  typeof value === 'object' && value !== null && 'bigint' in value && typeof value.bigint === 'string'
