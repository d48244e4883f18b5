/** Batches as producers compress them, and any other body under a right checksum. */
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { crc32c } from '@node-rs/crc32'
import { compressFrameSync } from 'lz4-napi'
import { compressSync } from 'snappy'
import { RecordBatchWriter } from '../../../../src/adapters/kafka/codec/record-batch-writer.ts'
import { outputRecord } from '../../../contract/kafka-batches.ts'

const headerBytes = 61
export const codecNumbers = { none: 0, gzip: 1, snappy: 2, lz4: 3, zstd: 4 } as const

export interface Compressor {
  readonly codec: keyof typeof codecNumbers
  readonly compress: (bytes: Buffer) => Buffer
}

const xerialBlockBytes = 32_768

function xerial(bytes: Buffer): Buffer {
  const parts: Buffer[] = [Buffer.from('\x82SNAPPY\0\0\0\0\x01\0\0\0\x01', 'latin1')]
  for (let at = 0; at < bytes.length; at += xerialBlockBytes) {
    const block = compressSync(bytes.subarray(at, at + xerialBlockBytes))
    const size = Buffer.alloc(4)
    size.writeInt32BE(block.length)
    parts.push(size, block)
  }
  return Buffer.concat(parts)
}

export const compressors: Readonly<Record<string, Compressor>> = {
  gzip: { codec: 'gzip', compress: gzipSync },
  'snappy in blocks of xerial': { codec: 'snappy', compress: xerial },
  'snappy in one block': { codec: 'snappy', compress: (bytes) => compressSync(bytes) },
  lz4: { codec: 'lz4', compress: (bytes) => compressFrameSync(bytes) },
  'lz4 with checksums': {
    codec: 'lz4',
    compress: (bytes) => compressFrameSync(bytes, { blockChecksums: true, contentChecksum: true }),
  },
  zstd: { codec: 'zstd', compress: (bytes) => zstdCompressSync(bytes) },
}

/** The records of one batch, not compressed. */
export function bodyOf(values: readonly (string | Buffer)[]): Buffer {
  const writer = new RecordBatchWriter()
  for (const value of values) writer.append(outputRecord('raw', { value: Buffer.from(value) }))
  const sealed = writer.seal({ producer: { producerId: -1n, producerEpoch: -1 }, baseSequence: -1, timestampMs: 0 })
  return Buffer.from(sealed.subarray(headerBytes))
}

/** A batch with that body as it stands. */
export function batchWith(
  body: Buffer,
  options: { readonly codec: number; readonly recordCount: number; readonly baseOffset?: number },
): Buffer {
  const { codec, recordCount, baseOffset = 0 } = options
  const header = Buffer.alloc(headerBytes)
  header.writeBigInt64BE(BigInt(baseOffset), 0)
  header.writeInt32BE(headerBytes - 12 + body.length, 8)
  header.writeInt8(2, 16)
  header.writeInt16BE(codec, 21)
  header.writeInt32BE(Math.max(0, recordCount - 1), 23)
  header.writeBigInt64BE(-1n, 43)
  header.writeInt32BE(recordCount, 57)
  const batch = Buffer.concat([header, body])
  batch.writeUInt32BE(crc32c(batch.subarray(21)), 17)
  return batch
}

export function compressedBatch(
  { codec, compress }: Compressor,
  values: readonly (string | Buffer)[],
  baseOffset = 0,
): Buffer {
  return batchWith(compress(bodyOf(values)), { codec: codecNumbers[codec], recordCount: values.length, baseOffset })
}
