/** A source transaction of three rows, for the tests of this room. */
import type { RowChange, SourcePosition } from '../../../src/core/capture/row-change.ts'
import { tableName } from '../../../src/core/catalog/catalog.ts'
import type { SourceTransaction } from '../../../src/core/transaction/source-transaction.ts'
import { imageOf } from '../images.ts'

export const orders = tableName('public', 'orders')

const change = (offset: number): RowChange => ({
  table: orders,
  op: 'c',
  before: null,
  after: imageOf({ id: offset }),
  key: imageOf({ id: offset }),
  rekey: null,
  committedAtUs: 1_769_853_600_123_456n,
  offset,
})

export const transaction: SourceTransaction = {
  key: '771:1769853600123456',
  position: '000000000000000000a1' as SourcePosition,
  committedAtUs: 1_769_853_600_123_456n,
  // An aborted record of the connector's own transaction has left a gap at 122.
  changes: [change(120), change(121), change(123)],
  from: 119,
  to: 125,
  proof: 'end',
}
