/**
 * The registry log: control records, in one order that everybody agrees on.
 *
 * To the implementer: append plainly (no transaction), durably, and keep order; read every record exactly as written.
 * Judging records (stale, repeated, unknown) is not your job.
 */
export interface ControlLog {
  /** Appends one record and gives its offset. */
  append(record: Buffer): Promise<number>
  /** All records from `from` up to the end as of the call. */
  read(from: number): Promise<{ readonly records: readonly ControlEntry[]; readonly end: number }>
  close(): Promise<void>
}

export interface ControlEntry {
  readonly offset: number
  readonly value: Buffer
}
