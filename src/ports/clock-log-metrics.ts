/** What the shell injects so that use cases neither read clocks nor write streams themselves. */
import type { LabelsOf, MetricOf } from '../core/diagnostics/metrics.ts'

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

/** Counted once per batch, never per record. What is not declared, or is of another kind, does not compile. */
export interface Metrics {
  add<Name extends MetricOf<'counter'>>(name: Name, labels: LabelsOf<Name>, amount: number): void
  set<Name extends MetricOf<'gauge'>>(name: Name, labels: LabelsOf<Name>, value: number): void
  observe<Name extends MetricOf<'histogram'>>(name: Name, labels: LabelsOf<Name>, seconds: number, times?: number): void
}
