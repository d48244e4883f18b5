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
  /**
   * Waits until the log holds more than what stands before `from`, which its end was; at most `maxWaitMs`, and no
   * longer than until `ended` fires or the log is closed. Holds up no read of the same log.
   *
   * Raises `RAW_GAP` when the log starts after `from` or ends before it, and `WRONG_LOG` when the topic is not the one
   * that was opened.
   */
  more(
    from: number,
    options: { readonly maxWaitMs: number; readonly ended: AbortSignal },
  ): Promise<'arrived' | 'nothing'>
  close(): Promise<void>
}

export interface ControlEntry {
  readonly offset: number
  readonly value: Buffer
}
