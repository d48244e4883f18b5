import { describe, expect, it } from 'vitest'
import type { RawRecords } from '../../../src/core/capture/record/raw-records.ts'
import type { SafePosition } from '../../../src/core/transaction/assembly-outcome.ts'
import { LogPlace, sealedRecord } from '../../../src/core/translation/log-place.ts'

/** Of a batch nothing but this is asked. */
const batch = {
  offset: (index: number) => index,
  timestampMs: () => 5,
  key: (index: number) => Buffer.from(`key ${index}`),
  value: () => null,
} as unknown as RawRecords
const safeUpTo = (next: number) => ({ next }) as SafePosition

describe('the place of a translation in its raw log', () => {
  it('is a boundary where all records that were taken are accounted for', () => {
    const place = new LogPlace({ next: 3, anchor: null }, safeUpTo(3))
    expect(place.atBoundary).toBe(true)
    place.take(3)
    expect(place.atBoundary).toBe(false)
    place.moveTo(safeUpTo(4), batch, 3)
    expect([place.atBoundary, place.safe.next]).toEqual([true, 4])
  })

  it('is known again by the same hash, whether the record is in reach or was sealed before', () => {
    const [near, far] = [
      new LogPlace({ next: 3, anchor: null }, safeUpTo(3)),
      new LogPlace({ next: 3, anchor: null }, safeUpTo(3)),
    ]
    near.moveTo(safeUpTo(4), batch, 3)
    far.moveBehind(safeUpTo(4), sealedRecord(batch, 3))
    expect(near.seal()).toEqual(far.seal())
    expect(near.seal()?.offset).toBe(3)
  })
})
