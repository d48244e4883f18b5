/** What every workload is given, and what it gives. */
import type { KafkaPorts } from '../src/adapters/kafka/connect-kafka.ts'
import type { StackAddresses } from '../stack/stack.ts'

export interface Bench {
  readonly addresses: StackAddresses
  readonly kafka: KafkaPorts
  /** For what a workload writes: projects. */
  readonly folder: string
  readonly options: BenchOptions
  readonly say: (line: string) => void
}

export interface BenchOptions {
  readonly changes: number
  readonly rounds: number
  /** Changes a second, where they are offered at a rate. */
  readonly rate: number
  readonly seconds: number
  /** Of the tables whose rows are kept, where a workload has state. */
  readonly rows: number
}

/** A figure that the workload is there for. */
export interface Figure {
  readonly name: string
  readonly value: number
  /** What it was in single rounds. */
  readonly range?: string
  /** `≥ 2.6`, as far as there is a goal. */
  readonly wanted?: string
}

export interface Outcome {
  readonly figures: readonly Figure[]
  /** Everything that was measured, for the file. */
  readonly measured: unknown
}

export interface Workload {
  readonly summary: string
  readonly defaults: BenchOptions
  readonly run: (bench: Bench) => Promise<Outcome>
}

/** Most workloads differ in the number of changes alone. */
export const defaultsWith = (changes: number): BenchOptions => ({
  changes,
  rounds: 5,
  rate: 2_000,
  seconds: 15,
  rows: 1_000_000,
})

export function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}

/** Between the two nearest values where it falls between them. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  const place = (sorted.length - 1) * share
  const [low, high] = [sorted[Math.floor(place)] ?? 0, sorted[Math.ceil(place)] ?? 0]
  return low + (high - low) * (place - Math.floor(place))
}
