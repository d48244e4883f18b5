/** Walks fetched record batches as bytes: positions of records in typed arrays, aborted transactions left out. */
import { AbortedFilter } from './batches/aborted-filter.ts'
import { type BatchHeader, corruptBatch, readHeaders } from './batches/batch-header.ts'
import { decompressedBody, decompressedBytesMax } from './batches/decompression.ts'
import { type BatchBody, expectRoomForRecords, FetchedRecords } from './batches/fetched-records.ts'
import type { FetchedPartition } from './fetch.ts'

export type { FetchedRecords }

type FetchedBatches = Pick<FetchedPartition, 'batches' | 'aborted'>

/**
 * The committed records of a fetched partition from `from` on. `next` stands after the last whole batch, control
 * batches included; before one that would exceed the limit of what is decompressed at once, which the next fetch begins
 * with. What a log covers without a hole, aborted transactions and markers included, comes without one.
 *
 * Raises `CORRUPT_BATCH` and `UNSUPPORTED_CODEC`.
 */
export function readRecordBatches(fetched: FetchedBatches, from: number): FetchedRecords {
  const batches = openBatches(fetched)
  const capacity = batches.reduce((total, { header, body }) => total + (body === null ? 0 : header.recordCount), 0)
  const records = new FetchedRecords(from, capacity)
  for (const { header, body } of batches) {
    if (body !== null) records.addBatch(header, body, from)
    if (header.baseOffset > records.next) records.hole ??= records.next
    records.next = Math.max(records.next, header.lastOffset + 1)
  }
  return records
}

interface OpenedBatch {
  readonly header: BatchHeader
  /** null: nothing of it is to be seen. */
  readonly body: BatchBody | null
}

/** As many as may be decompressed at once, and never none: what cannot be read alone cannot be read at all. */
function openBatches({ batches, aborted }: FetchedBatches): OpenedBatch[] {
  const filter = new AbortedFilter(aborted)
  const opened: OpenedBatch[] = []
  let room = decompressedBytesMax
  for (const header of readHeaders(batches)) {
    if (!filter.lets(header, batches) || header.recordCount === 0) {
      opened.push({ header, body: null })
      continue
    }
    const body = decompressedBody(batches, header, room)
    if (body === 'tooLarge') {
      if (room < decompressedBytesMax) break
      throw corruptBatch(header.baseOffset, `${header.codec}: it comes to more than ${decompressedBytesMax} bytes`)
    }
    expectRoomForRecords(header, body)
    if (body.source !== batches) room -= body.source.length
    opened.push({ header, body })
  }
  return opened
}
