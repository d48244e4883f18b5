/** Records for the capture room: recorded ones from test/fixtures/recorded/, or made up. */
import { readFileSync } from 'node:fs'
import type { CaptureMessage } from '../../../src/core/capture/capture-message.ts'
import { MessageDecoder } from '../../../src/core/capture/message-decoder.ts'
import { postgresDialect } from '../../../src/core/capture/positions/postgres.ts'
import type { RawRecords } from '../../../src/core/capture/record/raw-records.ts'
import type { CaptureSettings, MariadbSettings } from '../../../src/core/capture/connector/capture-settings.ts'
import type { Table, TableName } from '../../../src/core/catalog/catalog.ts'

export interface TextRecord {
  readonly offset?: number
  readonly key: string | Buffer | null
  readonly value: string | Buffer | null
  readonly headers?: Readonly<Record<string, string>>
  readonly timestampMs?: number
}

export function rawRecords(records: readonly TextRecord[]): RawRecords {
  const bytes = (text: string | Buffer | null | undefined): Buffer | null =>
    typeof text === 'string' ? Buffer.from(text) : (text ?? null)
  return {
    offset: (index) => records[index]?.offset ?? index,
    timestampMs: (index) => records[index]?.timestampMs ?? 0,
    key: (index) => bytes(records[index]?.key),
    value: (index) => bytes(records[index]?.value),
    header: (index, name) => bytes(records[index]?.headers?.[name]),
  }
}

const folder = new URL('../../fixtures/recorded/', import.meta.url)

export function recorded(name: string): readonly TextRecord[] {
  const lines = readFileSync(new URL(`${name}.jsonl`, folder), 'utf8')
    .trimEnd()
    .split('\n')
  return lines.map((line) => JSON.parse(line) as TextRecord)
}

/** The tables of the recorded database, as the catalog has them. */
export const recordedTables: ReadonlyMap<TableName, Table> = tablesOf('tables.json')

/** Those of the recorded histories, as the catalog had them before. */
export const historyTables: ReadonlyMap<TableName, Table> = tablesOf('history-tables.json')

function tablesOf(file: string): ReadonlyMap<TableName, Table> {
  const tables = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as readonly Table[]
  return new Map(tables.map((table) => [table.name, table]))
}

/** Those of the recorded database on MariaDB. */
export const mariadbTables: ReadonlyMap<TableName, Table> = tablesOf('mariadb/tables.json')

/** The settings under which it was recorded. */
export const recordedSettings: CaptureSettings = {
  format: 'json',
  decimalHandling: 'string',
  timePrecision: 'adaptive_time_microseconds',
  binaryHandling: 'hex',
  intervalHandling: 'string',
  hstoreHandling: 'json',
  unavailablePlaceholder: 'falsework:unavailable:6f1d2c9a',
}

export function decodeAll(
  records: readonly TextRecord[],
  tables = recordedTables,
  dialect = postgresDialect,
): readonly CaptureMessage[] {
  const decoder = new MessageDecoder({ dialect, tables, format: 'json' })
  const raw = rawRecords(records)
  return records.map((_, index) => decoder.decode(raw, index))
}

export const mariadbSettings: MariadbSettings = {
  database: 'mariadb',
  format: 'json',
  decimalHandling: 'string',
  timePrecision: 'adaptive_time_microseconds',
  binaryHandling: 'hex',
  unsignedBigints: 'long',
}
