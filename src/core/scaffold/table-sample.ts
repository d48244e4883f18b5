/** Some rows of a table, as far as a draft asks for them: nothing of a column that is or looks like personal data but whether it is there. */
import { columnDecoder } from '../capture/decode/column-decoder.ts'
import type { CaptureSettings } from '../capture/connector/capture-settings.ts'
import { lookOfName } from '../catalog/personal/personal-look.ts'
import type { Column, Table, TableName } from '../catalog/catalog.ts'

/** How many rows of a table are asked for, at most: enough to see a code that is rare, and read at once. */
const sampledRows = 1_000
/** A longer text is no code. */
export const longestCode = 32

export interface SampledColumn {
  readonly name: string
  /** `presence`: an empty text in place of every value. */
  readonly read: 'text' | 'presence'
}

export interface WantedSample {
  readonly table: TableName
  readonly columns: readonly SampledColumn[]
  /** At most. */
  readonly rows: number
  /** Of a text no more than its first ones are read. */
  readonly characters: number
}

export interface TableSample {
  /** Texts in the order of the columns that were asked for; null: the column is. */
  readonly rows: readonly (readonly (string | null)[])[]
  /** By the statistics of the database; null: it has none. */
  readonly estimatedRows: number | null
}

/** What is asked for: texts where few may be told, and whether a value is there where it may be missing. */
export function wantedSample(table: Table, settings: CaptureSettings): WantedSample {
  const references = new Set(
    [table.primaryKey, ...table.uniqueKeys, ...table.foreignKeys.map(({ columns }) => columns)].flat(),
  )
  const columns = table.columns.flatMap((column): SampledColumn[] => {
    const { name, nullable } = column
    const isAsked = !references.has(name) && lookOfName(table, column) === null
    if (isAsked && mayHoldCodes(column, settings)) return [{ name, read: 'text' }]
    return nullable ? [{ name, read: 'presence' }] : []
  })
  return { table: table.name, columns, rows: sampledRows, characters: longestCode + 1 }
}

/** A text or a small number of which the database does not say what it may hold. */
function mayHoldCodes(column: Column, settings: CaptureSettings): boolean {
  if (column.pii !== undefined || column.values !== undefined) return false
  const read = columnDecoder(column, settings)
  if (read.kind === 'unsupported') return false
  const { kind } = read.type
  return kind === 'string' || (kind === 'int' && /^(smallint|tinyint)\b/.test(column.type))
}
