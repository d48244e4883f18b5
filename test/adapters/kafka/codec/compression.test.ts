/** Compressed batches, and what a broken or hostile one may not do: be misread, take the memory, or never end. */
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decompressedBytesMax } from '../../../../src/adapters/kafka/codec/batches/decompression.ts'
import { type FetchedRecords, readRecordBatches } from '../../../../src/adapters/kafka/codec/record-batches.ts'
import { FalseworkError } from '../../../../src/core/diagnostics/falsework-error.ts'
import { batchWith, bodyOf, codecNumbers, compressedBatch, compressors } from './compressed-batches.ts'

const read = (batches: Buffer, from = 0): FetchedRecords => readRecordBatches({ batches, aborted: [] }, from)
const valuesOf = (records: FetchedRecords): string[] =>
  Array.from({ length: records.count }, (_, index) => records.value(index)?.toString() ?? 'null')

/** The error of ours that it ends with, or null; any other error is a failure of the test. */
function errorOf(work: () => unknown): FalseworkError | null {
  try {
    work()
    return null
  } catch (error) {
    if (error instanceof FalseworkError) return error
    throw error
  }
}

const texts = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `größer ${index} ${'xyz'.repeat(index % 90)}`)

describe.each(Object.entries(compressors))('a batch that is compressed with %s', (_, compressor) => {
  const number = codecNumbers[compressor.codec]
  const payload = compressor.compress(bodyOf(texts(40)))
  const withPayload = (bytes: Buffer): Buffer => batchWith(bytes, { codec: number, recordCount: 40, baseOffset: 7 })

  test.each([1, 40, 5_000])('is read as it was written: %i records', (count) => {
    const records = read(compressedBatch(compressor, texts(count), 7), 7)
    expect(valuesOf(records)).toEqual(texts(count))
    expect(records.offset(count - 1)).toBe(7 + count - 1)
    expect(records.next).toBe(7 + count)
  })

  test('is read between others, from its middle', () => {
    const batches = [texts(3), ['a', 'b', 'c'], texts(2)].map((values, at) =>
      compressedBatch(compressor, values, 3 * at),
    )
    expect(valuesOf(read(Buffer.concat(batches), 4))).toEqual(['b', 'c', ...texts(2)])
  })

  test('is CORRUPT_BATCH with its offset and the codec, wherever its payload is cut off', () => {
    for (let size = 0; size < payload.length; size += size < 80 ? 1 : 17) {
      const error = errorOf(() => read(withPayload(payload.subarray(0, size)), 7))
      expect(error?.code, `cut off at ${size}`).toBe('CORRUPT_BATCH')
      expect(error?.message).toMatch(/^the batch at offset 7 cannot be read: /)
    }
    const error = errorOf(() => read(withPayload(payload.subarray(0, payload.length - 1)), 7))
    expect(error?.message).toContain(compressor.codec)
    expect(error?.cause).toBeInstanceOf(Error)
  })

  test('is either read or CORRUPT_BATCH whatever its payload is, and ends', () => {
    const damage = fc.array(fc.tuple(fc.nat(payload.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 })
    const damaged = damage.map((changes) => {
      const bytes = Buffer.from(payload)
      for (const [at, byte] of changes) bytes.writeUInt8(byte, at)
      return bytes
    })
    const any = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes))
    fc.assert(
      fc.property(fc.oneof(damaged, any), (bytes) => {
        const error = errorOf(() => {
          const records = read(withPayload(bytes), 0)
          for (let index = 0; index < records.count; index++) records.headers(index)
        })
        expect(['none', 'CORRUPT_BATCH']).toContain(error?.code ?? 'none')
      }),
      { numRuns: 300 },
    )
  })

  test('is CORRUPT_BATCH when it comes to more than the limit', () => {
    const bomb = compressor.compress(Buffer.alloc(decompressedBytesMax + 1))
    expect(bomb.length).toBeLessThan(decompressedBytesMax / 15)
    const error = errorOf(() => read(withPayload(bomb)))
    expect(error?.code).toBe('CORRUPT_BATCH')
    expect(error?.message).toContain('more than 67108864 bytes')
  })
})

describe("a batch of many blocks that Kafka's own client compressed", () => {
  const file = new URL('../../../fixtures/recorded/kafka/compressed-batches.json', import.meta.url)
  const recorded = JSON.parse(readFileSync(file, 'utf8')) as Readonly<Record<string, string>>

  test.each(Object.entries(recorded))('is read, with %s', (codec, base64) => {
    const records = read(Buffer.from(base64, 'base64'), 7)
    expect(records.codec).toBe(codec)
    expect(valuesOf(records)).toEqual(
      Array.from({ length: 40 }, (_, index) => `größer ${index}${'x'.repeat(index * 200)}`),
    )
    expect(records.key(39)?.toString()).toBe('key 39')
    expect([records.offset(0), records.timestampMs(39), records.next]).toEqual([7, 1_700_000_000_039, 47])
  })

  test('was recorded with each codec', () => {
    expect(['none', ...Object.keys(recorded)]).toEqual(Object.keys(codecNumbers))
  })
})

describe('the checksum of a frame', () => {
  test.each([
    ['gzip', -8],
    ['lz4', 6],
    ['lz4 with checksums', -1],
    ['lz4 with checksums', -9],
  ])('of %s, at %i: CORRUPT_BATCH when it is another', (name, at) => {
    const compressor = compressors[name]
    if (compressor === undefined) throw new Error(`there is no ${name}`)
    const payload = compressor.compress(bodyOf(texts(4)))
    const index = at < 0 ? payload.length + at : at
    payload.writeUInt8(payload.readUInt8(index) ^ 1, index)
    const batch = batchWith(payload, { codec: codecNumbers[compressor.codec], recordCount: 4 })
    expect(errorOf(() => read(batch))?.code).toBe('CORRUPT_BATCH')
  })
})

test('batches that come to more than the limit together are read one answer after the other, none skipped', () => {
  const { zstd } = compressors
  if (zstd === undefined) throw new Error('there is no zstd')
  const large = Buffer.alloc(decompressedBytesMax * 0.4)
  const batches = [0, 1, 2].map((offset) => compressedBatch(zstd, [large], offset))
  const offsets: number[] = []
  const ends: number[] = []
  for (let from = 0; from < batches.length; ) {
    const records = read(Buffer.concat(batches.slice(from)), from)
    for (let index = 0; index < records.count; index++) offsets.push(records.offset(index))
    expect(records.hole).toBeNull()
    expect(records.next).toBeGreaterThan(from)
    ends.push((from = records.next))
  }
  expect(offsets).toEqual([0, 1, 2])
  expect(ends).toEqual([2, 3])
})

describe('a batch without records', () => {
  test.each(Object.entries(codecNumbers))('is passed, with codec %s', (_, codec) => {
    const records = read(batchWith(Buffer.alloc(0), { codec, recordCount: 0, baseOffset: 5 }), 5)
    expect([records.count, records.next, records.hole]).toEqual([0, 6, null])
  })
})

describe('a batch that says of itself what cannot be', () => {
  test.each([
    ['more records than it has', 3],
    ['more records than its bytes allow', 2 ** 31 - 1],
    ['fewer than none', -1],
    ['fewer records than it has', 1],
  ])('is CORRUPT_BATCH: %s', (_, recordCount) => {
    const batch = batchWith(bodyOf(['a', 'b']), { codec: codecNumbers.none, recordCount })
    expect(errorOf(() => read(batch))?.code).toBe('CORRUPT_BATCH')
    expect(errorOf(() => read(Buffer.concat([batch, batch])))?.code).toBe('CORRUPT_BATCH')
  })

  test('is CORRUPT_BATCH: a length in which its header has no room', () => {
    for (const length of [-2_147_483_648, -12, -1, 0, 48]) {
      const batch = batchWith(bodyOf(['a']), { codec: codecNumbers.none, recordCount: 1 })
      batch.writeInt32BE(length, 8)
      batch.writeUInt32BE(0, 17)
      expect(errorOf(() => read(batch))?.code).toBe('CORRUPT_BATCH')
    }
  })

  test('is UNSUPPORTED_CODEC: a codec that Kafka did not have yet', () => {
    const error = errorOf(() => read(batchWith(Buffer.alloc(9), { codec: 5, recordCount: 1, baseOffset: 7 }), 7))
    expect(error?.code).toBe('UNSUPPORTED_CODEC')
    expect(error?.message).toBe('the batch at offset 7 is compressed with codec 5')
  })

  test('is CORRUPT_BATCH: a block of snappy that claims gigabytes', () => {
    const claim = Buffer.from([0xff, 0xff, 0xff, 0xff, 0x0f, 1, 2])
    const batch = batchWith(claim, { codec: codecNumbers.snappy, recordCount: 1 })
    expect(errorOf(() => read(batch))?.message).toContain('more than')
  })
})
