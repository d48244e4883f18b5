/** Batches as the worker would publish them. */
import type { Checkpoint } from '../../src/core/delivery/checkpoint.ts'
import type { OutputRecord } from '../../src/core/event/event-record.ts'
import type { OutputBatch } from '../../src/ports/publisher.ts'

export const transactionTimeoutMs = 20_000

export function checkpointAt(source: string, next: number): Checkpoint {
  return {
    format: 1,
    source,
    incarnation: 1,
    next,
    anchor: next === 0 ? null : { offset: next - 1, hash: 'a'.repeat(32) },
    position: null,
    latestCommitUs: null,
    snapshot: { run: 1, phase: 'done' },
    registryOffset: 0,
    timeZoneDatabase: '2026a',
  }
}

export function outputRecord(topic: string, record: Partial<OutputRecord> & { readonly text?: string }): OutputRecord {
  return {
    topic,
    partition: record.partition ?? 0,
    key: record.key === undefined ? Buffer.from('key') : record.key,
    value: record.value === undefined ? Buffer.from(record.text ?? 'value') : record.value,
    fixedHeaders: record.fixedHeaders ?? [],
    headers: record.headers ?? [],
  }
}

export function batchOf(source: string, next: number, records: readonly OutputRecord[]): OutputBatch {
  return { records, checkpoint: checkpointAt(source, next) }
}
