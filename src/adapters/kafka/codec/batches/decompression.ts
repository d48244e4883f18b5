/** The records of a batch as the producer wrote them, whatever they are compressed with. */
import { gunzipSync, zstdDecompressSync } from 'node:zlib'
import { FalseworkError } from '../../../../core/diagnostics/falsework-error.ts'
import { type BatchHeader, corruptBatch } from './batch-header.ts'
import type { BatchBody } from './fetched-records.ts'
import { decompressLz4Frame } from './lz4-frame.ts'
import { decompressSnappy } from './snappy-blocks.ts'

/**
 * What one answer may come to when it is decompressed. A few kilobytes can come to gigabytes, so a broken or hostile
 * batch must end before it has taken the memory. Producers send at most a megabyte a batch unless they are told
 * otherwise, and an answer is a few megabytes: this leaves room for both, twenty times compressed.
 */
export const decompressedBytesMax = 64 * 2 ** 20

/** Of a broken payload it raises whatever the library raises; it takes at most a few times `bytesMax` of memory. */
type Decompress = (bytes: Buffer, bytesMax: number) => Buffer | 'tooLarge'

const codecs: ReadonlyMap<string, Decompress> = new Map([
  ['gzip', withinLimit((bytes, maxOutputLength) => gunzipSync(bytes, { maxOutputLength }))],
  ['zstd', withinLimit((bytes, maxOutputLength) => zstdDecompressSync(bytes, { maxOutputLength }))],
  ['lz4', decompressLz4Frame],
  ['snappy', decompressSnappy],
])

/** Raises `CORRUPT_BATCH` and `UNSUPPORTED_CODEC`. */
export function decompressedBody(bytes: Buffer, header: BatchHeader, bytesMax: number): BatchBody | 'tooLarge' {
  const { codec, bodyStart, end, baseOffset } = header
  if (codec === 'none') return { source: bytes, start: bodyStart, end }
  const decompress = codecs.get(codec)
  if (decompress === undefined) {
    throw new FalseworkError('UNSUPPORTED_CODEC', `the batch at offset ${baseOffset} is compressed with codec ${codec}`)
  }
  try {
    const source = decompress(bytes.subarray(bodyStart, end), bytesMax)
    return source === 'tooLarge' ? source : { source, start: 0, end: source.length }
  } catch (cause) {
    throw corruptBatch(baseOffset, `${codec}: ${cause instanceof Error ? cause.message : 'unknown'}`, cause)
  }
}

function withinLimit(decompress: (bytes: Buffer, bytesMax: number) => Buffer): Decompress {
  return (bytes, bytesMax) => {
    try {
      return decompress(bytes, bytesMax)
    } catch (cause) {
      if (cause instanceof Error && 'code' in cause && cause.code === 'ERR_BUFFER_TOO_LARGE') return 'tooLarge'
      throw cause
    }
  }
}
