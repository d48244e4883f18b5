/** What a run without faults publishes: the pure step over the raw log, without a session, a publisher or a restart. */
import type { MemoryPartition, VisibleRecord } from '../../../../src/adapters/memory/cluster/memory-partition.ts'
import type { RawRecords } from '../../../../src/core/capture/record/raw-records.ts'
import { type Checkpoint, firstCheckpoint } from '../../../../src/core/delivery/checkpoint.ts'
import type { OutputRecord } from '../../../../src/core/event/event-record.ts'
import type { TopicNames } from '../../../../src/core/delivery/topic-names.ts'
import { fold, revisionsOf } from '../../../../src/core/registry/registry-state.ts'
import { batchBytesMaxByDefault } from '../../../../src/core/event/event-size.ts'
import { activateRevisions } from '../../../../src/core/translation/revisions/active-revisions.ts'
import { SourceTranslation } from '../../../../src/core/translation/source-translation.ts'
import { RowsOfRun } from '../../../core/rows/rows-in-memory.ts'
import type { Line, Output } from './invariants.ts'
import { type Applied, lineToSend } from './visible-output.ts'

interface Translated {
  /** The raw offset after its END. */
  readonly to: number
  readonly lines: readonly (Line & { readonly place: string })[]
  readonly of: 'changes' | 'rows'
}

/** Reads a raw log to its end under one set of revisions. */
class FaultFreeRun {
  private readonly translation: SourceTranslation
  private position = 0
  readonly transactions: Translated[] = []
  readonly boundaries = new Set<number>([0])

  private readonly kept: RowsOfRun

  constructor(start: ConstructorParameters<typeof SourceTranslation>[0], kept: RowsOfRun) {
    this.kept = kept
    this.translation = new SourceTranslation(start)
  }

  readOn(partition: MemoryPartition): void {
    const { records, next } = partition.read(this.position, Number.MAX_SAFE_INTEGER)
    this.position = next
    const raw = rawRecords(records)
    for (const [index, { offset }] of records.entries()) {
      this.translation.accept(raw, index)
      const { waiting } = this.translation
      if (waiting?.kind === 'rows') this.publishRows()
      const large = waiting?.kind === 'held' ? [...waiting.steps()].flat() : []
      this.translation.published()
      if (this.translation.atBoundary) this.boundaries.add(offset + 1)
      if (!this.translation.hasOutput && large.length === 0) continue
      this.take(large, 'changes')
    }
  }

  /** One page of each table, as it is of so few rows. */
  private publishRows(): void {
    this.take([], 'changes')
    for (let left = this.translation.leftRows; left !== null; left = this.translation.leftRows) {
      this.translation.publishRows(left, this.kept.page(left), null)
      this.take([], 'rows')
    }
  }

  private take(before: readonly OutputRecord[], of: Translated['of']): void {
    const slice = this.translation.take()
    const lines = [...before, ...slice.records].map((record) => ({
      ...lineToSend(record),
      place: `${record.topic}/${record.partition}`,
    }))
    this.transactions.push({ to: slice.checkpoint.next, lines, of })
  }
}

export interface ExpectedOutputOptions {
  readonly source: string
  readonly names: TopicNames
  /** The registry log and the raw log, which may both grow. */
  readonly registry: MemoryPartition
  readonly rawLog: MemoryPartition
}

export class ExpectedOutput {
  private readonly options: ExpectedOutputOptions
  private readonly runs = new Map<string, FaultFreeRun>()
  private readonly byOffset = new Map<number, FaultFreeRun>()

  constructor(options: ExpectedOutputOptions) {
    this.options = options
  }

  /** Everything that the checkpoint accounts for, each transaction under the revisions that were in force for it. */
  accountedFor(checkpoint: Checkpoint | null, applied: readonly Applied[]): Output {
    const output = new Map<string, Line[]>()
    if (checkpoint === null) return output
    for (const [index, { registryOffset, from }] of applied.entries()) {
      const until = Math.min(checkpoint.next, applied[index + 1]?.from ?? checkpoint.next)
      for (const { to, lines, of } of this.run(registryOffset).transactions) {
        if (to <= from || to > until) continue
        // Rows that a snapshot has left are published behind its end.
        if (of === 'rows' && to === checkpoint.next && checkpoint.snapshot.published !== undefined) continue
        addTo(output, lines)
      }
    }
    return output
  }

  /** All that comes of the raw log up to the checkpoint under the revisions of the whole registry log. */
  finallyFor(checkpoint: Checkpoint | null): Output {
    const output = new Map<string, Line[]>()
    for (const { to, lines } of this.run(Number.MAX_SAFE_INTEGER).transactions) {
      if (to <= (checkpoint?.next ?? 0)) addTo(output, lines)
    }
    return output
  }

  /** Whether no source transaction is open there, and none is owed. */
  isBoundary(offset: number, registryOffset: number): boolean {
    return this.run(registryOffset).boundaries.has(offset)
  }

  private run(registryOffset: number): FaultFreeRun {
    const run = this.byOffset.get(registryOffset) ?? this.begin(registryOffset)
    this.byOffset.set(registryOffset, run)
    run.readOn(this.options.rawLog)
    return run
  }

  /** Registry offsets that put the same revisions in force share a run. */
  private begin(registryOffset: number): FaultFreeRun {
    const { source, names, registry } = this.options
    const entries = registry
      .read(0, Number.MAX_SAFE_INTEGER)
      .records.flatMap(({ offset, record }) => (record.value === null ? [] : [{ offset, value: record.value }]))
      .filter(({ offset }) => offset < registryOffset)
    const state = fold(entries)
    const name = revisionsOf(state, source)
      .map(({ record }) => record.hash)
      .join(' ')
    let run = this.runs.get(name)
    if (run === undefined) {
      const context = {
        source,
        incarnation: 1,
        names,
        keys: new Map<string, string>(),
        batchBytesMaxOf: () => batchBytesMaxByDefault,
      }
      const active = activateRevisions(state, context)
      const kept = new RowsOfRun(active)
      const start = { checkpoint: beginning(source), active, budget: everything }
      run = new FaultFreeRun({ ...start, rows: kept.rows }, kept)
      this.runs.set(name, run)
    }
    return run
  }
}

function addTo(output: Map<string, Line[]>, lines: Translated['lines']): void {
  for (const { place, ...line } of lines) {
    const there = output.get(place)
    if (there === undefined) output.set(place, [line])
    else there.push(line)
  }
}

/** Told without reading anything twice. */
const everything = { rows: Number.POSITIVE_INFINITY, bytes: Number.POSITIVE_INFINITY }

const beginning = (source: string): Checkpoint =>
  firstCheckpoint({ source, incarnation: 1, next: 0, registryOffset: 0, timeZoneDatabase: 'test' })

function rawRecords(records: readonly VisibleRecord[]): RawRecords {
  return {
    offset: (index) => records[index]?.offset ?? -1,
    timestampMs: (index) => records[index]?.record.timestampMs ?? -1,
    key: (index) => records[index]?.record.key ?? null,
    value: (index) => records[index]?.record.value ?? null,
    header: (index, name) => records[index]?.record.headers.find(([known]) => known === name)?.[1] ?? null,
  }
}
