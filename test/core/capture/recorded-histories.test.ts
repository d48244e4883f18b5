/** Keys of all types, a column that is retyped, and blocking snapshots, as the connector (3.7.0) was recorded to send them. */
import { describe, expect, it } from 'vitest'
import type { CaptureMessage } from '../../../src/core/capture/capture-message.ts'
import { OtherForm } from '../../../src/core/capture/image/other-form.ts'
import type { PromisedForm } from '../../../src/core/capture/row/column-forms.ts'
import { columnForm } from '../../../src/core/capture/decode/column-decoder.ts'
import { MessageDecoder } from '../../../src/core/capture/message-decoder.ts'
import { postgresDialect } from '../../../src/core/capture/positions/postgres.ts'
import { tableName } from '../../../src/core/catalog/catalog.ts'
import { netChanges } from '../../../src/core/transaction/net-changes.ts'
import { Assembler } from '../../../src/core/transaction/assembler.ts'
import type { SourceTransaction } from '../../../src/core/transaction/source-transaction.ts'
import { decodeAll, historyTables, rawRecords, recorded, recordedSettings, type TextRecord } from './raw-log-of.ts'

function transactionsOf(records: readonly TextRecord[]): readonly SourceTransaction[] {
  const assembler = new Assembler({
    next: records[0]?.offset ?? 0,
    position: null,
    latestCommitUs: null,
    snapshot: { run: 1, phase: 'done' },
    habits: postgresDialect.transactions,
  })
  return decodeAll(records, historyTables).flatMap((message, index) => {
    const outcome = assembler.accept(message, records[index]?.timestampMs ?? 0)
    return outcome.kind === 'complete' ? [outcome.transaction] : []
  })
}

describe('a key', () => {
  const names = [...historyTables.keys()].filter((name) => name.startsWith('shop.key_'))
  const transactions = transactionsOf(recorded('keys'))

  it('was recorded in each type under both replica identities', () => {
    expect(names.length).toBeGreaterThan(30)
  })

  it.each(names)('tells the rows of %s apart: inserted, changed, moved and deleted', (name) => {
    const net = transactions.flatMap((transaction) => netChanges(transaction)).filter(({ table }) => table === name)
    expect(net.map(({ op }) => op)).toEqual(['insert', 'update', 'rekey', 'delete'])
    const columns = historyTables.get(tableName('shop', name.slice('shop.'.length)))?.primaryKey ?? []
    const [inserted, changed, moved, deleted] = net
    for (const column of columns) {
      expect(changed?.after?.get(column)).toStrictEqual(inserted?.after?.get(column))
      expect(moved?.before?.get(column)).toStrictEqual(inserted?.after?.get(column))
      expect(deleted?.before?.get(column)).toStrictEqual(moved?.after?.get(column))
      expect(moved?.after?.get(column)).not.toStrictEqual(moved?.before?.get(column))
    }
  })
})

describe('a column that is retyped in the middle', () => {
  const table = tableName('shop', 'retyped')
  const at = historyTables.get(table)?.columns.find(({ name }) => name === 'at')
  const form = at === undefined ? '' : (columnForm(at, recordedSettings) ?? '')
  const promisedAs = (use: PromisedForm['use']) =>
    new Map([[table, [{ column: 'at', type: at?.type ?? '', form, use }]]])

  /** `id at` of each row, or the code that it raises. */
  function read(promisedForms: ReadonlyMap<typeof table, readonly PromisedForm[]>): readonly string[] {
    const records = recorded('retyped').filter(({ value }) => String(value).includes('"table":"retyped"'))
    const decoder = new MessageDecoder({
      dialect: postgresDialect,
      tables: historyTables,
      promisedForms,
      format: 'json',
    })
    return records.map((_, index) => {
      try {
        return textOf(decoder.decode(rawRecords(records), index))
      } catch (error) {
        return (error as { readonly code: string }).code
      }
    })
  }

  function textOf(message: CaptureMessage): string {
    const after = message.kind === 'row' ? message.change?.after : null
    const value = after?.get('at')
    return `${String(after?.get('id'))} ${value instanceof OtherForm ? value.form : String(value)}`
  }

  it('comes with its form in each row that is not of the form of the catalog, and in no other', () => {
    expect(at?.type).toBe('timestamp(3) without time zone')
    expect(read(promisedAs('value'))).toEqual([
      '1 1769853600123',
      '2 1769853600123',
      '3 io.debezium.time.MicroTimestamp',
      '4 io.debezium.time.MicroTimestamp',
      '5 1769853600500',
    ])
  })

  it('halts the source at each of them where rows are told apart by it', () => {
    expect(read(promisedAs('key'))).toEqual([
      '1 1769853600123',
      '2 1769853600123',
      'COLUMN_RETYPED',
      'COLUMN_RETYPED',
      '5 1769853600500',
    ])
  })

  it('is as any other where no mapping reads it', () => {
    expect(read(new Map()).filter((text) => text.includes('io.debezium'))).toEqual([])
  })
})

describe('a blocking snapshot', () => {
  const records = recorded('blocking-snapshot')

  it('that a signal asks for is passed over, and what is behind it is translated', () => {
    const notes = transactionsOf(records).flatMap(({ changes }) =>
      changes.map(({ after }) => after?.get('note') ?? after?.get('name') ?? after?.get('id')),
    )
    expect(notes).toEqual(['rows', 'behind it', 'none', 'behind nothing', 'mark 4'])
  })

  it('halts the source without the signal', () => {
    const unasked = records.map((record) => ({
      ...record,
      value: String(record.value).replace('execute-snapshot', 'log'),
    }))
    expect(() => transactionsOf(unasked)).toThrow(expect.objectContaining({ code: 'SNAPSHOT_UNEXPECTED' }))
  })
})
