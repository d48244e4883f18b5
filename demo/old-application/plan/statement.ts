/** What the old application sends to the database, one statement at a time. */

export type TableName =
  | 'customers'
  | 'products'
  | 'orders'
  | 'order_lines'
  | 'payments'
  | 'shipments'
  | 'web_orders'
  | 'web_order_lines'
  | 'web_order_history'
export type Columns = Readonly<Record<string, string | number | boolean | null>>

export type Statement =
  /** Takes the lock of a row and checks that it is as the application left it. */
  | { readonly kind: 'lock'; readonly table: 'customers' | 'orders'; readonly id: number; readonly touchedAt: string }
  | { readonly kind: 'insert'; readonly table: TableName; readonly row: Columns }
  | { readonly kind: 'update'; readonly table: TableName; readonly key: Columns; readonly set: Columns }
  | { readonly kind: 'delete'; readonly table: TableName; readonly key: Columns }
  | { readonly kind: 'savepoint' | 'rollbackTo' | 'release'; readonly name: string }

export interface Step {
  readonly statement: Statement
  /** Customers, products and orders (`orders/42`, `web_orders/42`) that no other open transaction may touch meanwhile. */
  readonly touches: readonly string[]
}

export function sqlOf(statement: Statement): { readonly text: string; readonly values: readonly unknown[] } {
  switch (statement.kind) {
    case 'lock':
      // As an update that leaves the key alone: the check of a foreign key may pass.
      return {
        text: `SELECT to_char(touched_at, 'YYYY-MM-DD"T"HH24:MI:SS.US') AS touched_at
                 FROM public.${statement.table} WHERE id = $1 FOR NO KEY UPDATE`,
        values: [statement.id],
      }
    case 'insert': {
      const names = Object.keys(statement.row)
      const places = names.map((_name, at) => `$${at + 1}`)
      return {
        text: `INSERT INTO public.${statement.table} (${names.join(', ')}) VALUES (${places.join(', ')})`,
        values: Object.values(statement.row),
      }
    }
    case 'update': {
      const { table, key, set } = statement
      const sets = Object.keys(set).map((name, at) => `${name} = $${at + 1}`)
      const values = Object.values(set)
      return {
        text: `UPDATE public.${table} SET ${sets.join(', ')} WHERE ${condition(key, values.length)}`,
        values: [...values, ...Object.values(key)],
      }
    }
    case 'delete':
      return {
        text: `DELETE FROM public.${statement.table} WHERE ${condition(statement.key, 0)}`,
        values: Object.values(statement.key),
      }
    case 'savepoint':
      return { text: `SAVEPOINT ${statement.name}`, values: [] }
    case 'rollbackTo':
      return { text: `ROLLBACK TO SAVEPOINT ${statement.name}`, values: [] }
    case 'release':
      return { text: `RELEASE SAVEPOINT ${statement.name}`, values: [] }
  }
}

const condition = (key: Columns, before: number): string =>
  Object.keys(key)
    .map((name, at) => `${name} = $${before + at + 1}`)
    .join(' AND ')
