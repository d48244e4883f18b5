/** The settings of a connector that decide how a value must be read; pinned in each revision. */
import type { RawFormat } from '../raw-format.ts'

export interface CaptureSettings {
  readonly format: RawFormat
  readonly decimalHandling: 'string'
  readonly timePrecision: 'adaptive_time_microseconds'
  readonly binaryHandling: 'hex'
  readonly intervalHandling: 'string'
  readonly hstoreHandling: 'json'
  /** The text that stands for an unchanged TOAST value; private to the installation. */
  readonly unavailablePlaceholder: string
}
