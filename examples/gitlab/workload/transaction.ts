/** What the workload does to the database in one transaction, and what it expects to be published for it. */

export type Values = Readonly<Record<string, unknown>>

export type Statement =
  | { readonly kind: 'insert'; readonly table: string; readonly row: Values }
  | { readonly kind: 'update'; readonly table: string; readonly key: Values; readonly set: Values }
  | { readonly kind: 'delete'; readonly table: string; readonly key: Values }

export interface ExpectedEvent {
  readonly topic: string
  /** Name of the contract; null for a tombstone. */
  readonly type: string | null
  readonly key: string
  /** Some of its fields, as a consumer without a registry would read them. */
  readonly fields: Values
}

export interface PlannedTransaction {
  readonly statements: readonly Statement[]
  /** Empty for one that is rolled back. */
  readonly events: readonly ExpectedEvent[]
  readonly ending: 'commit' | 'rollback'
}

/** Collects a transaction; `id` is a column of every table but one. */
export class Draft {
  readonly statements: Statement[] = []
  readonly events: ExpectedEvent[] = []

  insert(table: string, row: Values): this {
    this.statements.push({ kind: 'insert', table, row })
    return this
  }

  update(table: string, key: Values, set: Values): this {
    this.statements.push({ kind: 'update', table, key, set })
    return this
  }

  delete(table: string, id: number): this {
    this.statements.push({ kind: 'delete', table, key: { id } })
    return this
  }

  expect(topic: string, type: string | null, key: number, fields: Values = {}): this {
    this.events.push({ topic, type, key: String(key), fields })
    return this
  }
}

/** With `$n` for each value. */
export function sqlOf(statement: Statement): { readonly text: string; readonly values: readonly unknown[] } {
  const table = `public.${statement.table}`
  if (statement.kind === 'insert') {
    const names = Object.keys(statement.row)
    const places = names.map((_name, at) => `$${at + 1}`)
    const text = `INSERT INTO ${table} (${names.join(', ')}) VALUES (${places.join(', ')})`
    return { text, values: Object.values(statement.row) }
  }
  const { key } = statement
  const set = statement.kind === 'update' ? statement.set : {}
  const sets = Object.keys(set).map((name, at) => `${name} = $${at + 1}`)
  const where = Object.keys(key).map((name, at) => `${name} = $${sets.length + at + 1}`)
  const verb = statement.kind === 'update' ? `UPDATE ${table} SET ${sets.join(', ')}` : `DELETE FROM ${table}`
  return { text: `${verb} WHERE ${where.join(' AND ')}`, values: [...Object.values(set), ...Object.values(key)] }
}
