/** What the journal says of an event of the service's own, as whoever reads the public topic finds it. */
import { textOfDay, textOfInstant } from '../legacy/store-time.ts'
import type { OutboxEvent } from '../orders/order-events.ts'

type FieldValue = OutboxEvent['fields'][string]
type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [name: string]: JsonValue }

export interface Fact {
  readonly topic: string
  /** Full name of the contract's record. */
  readonly type: string
  readonly key: string
  readonly subject: string
  readonly time: string
  readonly fields: JsonValue
}

/** Decimals with two digits behind the point, days, and instants, by the names of the fields. */
const decimals = new Set(['total', 'previousTotal', 'difference', 'unitPrice', 'amount', 'discountPercent'])
const days = new Set(['placedOn', 'shippedOn'])
const instants = new Set(['placedAt', 'paidAt', 'changedAt', 'amendedAt', 'shippedAt'])

export const factOf = ({ topic, event, key, subject, timeUs, fields }: OutboxEvent): Fact => ({
  topic,
  type: `com.acme.orders.${event}`,
  key,
  subject: subject ?? key,
  time: textOfInstant(timeUs),
  fields: Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, readable(name, value)])),
})

function readable(name: string, value: FieldValue): JsonValue {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'bigint') return ofBigint(name, value)
  if (typeof value === 'number') return days.has(name) ? textOfDay(value) : value
  if (Array.isArray(value)) return value.map((each: FieldValue) => readable(name, each))
  return Object.fromEntries(Object.entries(value).map(([each, inner]) => [each, readable(each, inner as FieldValue)]))
}

function ofBigint(name: string, value: bigint): JsonValue {
  if (instants.has(name)) return textOfInstant(value)
  if (!decimals.has(name)) throw new Error(`the journal has no form for field ${name}`)
  const digits = String(value < 0n ? -value : value).padStart(3, '0')
  return `${value < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`
}
