/** Row changes of the sample source, as the connector sends them, and transactions of them. */
import type { RowChange, SourcePosition } from '../../../src/core/capture/row-change.ts'
import { tableName } from '../../../src/core/catalog/catalog.ts'
import type { BusinessEvent } from '../../../src/core/event/business-event.ts'
import type { CompiledMapping, Policy } from '../../../src/core/mapping/compiled-mapping.ts'
import type { FailedInput } from '../../../src/core/mapping/run/failed-input.ts'
import { type Outcome, planTranslation, translate } from '../../../src/core/mapping/run/translate.ts'
import { noRows } from '../rows/no-rows.ts'
import type { SourceTransaction } from '../../../src/core/transaction/source-transaction.ts'
import { imageOf, imageOrNull, shown, type Values } from '../images.ts'

export type Change = Omit<RowChange, 'offset' | 'committedAtUs'>

/** 2026-01-31T10:00:00Z */
export const committedAtUs = 1_769_853_600_000_000n

export const order = (id: number, rest: Values = {}): Values => ({
  id,
  store_no: 1,
  status: 'N',
  total_cents: 4990,
  ship_dt: null,
  note: null,
  email: null,
  created_at: 1_769_857_200_000_000,
  ...rest,
})

export const line = (orderId: number, lineNo: number, rest: Values = {}): Values => ({
  order_id: orderId,
  line_no: lineNo,
  sku: `A-${lineNo}   `,
  qty: 1,
  shape: null,
  ...rest,
})

export const payment = (id: number, orderId: number, rest: Values = {}): Values => ({
  id,
  order_id: orderId,
  method: 1,
  gift: null,
  ...rest,
})

const keys = { orders: ['id'], order_lines: ['order_id', 'line_no'], payments: ['id'], products: ['id'] } as const
type Name = keyof typeof keys

function change(name: Name, before: Values | null, after: Values | null): Change {
  const image = after ?? before
  const key = imageOf(Object.fromEntries(keys[name].map((column) => [column, image?.[column]])))
  const op = before === null ? 'c' : after === null ? 'd' : 'u'
  const images = { before: imageOrNull(before), after: imageOrNull(after) }
  return { table: tableName('public', name), op, ...images, key, rekey: null }
}

export const inserted = (name: Name, after: Values): Change => change(name, null, after)
export const updated = (name: Name, before: Values, after: Values): Change => change(name, before, after)
export const deleted = (name: Name, before: Values): Change => change(name, before, null)

export function rekeyed(before: Values, after: Values): Change[] {
  const [oldKey, newKey] = [imageOf({ id: before['id'] }), imageOf({ id: after['id'] })]
  return [
    { ...deleted('orders', before), rekey: { half: 'old', otherKey: newKey } },
    { ...inserted('orders', after), rekey: { half: 'new', otherKey: oldKey } },
  ]
}

export const truncated = (name: Name): Change => ({ ...change(name, null, null), op: 't', key: null })

export function transactionOf(changes: readonly Change[]): SourceTransaction {
  return {
    key: `771:${committedAtUs}`,
    position: '000a1' as SourcePosition,
    committedAtUs,
    changes: changes.map((item, at) => ({ ...item, committedAtUs, offset: at + 101 })),
    from: 100,
    to: changes.length + 102,
    proof: 'end',
  }
}

export const translated = (mappings: readonly CompiledMapping[], changes: readonly Change[]): readonly Outcome[] =>
  translate(transactionOf(changes), planTranslation(mappings), noRows)

/** `OrderPlaced 7`, `tombstone 7`, `badDate shipped.shippedOn`: what came out, in order. */
export function told(outcomes: readonly Outcome[]): string[] {
  return outcomes.map((outcome) => {
    if (outcome.kind === 'event') return `${outcome.event.publication.event} ${outcome.event.key}`
    if (outcome.kind === 'tombstone') return `tombstone ${outcome.tombstone.key}`
    return `${outcome.input.errorClass} ${outcome.input.failure.at}`
  })
}

/** The event that an outcome is, or an error that says what it is instead. */
export function eventOf(outcome: Outcome | undefined): BusinessEvent {
  if (outcome?.kind !== 'event') throw new Error(`expected an event, got ${outcome?.kind ?? 'nothing'}`)
  return outcome.event
}

export function failureOf(outcome: Outcome | undefined): FailedInput & { readonly policy: Policy } {
  if (outcome?.kind !== 'failed') throw new Error(`expected a failure, got ${outcome?.kind ?? 'nothing'}`)
  return { policy: outcome.policy, ...outcome.input, failure: shown(outcome.input.failure) as FailedInput['failure'] }
}
