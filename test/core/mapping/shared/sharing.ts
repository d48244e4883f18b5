/** The mapping of the samples, whose rules share lets and fields. */
import { soundWithRules } from '../sample.ts'

/** Line numbers are part of what tests expect. */
export const sharing = soundWithRules(`shared:
  let:
    id: "string(row.id)"
    cents: "row.total_cents"
    total: "scaled(cents, 2)"
  fields:
    order: {orderId: "id"}
    money: {total: "total"}
rules:
  - name: placed
    on: {table: orders, op: insert}
    with:
      items: {table: lines, op: insert, match: {order_id: row.id}, rows: 1..500, orderBy: line_no}
      payment: {table: payments, op: insert, match: {order_id: row.id}, rows: 0..1}
    let: {subjectId: "'order/' + id"}
    publish:
      - event: OrderPlaced
        subject: "subjectId"
        use: [order, money]
        fields:
          storeNo: "after.store_no"
          status: "status(after.status)"
          method: "method(payment.method)"
          lines: {each: items, as: line, fields: {sku: "trim(line.sku)", quantity: "line.qty"}}
  - name: shipped
    on: {table: orders, op: update, changed: [status]}
    when: "before.status != 'S' && after.status == 'S'"
    publish:
      - event: OrderShipped
        use: order
        fields: {shippedOn: "ymd(coalesce(after.ship_dt, 0))"}
  - name: removed
    on: {table: orders, op: delete}
    publish:
      - {event: OrderRemoved, use: order}`)

/** The same with other text in one place. */
export function sharingBut(from: string, to: string): string {
  if (sharing.split(from).length !== 2) throw new Error(`not once in the mapping: ${from}`)
  return sharing.replace(from, () => to)
}
