/**
 * Holds a raw log against the tables. MariaDB tells with each change what its row was: a change that is missing, repeated
 * or out of order does not fit what the changes before it have made of the row, and in the end the rows must be those of
 * the tables.
 */
import { MessageDecoder } from '../../../src/core/capture/message-decoder.ts'
import { mariadbDialect } from '../../../src/core/capture/positions/gtid.ts'
import type { RowImage } from '../../../src/core/capture/image/row-image.ts'
import type { RowChange, SourcePosition } from '../../../src/core/capture/row-change.ts'
import type { Table, TableName } from '../../../src/core/catalog/catalog.ts'
import { FalseworkError } from '../../../src/core/diagnostics/falsework-error.ts'
import { Assembler } from '../../../src/core/transaction/assembler.ts'
import type { RecordedRecord } from '../../record-fixtures/raw-topic.ts'
import { rawRecords, type Verdict } from '../judge.ts'

/** By table and key, the value. */
export type HeldRows = Map<string, string>

/** `rows`: as they were before these records; they are left as the records make them. */
export function judgeMariadb(
  records: readonly RecordedRecord[],
  held: ReadonlyMap<string, string>,
  from: {
    readonly tables: ReadonlyMap<TableName, Table>
    readonly position: SourcePosition | null
    readonly rows: HeldRows
  },
): Verdict {
  const { tables, position, rows } = from
  const decoder = new MessageDecoder({ dialect: mariadbDialect, tables, format: 'json' })
  const assembler = new Assembler({
    next: 0,
    position,
    snapshot: { run: 1, phase: 'done' },
    habits: mariadbDialect.transactions,
  })
  const raw = rawRecords(records)
  let odd = 0
  let stopped: string | null = null
  const placesOf = new Map<string, number>()
  for (const index of records.keys()) {
    try {
      const message = decoder.decode(raw, index)
      if (message.kind === 'row') {
        const place = `${message.transaction} ${message.totalOrder}`
        placesOf.set(place, (placesOf.get(place) ?? 0) + 1)
      }
      const outcome = stopped === null ? assembler.accept(message, raw.timestampMs(index)) : null
      if (outcome?.kind !== 'complete') continue
      for (const change of outcome.transaction.changes) if (!apply(change, rows)) odd += 1
    } catch (error) {
      if (!(error instanceof FalseworkError)) throw error
      stopped ??= error.code
    }
  }
  const differing = new Set([...rows.keys(), ...held.keys()].filter((key) => rows.get(key) !== held.get(key)))
  // Behind the place where it stopped nothing was compared.
  return {
    lost: stopped === null ? odd + differing.size : 0,
    repeated: [...placesOf.values()].reduce((sum, count) => sum + count - 1, 0),
    assembler: stopped ?? (odd + differing.size === 0 ? 'right' : 'wrong'),
    position: assembler.safePosition.position,
  }
}

/** False: the change does not fit what the row was. */
function apply({ table, op, before, after }: RowChange, rows: HeldRows): boolean {
  if (op === 't') {
    for (const key of rows.keys()) if (key.startsWith(`${table} `)) rows.delete(key)
    return true
  }
  let fits = true
  if (before !== null) {
    const { key, value } = entryOf(table, before)
    fits = rows.get(key) === value
    rows.delete(key)
  }
  if (after !== null) {
    const { key, value } = entryOf(table, after)
    fits &&= !rows.has(key)
    rows.set(key, value)
  }
  return fits
}

const entryOf = (table: TableName, image: RowImage): { readonly key: string; readonly value: string } => ({
  key: `${table} ${String(image.get('id'))}`,
  value: String(image.get('v')),
})
