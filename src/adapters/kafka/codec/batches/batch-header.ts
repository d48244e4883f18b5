/** Headers of record batches. Format v2, see https://kafka.apache.org/documentation/#recordbatch */
import { crc32c } from '@node-rs/crc32'
import { FalseworkError } from '../../../../core/diagnostics/falsework-error.ts'

const magicAt = 16
const checksumAt = 17
const attributesAt = 21
const lastOffsetDeltaAt = 23
const baseTimestampAt = 27
const producerIdAt = 43
const recordCountAt = 57
const headerBytes = 61
/** Base offset and length, which the batch's own length does not count. */
const prefixBytes = 12

const codecMask = 0x07
const transactionalBit = 0x10
const controlBit = 0x20
const codecNames: readonly string[] = ['none', 'gzip', 'snappy', 'lz4', 'zstd']

export interface BatchHeader {
  /** Where the records begin, compressed or not, and the batch ends. */
  readonly bodyStart: number
  readonly end: number
  readonly baseOffset: number
  readonly lastOffset: number
  /** As Kafka calls it: `none`, `gzip`, `zstd`; a number where Kafka has a codec that we have no name for. */
  readonly codec: string
  /** What the batch belongs to: a transaction, whose marker decides about it, or not; or it is such a marker. */
  readonly kind: 'plain' | 'transactional' | 'control'
  readonly baseTimestampMs: number
  readonly producerId: bigint
  readonly recordCount: number
}

/** Those of the batches that are there as a whole, which the checksum proves. Raises `CORRUPT_BATCH`. */
export function readHeaders(bytes: Buffer): BatchHeader[] {
  const headers: BatchHeader[] = []
  for (let header = readHeader(bytes, 0); header !== null; header = readHeader(bytes, header.end)) headers.push(header)
  return headers
}

function readHeader(bytes: Buffer, start: number): BatchHeader | null {
  if (start + headerBytes > bytes.length) return null
  const baseOffset = Number(bytes.readBigInt64BE(start))
  const end = start + prefixBytes + bytes.readInt32BE(start + 8)
  if (end < start + headerBytes) throw corruptBatch(baseOffset, 'it is shorter than its header')
  if (end > bytes.length) return null
  const magic = bytes[start + magicAt]
  if (magic !== 2) throw corruptBatch(baseOffset, `format ${magic ?? 'unknown'} is not 2`)
  if (crc32c(bytes.subarray(start + attributesAt, end)) !== bytes.readUInt32BE(start + checksumAt)) {
    throw corruptBatch(baseOffset, 'the checksum differs')
  }
  const attributes = bytes.readInt16BE(start + attributesAt)
  return {
    bodyStart: start + headerBytes,
    end,
    baseOffset,
    lastOffset: baseOffset + bytes.readInt32BE(start + lastOffsetDeltaAt),
    codec: codecNames[attributes & codecMask] ?? String(attributes & codecMask),
    kind: kindOf(attributes),
    baseTimestampMs: Number(bytes.readBigInt64BE(start + baseTimestampAt)),
    producerId: bytes.readBigInt64BE(start + producerIdAt),
    recordCount: bytes.readInt32BE(start + recordCountAt),
  }
}

function kindOf(attributes: number): BatchHeader['kind'] {
  if ((attributes & controlBit) !== 0) return 'control'
  return (attributes & transactionalBit) === 0 ? 'plain' : 'transactional'
}

export const corruptBatch = (offset: number, what: string, cause?: unknown): FalseworkError =>
  new FalseworkError('CORRUPT_BATCH', `the batch at offset ${offset} cannot be read: ${what}`, { cause })
