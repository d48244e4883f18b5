/** Holds a raw log against what PostgreSQL says was committed: rows that are missing, and what the assembler makes of it. */
import { MessageDecoder } from '../../src/core/capture/message-decoder.ts'
import { postgresDialect } from '../../src/core/capture/positions/postgres.ts'
import type { RawRecords } from '../../src/core/capture/record/raw-records.ts'
import type { RowChange, SourcePosition } from '../../src/core/capture/row-change.ts'
import type { Table, TableName } from '../../src/core/catalog/catalog.ts'
import { FalseworkError } from '../../src/core/diagnostics/falsework-error.ts'
import { Assembler } from '../../src/core/transaction/assembler.ts'
import type { RecordedRecord } from '../record-fixtures/raw-topic.ts'
import type { Truth } from './truth.ts'

export interface Verdict {
  /** Rows of the truth that no record of the raw log has. */
  readonly lost: number
  /** Rows that more records have than the truth. */
  readonly repeated: number
  /**
   * `right`: the source transactions that the assembler gives are those of the truth, row for row. `wrong`: they are
   * not, and it did not notice. Else the code with which it stopped.
   */
  readonly assembler: string
  readonly position: SourcePosition | null
}

/** `position`: of the last commit before these records; its transaction, come again, is a replay. */
export function judge(
  records: readonly RecordedRecord[],
  truth: Truth,
  { tables, position }: { readonly tables: ReadonlyMap<TableName, Table>; readonly position: SourcePosition | null },
): Verdict {
  const decoder = new MessageDecoder({ dialect: postgresDialect, tables, format: 'json' })
  const assembler = new Assembler({
    next: 0,
    position,
    snapshot: { run: 0, phase: 'none' },
    habits: postgresDialect.transactions,
  })
  const raw = rawRecords(records)
  const seen: string[] = []
  const assembled = new Map<string, readonly string[]>()
  let stopped: string | null = null
  for (const index of records.keys()) {
    try {
      const message = decoder.decode(raw, index)
      if (message.kind === 'row' && message.change !== null)
        seen.push(`${xidOf(message.transaction)} ${lineOf(message.change)}`)
      const outcome = stopped === null ? assembler.accept(message, raw.timestampMs(index)) : null
      if (outcome?.kind === 'complete') {
        const { key, changes } = outcome.transaction
        assembled.set(xidOf(key), changes.map(lineOf))
      }
    } catch (error) {
      if (!(error instanceof FalseworkError)) throw error
      stopped ??= error.code
    }
  }
  return {
    ...compare(seen, truth),
    assembler: stopped ?? (isSame(assembled, truth) ? 'right' : 'wrong'),
    position: assembler.safePosition.position,
  }
}

function compare(seen: readonly string[], truth: Truth): Pick<Verdict, 'lost' | 'repeated'> {
  const counts = new Map<string, number>()
  for (const line of seen) counts.set(line, (counts.get(line) ?? 0) + 1)
  let lost = 0
  for (const [xid, rows] of truth) {
    for (const row of rows) {
      const line = `${xid} ${row}`
      const count = counts.get(line) ?? 0
      if (count === 0) lost += 1
      else counts.set(line, count - 1)
    }
  }
  const known = new Set(truth.keys())
  // Transactions that were committed before come again after a start; they are none of these.
  const repeated = [...counts].filter(([line, count]) => count > 0 && known.has(line.split(' ', 1).join('')))
  return { lost, repeated: repeated.reduce((sum, [, count]) => sum + count, 0) }
}

const isSame = (assembled: ReadonlyMap<string, readonly string[]>, truth: Truth): boolean =>
  assembled.size === truth.size &&
  [...truth].every(([xid, rows]) => rows.join('\n') === (assembled.get(xid) ?? []).join('\n'))

/** `571:53195829` and `571:1769853600000001` → `571` */
const xidOf = (transaction: string): string => transaction.split(':', 1).join('')

function lineOf({ op, table, before, after }: RowChange): string {
  const row = op === 'd' ? before : after
  return `${op} ${table.slice('proof.'.length)} ${String(row?.get('id'))} ${String(row?.get('v'))}`
}

export function rawRecords(records: readonly RecordedRecord[]): RawRecords {
  const bytes = (text: string | null | undefined): Buffer | null => (text == null ? null : Buffer.from(text))
  return {
    offset: (index) => index,
    // What was cut out of a log has no times; nobody asks for a snapshot in the proof.
    timestampMs: () => 0,
    key: (index) => bytes(records[index]?.key),
    value: (index) => bytes(records[index]?.value),
    header: (index, name) => bytes(records[index]?.headers[name]),
  }
}
