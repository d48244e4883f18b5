import { describe, expect, it } from 'vitest'
import type { PlannedTransaction } from '../../demo/old-application/plan/plan-transactions.ts'
import type { Statement } from '../../demo/old-application/plan/statement.ts'
import { planned } from './plans.ts'

const many = planned(1, 2_500).transactions
const statementsOf = ({ steps }: PlannedTransaction): readonly Statement[] => steps.map(({ statement }) => statement)

describe('the plan of the old application', () => {
  it('is the same for the same seed, and another one for another seed', () => {
    const story = planned(7, 200).transactions
    expect(planned(7, 200).transactions).toEqual(story)
    expect(planned(8, 200).transactions).not.toEqual(story)
  })

  it('holds everything that is done in a shop', () => {
    const kinds = new Set(many.flatMap(({ kind }) => kind.split('+').map((part) => part.replace(/^not /, ''))))
    expect([...kinds].sort()).toEqual(
      [
        'cancel',
        'change and revert',
        'change customer',
        'change customer and revert',
        'change price',
        'deactivate',
        'edit',
        'erase',
        'pay',
        'place',
        'place and regret',
        'place with impossible day',
        'place with no lines',
        'reactivate',
        'register',
        'register and order',
        'remove',
        'save unchanged',
        'sell over the counter',
        'ship',
        'ship batch',
        'rename product',
        'web complete',
        'web correct',
        'web give up',
        'web line',
        'web note',
        'web open',
        'web remove',
        'web remove line',
        'web reopen',
        'web ship',
        'web ship rest',
        'web take back',
      ].sort(),
    )
  })

  it('expects each event of the contracts and each failure that has a policy', () => {
    const types = new Set(many.flatMap(({ events }) => events.map(({ type }) => type.split('.').at(-1))))
    expect(types.size).toBe(16)
    const failures = many.flatMap(({ deadLetters }) => deadLetters.map(({ errorClass }) => errorClass))
    expect(new Set(failures)).toEqual(new Set(['badDate', 'missingRow', 'rowCount', 'unknownCode']))
  })

  it('rolls some transactions back, and expects nothing of them', () => {
    const legacy = many.filter(({ kind }) => !kind.startsWith('web '))
    const rolledBack = many.filter(({ ending }) => ending === 'rollback')
    expect(rolledBack.length).toBeGreaterThan(legacy.length * 0.04)
    expect(rolledBack.flatMap(({ events, rows }) => [...events, ...(rows === 0 ? [] : [rows])])).toEqual([])
  })

  it('sets savepoints, of which it keeps some and rolls back to others', () => {
    const kinds = many.flatMap(statementsOf).map(({ kind }) => kind)
    const count = (wanted: Statement['kind']): number => kinds.filter((kind) => kind === wanted).length
    expect(count('release')).toBeGreaterThan(50)
    expect(count('rollbackTo')).toBeGreaterThan(50)
    expect(count('savepoint')).toBe(count('release') + count('rollbackTo'))
  })

  it('writes 1 to 12 rows in a transaction, savepoints that are rolled back included', () => {
    for (const transaction of many) {
      const writes = statementsOf(transaction).filter(({ kind }) => ['insert', 'update', 'delete'].includes(kind))
      expect(writes.length).toBeGreaterThanOrEqual(1)
      expect(writes.length).toBeLessThanOrEqual(12)
      if (transaction.ending === 'commit') expect(transaction.rows).toBeGreaterThanOrEqual(1)
      expect(transaction.rows).toBeLessThanOrEqual(12)
    }
  })

  it('writes rows more than once in a transaction: insert and update, update and update, insert and delete', () => {
    const repeated = new Set(many.flatMap((transaction) => repetitions(statementsOf(transaction))))
    expect(repeated).toEqual(new Set(['insert update', 'update update', 'insert delete', 'update delete']))
  })

  it('lets the web shop commit row by row, apart from the import of the warehouse', () => {
    const web = many.filter(({ kind }) => kind.startsWith('web '))
    expect(web.length).toBeGreaterThan(many.length * 0.3)
    for (const { kind, steps, ending, rows } of web) {
      expect(ending).toBe('commit')
      expect(rows).toBe(steps.length)
      if (kind !== 'web ship rest') expect(steps).toHaveLength(1)
    }
  })

  it('lets two transactions that touch one thing follow each other, and nothing wait for a later one', () => {
    const earlier = new Map<string, number>()
    for (const { number, steps } of many) {
      for (const { statement, after } of steps) {
        expect(Math.max(-1, ...after)).toBeLessThan(number)
        const order = orderOf(statement)
        if (order === null) continue
        const previous = earlier.get(order)
        if (previous !== undefined && previous !== number) expect(after).toContain(previous)
        earlier.set(order, number)
      }
    }
  })

  it('numbers the events of a key without a gap', () => {
    const counts = new Map<string, number>()
    for (const { topic, key, keySequence } of many.flatMap(({ events }) => events)) {
      const name = `${topic} ${key}`
      expect(keySequence).toBe((counts.get(name) ?? 0) + 1)
      counts.set(name, keySequence)
    }
  })
})

/** The order that a statement is about, where its key says so. */
function orderOf(statement: Statement): string | null {
  if (!('table' in statement)) return null
  const { table } = statement
  if (statement.kind === 'lock') return table === 'orders' ? `orders/${statement.id}` : null
  const columns = statement.kind === 'insert' ? statement.row : statement.key
  if (table.startsWith('web_')) return `web_orders/${String(columns['order_id'])}`
  const id = table === 'orders' ? columns['id'] : columns['order_id']
  return id === undefined ? null : `orders/${String(id)}`
}

/** Pairs of operations on one order or customer row that follow each other. */
function repetitions(statements: readonly Statement[]): readonly string[] {
  const last = new Map<string, string>()
  return statements.flatMap((statement) => {
    if (statement.kind !== 'insert' && statement.kind !== 'update' && statement.kind !== 'delete') return []
    if (statement.table !== 'orders' && statement.table !== 'customers') return []
    const key = statement.kind === 'insert' ? statement.row : statement.key
    const name = `${statement.table} ${String(key['id'])}`
    const before = last.get(name)
    last.set(name, statement.kind)
    return before === undefined ? [] : [`${before} ${statement.kind}`]
  })
}
