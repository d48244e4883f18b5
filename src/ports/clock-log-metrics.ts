/** What the shell injects so that use cases neither read clocks nor write streams themselves. */

export interface Clock {
  /** Monotonic milliseconds, for intervals. */
  nowMs(): number
  /** Wall-clock milliseconds since the epoch, for people. */
  wallMs(): number
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

/** Fields of a log line: names, codes, positions and counts; never a row value. */
export type LogFields = Readonly<Record<string, string | number | boolean | null>>

export interface Log {
  /** A human must act. */
  error(message: string, fields?: LogFields): void
  /** We recovered. */
  warn(message: string, fields?: LogFields): void
  /** Once per event of life. */
  info(message: string, fields?: LogFields): void
}

/** Counted once per batch, never per record. Names and labels are declared by the adapter and are public. */
export interface Metrics {
  add(name: string, labels: Readonly<Record<string, string>>, amount: number): void
  set(name: string, labels: Readonly<Record<string, string>>, value: number): void
  observe(name: string, labels: Readonly<Record<string, string>>, seconds: number, times?: number): void
}
