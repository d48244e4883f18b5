/** Row changes of a table `shop.orders` with key `id`, as the capture room gives them. */
import type { RowChange, SourcePosition } from '../../../src/core/capture/row-change.ts'
import { type TableName, tableName } from '../../../src/core/catalog/catalog.ts'
import type { SourceTransaction } from '../../../src/core/transaction/source-transaction.ts'
import { imageOf, imageOrNull, type Values } from '../images.ts'

const table = tableName('shop', 'orders')

const blank = { table, committedAtUs: 0n, offset: 0, rekey: null }

export function change(before: Values | null, after: Values | null): RowChange {
  const op = before === null ? 'c' : after === null ? 'd' : 'u'
  const images = { before: imageOrNull(before), after: imageOrNull(after) }
  return { ...blank, op, ...images, key: imageOf({ id: (after ?? before)?.['id'] }) }
}

export function truncated(of: TableName): RowChange {
  return { ...blank, table: of, op: 't', before: null, after: null, key: null }
}

/** The two halves of a changed key. */
export function moved(before: Values, after: Values): [RowChange, RowChange] {
  const [oldKey, newKey] = [imageOf({ id: before['id'] }), imageOf({ id: after['id'] })]
  return [
    { ...change(before, null), rekey: { half: 'old', otherKey: newKey } },
    { ...change(null, after), rekey: { half: 'new', otherKey: oldKey } },
  ]
}

export function transactionOf(changes: readonly RowChange[]): SourceTransaction {
  const position = '0' as SourcePosition
  return { key: '1:0', position, committedAtUs: 0n, changes, from: 0, to: changes.length, proof: 'end' }
}
