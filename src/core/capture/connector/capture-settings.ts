/** The settings of a connector that decide how a value must be read; pinned in each revision. */
import type { RawFormat } from '../raw-format.ts'

export type CaptureSettings = PostgresSettings | MariadbSettings

interface CommonSettings {
  readonly format: RawFormat
  readonly decimalHandling: 'string'
  readonly timePrecision: 'adaptive_time_microseconds'
  readonly binaryHandling: 'hex'
}

export interface PostgresSettings extends CommonSettings {
  readonly database?: never
  readonly intervalHandling: 'string'
  readonly hstoreHandling: 'json'
  /** The text that stands for an unchanged TOAST value; private to the installation. */
  readonly unavailablePlaceholder: string
}

/** Its log has rows whole: nothing stands for a value that was left out. */
export interface MariadbSettings extends CommonSettings {
  readonly database: 'mariadb'
  /** `long`: values above 2^63-1 arrive as negative numbers. */
  readonly unsignedBigints: 'long'
  readonly unavailablePlaceholder?: never
}
