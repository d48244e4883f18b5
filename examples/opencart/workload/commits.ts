/** What OpenCart does in one go: rows written one after the other, each in a commit of its own. */
import type { ExpectedEvent, PlannedTransaction, Statement, Values } from '../../gitlab/workload/transaction.ts'

/** Collects the commits; what is expected belongs to the row that was written last. */
export class Commits {
  readonly all: PlannedTransaction[] = []

  insert(table: string, row: Values): this {
    return this.commit({ kind: 'insert', table, row })
  }

  update(table: string, key: Values, set: Values): this {
    return this.commit({ kind: 'update', table, key, set })
  }

  delete(table: string, key: Values): this {
    return this.commit({ kind: 'delete', table, key })
  }

  expect(topic: string, type: string | null, key: number, fields: Values = {}): this {
    const last = this.all.pop()
    if (last === undefined) throw new Error('nothing has been written yet')
    const event: ExpectedEvent = { topic, type, key: String(key), fields }
    this.all.push({ ...last, events: [...last.events, event] })
    return this
  }

  private commit(statement: Statement): this {
    this.all.push({ statements: [statement], events: [], ending: 'commit' })
    return this
  }
}

/** With `?` for each value; one of the columns is called `default`. */
export function sqlOf(statement: Statement): { readonly text: string; readonly values: readonly unknown[] } {
  const table = `opencart.${statement.table}`
  if (statement.kind === 'insert') {
    const names = Object.keys(statement.row)
    const text = `INSERT INTO ${table} (${names.map(quoted).join(', ')}) VALUES (${names.map(() => '?').join(', ')})`
    return { text, values: Object.values(statement.row) }
  }
  const where = Object.keys(statement.key).map(placed).join(' AND ')
  if (statement.kind === 'delete')
    return { text: `DELETE FROM ${table} WHERE ${where}`, values: Object.values(statement.key) }
  const sets = Object.keys(statement.set).map(placed).join(', ')
  const values = [...Object.values(statement.set), ...Object.values(statement.key)]
  return { text: `UPDATE ${table} SET ${sets} WHERE ${where}`, values }
}

const quoted = (name: string): string => `\`${name}\``
const placed = (name: string): string => `${quoted(name)} = ?`
