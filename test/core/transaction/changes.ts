/** Row changes of a table `shop.orders` with key `id`, as the capture room gives them. */
import type { RowChange, RowImage, SourcePosition } from '../../../src/core/capture/row-change.ts'
import { type TableName, tableName } from '../../../src/core/catalog/catalog.ts'
import type { SourceTransaction } from '../../../src/core/transaction/source-transaction.ts'

const table = tableName('shop', 'orders')

const blank = { table, committedAtUs: 0n, offset: 0, rekey: null }

export function change(before: RowImage | null, after: RowImage | null): RowChange {
  const op = before === null ? 'c' : after === null ? 'd' : 'u'
  return { ...blank, op, before, after, key: { id: (after ?? before)?.['id'] } }
}

export function truncated(of: TableName): RowChange {
  return { ...blank, table: of, op: 't', before: null, after: null, key: null }
}

/** The two halves of a changed key. */
export function moved(before: RowImage, after: RowImage): [RowChange, RowChange] {
  const [oldKey, newKey] = [{ id: before['id'] }, { id: after['id'] }]
  return [
    { ...change(before, null), rekey: { half: 'old', otherKey: newKey } },
    { ...change(null, after), rekey: { half: 'new', otherKey: oldKey } },
  ]
}

export function transactionOf(changes: readonly RowChange[]): SourceTransaction {
  const position = '0' as SourcePosition
  return { key: '1:0', position, committedAtUs: 0n, changes, from: 0, to: changes.length, proof: 'end' }
}
