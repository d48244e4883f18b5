/** Batches as the worker would publish them. */
import type { Checkpoint } from '../../src/core/delivery/checkpoint.ts'
import type { OutputRecord } from '../../src/core/event/event-record.ts'
import type { Commit, Publisher } from '../../src/ports/kafka/publisher.ts'

/** A whole transaction. */
export interface OutputBatch extends Commit {
  readonly records: readonly OutputRecord[]
}

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

/** Runs up to the commit without a pause as long as the publisher has room. */
export async function publish(publisher: Publisher, { records, ...commit }: OutputBatch): Promise<void> {
  for (const record of records) {
    const full = publisher.append(record)
    if (full !== null) await full
  }
  await publisher.commit(commit)
}

/** Whole transactions for somebody who does something before, after or instead of publishing them. */
export function gathering(
  publisher: Pick<Publisher, 'checkpoint' | 'close'>,
  publishAll: (batch: OutputBatch) => Promise<void>,
): Publisher {
  let records: OutputRecord[] = []
  return {
    checkpoint: publisher.checkpoint,
    append: (record) => {
      records.push(record)
      return null
    },
    commit: async (commit) => {
      const batch = { ...commit, records }
      records = []
      await publishAll(batch)
    },
    close: async () => await publisher.close(),
  }
}
