/** Record batches as the broker sent them, and as they may arrive: cut off, damaged, aborted, compressed. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { noProducer, RecordBatchWriter } from '../../../../src/adapters/kafka/codec/record-batch-writer.ts'
import { type FetchedRecords, readRecordBatches } from '../../../../src/adapters/kafka/codec/record-batches.ts'
import { expectNoHole } from '../../../../src/adapters/kafka/raw-log.ts'
import type { OutputRecord } from '../../../../src/core/event/event-record.ts'
import { FalseworkError } from '../../../../src/core/diagnostics/falsework-error.ts'
import { fetchedFixture } from './fetched-fixtures.ts'

const valuesOf = (records: FetchedRecords): (string | null)[] =>
  Array.from({ length: records.count }, (_, index) => records.value(index)?.toString() ?? null)

function codeOf(read: () => unknown): string {
  try {
    read()
    return 'none'
  } catch (error) {
    return error instanceof FalseworkError ? error.code : 'another error'
  }
}

describe('batches that the Java client wrote', () => {
  test.each(['java-none', 'java-gzip', 'java-snappy', 'java-lz4', 'java-zstd'])(
    '%s are read with keys, nulls, times and repeated headers',
    (name) => {
      const { from, ...fetched } = fetchedFixture(name)
      const records = readRecordBatches(fetched, from)
      expect(records.count).toBe(50)
      expect(records.codec).toBe(name.replace('java-', ''))
      expect(records.next).toBe(50)
      for (let index = 0; index < 50; index++) {
        expect(records.offset(index)).toBe(index)
        expect(records.timestampMs(index)).toBe(1_700_000_000_000 + index * 1_000 - (index % 3) * 90_000)
        expect(records.key(index)?.toString() ?? null).toBe(index % 5 === 0 ? null : `key ${index}`)
        expect(records.value(index)?.toString() ?? null).toBe(
          index % 7 === 0 ? null : `größer ${index}${'x'.repeat(index * 10)}`,
        )
        const headers = records.headers(index).map(([header, value]) => `${header}=${value.toString()}`)
        expect(headers).toEqual([`index=${index}`, ...(index % 2 === 0 ? ['index=again', 'none='] : [])])
      }
    },
  )

  test('are read from the middle of a batch', () => {
    const records = readRecordBatches(fetchedFixture('java-none'), 48)
    expect(records.count).toBe(2)
    expect(records.offset(0)).toBe(48)
  })
})

describe('aborted transactions', () => {
  test.each([
    ['aborted-interleaved', ['plain']],
    ['aborted-from-0', ['plain']],
    ['aborted-from-1', ['plain']],
    ['aborted-from-2', ['plain']],
    ['aborted-from-3', ['plain']],
    ['aborted-key-of-zeros', ['plain']],
    ['aborted-then-committed', ['committed']],
  ])('%s shows %j and goes past everything', (name, values) => {
    const { from, ...fetched } = fetchedFixture(name)
    const records = readRecordBatches(fetched, from)
    expect(valuesOf(records)).toEqual(values)
    expect(records.next).toBeGreaterThan(records.offset(0))
  })

  test('are listed by the broker in the order of their ends, which is why they are sorted', () => {
    const { aborted } = fetchedFixture('aborted-interleaved')
    expect(aborted.map(({ firstOffset }) => firstOffset)).toEqual([1, 0])
  })
})

describe('offsets that no batch covers', () => {
  const one = (baseOffset: number): Buffer => {
    const writer = new RecordBatchWriter()
    writer.append({ topic: 'raw', partition: 0, key: null, value: Buffer.from('x'), fixedHeaders: [], headers: [] })
    const batch = writer.seal({ producer: noProducer, baseSequence: -1, timestampMs: 0 })
    batch.writeBigInt64BE(BigInt(baseOffset), 0)
    return batch
  }
  const holeOf = (offsets: readonly number[], from: number): number | null =>
    readRecordBatches({ batches: Buffer.concat(offsets.map(one)), aborted: [] }, from).hole

  test.each([
    [[5, 6, 7], 5, null],
    [[5, 6, 7], 6, null],
    [[], 5, null],
    [[7, 8], 5, 5],
    [[5, 7, 9], 5, 6],
  ])('in batches at %j, read from %i: %j', (offsets, from, hole) => {
    expect(holeOf(offsets, from)).toBe(hole)
  })

  test.each(['aborted-interleaved', 'aborted-from-2', 'aborted-then-committed', 'java-gzip'])(
    'are none in %s, whose aborted records and markers are batches as well',
    (name) => {
      const { from, ...fetched } = fetchedFixture(name)
      expect(readRecordBatches(fetched, from).hole).toBeNull()
    },
  )

  test('are RAW_GAP in a raw log', () => {
    const read = (batches: Buffer): void => expectNoHole('raw.s', readRecordBatches({ batches, aborted: [] }, 5))
    expect(codeOf(() => read(Buffer.concat([one(5), one(7)])))).toBe('RAW_GAP')
    expect(codeOf(() => read(one(5)))).toBe('none')
  })
})

describe('bytes that are not whole', () => {
  const { batches } = fetchedFixture('aborted-then-committed')

  test('give whole batches only, wherever they are cut off', () => {
    const whole = readRecordBatches({ batches, aborted: [] }, 0)
    for (let size = 0; size < batches.length; size++) {
      const cut = readRecordBatches({ batches: batches.subarray(0, size), aborted: [] }, 0)
      expect(valuesOf(cut)).toEqual(valuesOf(whole).slice(0, cut.count))
      expect(cut.next).toBeLessThanOrEqual(whole.next)
    }
  })

  test('are never taken for others: a flipped bit under the checksum is CORRUPT_BATCH', () => {
    const { batches: one } = fetchedFixture('java-none')
    const attributesAt = 21
    fc.assert(
      fc.property(fc.integer({ min: attributesAt, max: one.length - 1 }), fc.integer({ min: 0, max: 7 }), (at, bit) => {
        const damaged = Buffer.from(one)
        damaged.writeUInt8(damaged.readUInt8(at) ^ (1 << bit), at)
        expect(codeOf(() => readRecordBatches({ batches: damaged, aborted: [] }, 0))).toBe('CORRUPT_BATCH')
      }),
    )
  })

  test('are refused in a format that is not version 2', () => {
    const old = Buffer.from(batches)
    old.writeUInt8(1, 16)
    expect(codeOf(() => readRecordBatches({ batches: old, aborted: [] }, 0))).toBe('CORRUPT_BATCH')
  })
})

const text = fc.string({ unit: 'grapheme', maxLength: 300 })
const bytes = fc.option(fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array)))
const outputRecord: fc.Arbitrary<OutputRecord> = fc.record({
  topic: fc.constant('topic'),
  partition: fc.constant(0),
  key: bytes,
  value: bytes,
  fixedHeaders: fc.array(fc.tuple(text, text), { maxLength: 3 }),
  headers: fc.array(fc.tuple(text, text), { maxLength: 3 }).map((pairs) => pairs.flat()),
})

test('what is written reads back the same, in one batch or many', () => {
  fc.assert(
    fc.property(fc.array(fc.array(outputRecord, { minLength: 1, maxLength: 20 }), { maxLength: 4 }), (groups) => {
      const batches: Buffer[] = []
      let baseOffset = 0
      for (const group of groups) {
        const writer = new RecordBatchWriter()
        for (const record of group) writer.append(record)
        const producer = { producerId: 42n, producerEpoch: 3 }
        const batch = writer.seal({ producer, baseSequence: baseOffset, timestampMs: 1_700_000_000_123 })
        // The broker gives offsets, which the checksum does not cover.
        batch.writeBigInt64BE(BigInt(baseOffset), 0)
        batches.push(batch)
        baseOffset += group.length
      }
      const read = readRecordBatches({ batches: Buffer.concat(batches), aborted: [] }, 0)
      expect(read.next).toBe(baseOffset)
      for (const [index, record] of groups.flat().entries()) {
        expect(read.offset(index)).toBe(index)
        expect(read.timestampMs(index)).toBe(1_700_000_000_123)
        expect(read.key(index)).toEqual(record.key)
        expect(read.value(index)).toEqual(record.value)
        const headers = read.headers(index).map(([name, value]) => [name, value.toString()])
        expect(headers.flat()).toEqual([...record.fixedHeaders.flat(), ...record.headers])
        for (const name of [...headers.map(([known = '']) => known), 'x']) {
          const first = (wanted: string) => headers.find(([known]) => known === wanted)?.[1]
          expect(read.header(index, name)?.toString()).toBe(first(name))
          expect(read.header(index, `${name}x`)?.toString()).toBe(first(`${name}x`))
          expect(read.header(index, name.slice(0, -1))?.toString()).toBe(first(name.slice(0, -1)))
        }
      }
    }),
  )
})
