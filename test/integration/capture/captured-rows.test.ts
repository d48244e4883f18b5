/** The capture and transaction rooms against a real connector: what they read adds up to what the database holds. */
import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CapturedDatabase } from '../../../scripts/record-fixtures/captured-database.ts'
import { columnDecoder } from '../../../src/core/capture/decode/column-decoder.ts'
import { tableName } from '../../../src/core/catalog/catalog.ts'
import { postgresDialect } from '../../../src/core/capture/positions/postgres.ts'
import { Assembler } from '../../../src/core/transaction/assembler.ts'
import type { NetChange } from '../../../src/core/transaction/net-change.ts'
import { netChanges } from '../../../src/core/transaction/net-changes.ts'
import type { SourceTransaction } from '../../../src/core/transaction/source-transaction.ts'
import { decodeAll, recordedSettings, recordedTables } from '../../core/capture/raw-log-of.ts'
import { isolated } from '../../stack/isolated.ts'

const { stack, prefix } = isolated('capture')
const orders = tableName('shop', 'orders')
const transactionsWanted = 150

/** A small generator of its own: the same seed gives the same statements. */
function random(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

function statement(choose: (below: number) => number): string {
  const id = choose(20)
  switch (choose(6)) {
    case 0:
    case 1:
      return `INSERT INTO shop.orders VALUES (${id}, 'N', ${choose(100)}, NULL) ON CONFLICT DO NOTHING`
    case 2:
    case 3:
      return `UPDATE shop.orders SET total = ${choose(100)}, note = 'n${choose(3)}' WHERE id = ${id}`
    case 4:
      return `UPDATE shop.orders SET id = ${20 + choose(500)} WHERE id = (SELECT min(id) FROM shop.orders)`
    default:
      return `DELETE FROM shop.orders WHERE id = ${id}`
  }
}

describe('rows of the old database', () => {
  let database: CapturedDatabase
  let reader: pg.Client

  beforeAll(async () => {
    const name = prefix.replace(/\W+/g, '_').replace(/_$/, '')
    database = await CapturedDatabase.start({ addresses: stack }, { name, isolation: 'read_committed' })
    reader = await database.session2()
    await database.cut()
  })

  afterAll(async () => {
    await reader.end()
    await database.close()
  })

  it('are what the net changes of all source transactions add up to', async () => {
    const start = await heldRows(reader)
    const choose = random(20_261_124)
    for (let count = 0; count < transactionsWanted; count += 1) {
      const statements = Array.from({ length: 1 + choose(6) }, () => statement(choose))
      const end = choose(5) === 0 ? 'ROLLBACK' : 'COMMIT'
      // A key that is taken fails its transaction: that, too, is a rollback.
      await database.sql(['BEGIN', ...statements, end].join(';')).catch(async () => await database.sql('ROLLBACK'))
    }
    const rows = new Map(start)
    const ops = new Set<string>()
    for (const transaction of assembled(await database.cut())) {
      const changes = netChanges(transaction).filter(({ table }) => table === orders)
      for (const { op } of changes) ops.add(op)
      apply(rows, changes)
    }
    expect(ops).toStrictEqual(new Set(['insert', 'update', 'delete', 'rekey']))
    expect(rows).toStrictEqual(await heldRows(reader))
  })
})

function assembled(records: Parameters<typeof decodeAll>[0]): readonly SourceTransaction[] {
  const start = { next: 0, position: null, snapshot: { run: 1, phase: 'done' } } as const
  const assembler = new Assembler({ ...start, habits: postgresDialect.transactions })
  return decodeAll(records).flatMap((message) => {
    const outcome = assembler.accept(message, 0)
    return outcome.kind === 'complete' ? [outcome.transaction] : []
  })
}

/** Net changes say what became of each row, so all departures come before all arrivals. */
function apply(rows: Map<unknown, unknown>, changes: readonly NetChange[]): void {
  for (const { before } of changes) if (before !== null) rows.delete(before.get('id'))
  for (const { after } of changes) if (after !== null) rows.set(after.get('id'), decoded(after.toJSON()))
}

function decoded(image: Readonly<Record<string, unknown>>): unknown {
  const columns = recordedTables.get(orders)?.columns.filter(({ name }) => name !== 'added') ?? []
  return columns.map((column) => {
    const decoder = columnDecoder(column, recordedSettings)
    if (decoder.kind === 'unsupported') throw new Error(decoder.reason)
    return decoder.decode(image[column.name])
  })
}

async function heldRows(reader: pg.Client): Promise<ReadonlyMap<unknown, unknown>> {
  const { rows } = await reader.query<{ id: number; state: string; total: string; note: string | null }>(
    'SELECT id, state, (total * 100)::bigint AS total, note FROM shop.orders',
  )
  return new Map(rows.map(({ id, state, total, note }) => [id, [id, state, BigInt(total), note]]))
}
