/** Tables of a shop as a guard closes them: the scope of an order is its store, that of a line and a note its order's. */
import { tableName } from '../../../../src/core/catalog/catalog.ts'
import type { GuardedTable } from '../../../../src/core/migration/guard/guarded-tables.ts'

export const shopTablesIn = (schema: string): readonly GuardedTable[] => {
  const byOrder = {
    steps: [{ column: 'order_id', parent: tableName(schema, 'orders'), parentKey: 'id' }],
    column: 'store_no',
    spelling: 'asItIs',
  } as const
  return [
    { name: tableName(schema, 'orders'), scope: { steps: [], column: 'store_no', spelling: 'asItIs' } },
    { name: tableName(schema, 'order_lines'), scope: byOrder },
    { name: tableName(schema, 'order_notes'), scope: byOrder },
  ]
}

export const shopTables = shopTablesIn('public')
