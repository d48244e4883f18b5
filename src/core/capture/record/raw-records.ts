/** Records of a raw log as the capture room needs to see them; a `RecordBatch` is one. */
import { hash } from 'node:crypto'
import type { captureCodes } from '../../diagnostics/codes/capture.ts'
import { FalseworkError } from '../../diagnostics/falsework-error.ts'
import type { RawOffset } from '../row-change.ts'

export interface RawRecords {
  offset(index: number): RawOffset
  /** When the record was written, by the clock of its producer or broker. */
  timestampMs(index: number): number
  key(index: number): Buffer | null
  value(index: number): Buffer | null
  header(index: number, name: string): Buffer | null
  /** What these are a view of; absent where they are as they stand in the log. */
  readonly whole?: RawRecords
}

/** One record. */
export interface RecordPlace {
  readonly records: RawRecords
  readonly index: number
}

/** An error at one record. Of its bytes it says length and hash: enough to find it, and nothing of what it holds. */
export function recordError(code: keyof typeof captureCodes, at: RecordPlace, what: string): FalseworkError {
  const { records, index } = at
  const value = (records.whole ?? records).value(index)
  const bytes = value === null ? 'no value' : `${value.length} bytes, sha256 ${hash('sha256', value).slice(0, 16)}`
  return new FalseworkError(code, `offset ${records.offset(index)}: ${what} (${bytes})`)
}
