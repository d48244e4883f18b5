import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ControlRecord } from '../../../src/core/registry/control-record.ts'
import { encodeControlRecord } from '../../../src/core/registry/control-record-json.ts'
import { fold } from '../../../src/core/registry/registry-state.ts'
import { expectNoGap, gapAt, isKnownGap } from '../../../src/core/registry/source-gaps.ts'
import { gap, incarnation, resumed, started, voided } from './records.ts'

const folded = (...records: readonly ControlRecord[]) =>
  fold(records.map((record, offset) => ({ offset, value: encodeControlRecord(record) })))

const halts = (...records: readonly ControlRecord[]): boolean => {
  try {
    expectNoGap(folded(...records), 'shop')
    return false
  } catch {
    return true
  }
}

describe('a gap in the capture of a source', () => {
  it('halts by name, with how much, from where to where, and the record that an operator can make void', () => {
    expect(() => expectNoGap(folded(started('a', 0), gap('b', 1)), 'shop')).toThrow(
      expect.objectContaining({
        code: 'SOURCE_GAP',
        message:
          'the replication slot of shop has confirmed 4096 bytes (0/16B3748 to 0/16B4748) that its connector had not sent, in incarnation 1 (record 1 of the registry log)',
      }),
    )
  })

  it.each([
    ['halts a source that was never started', true, [gap('a', 0)]],
    ['stands although somebody has said to look again', true, [gap('a', 0), resumed('b', 1)]],
    ['is over with the incarnation that an operator wants', false, [gap('a', 0), incarnation('b', 1, 2, 70)]],
    ['is over in the incarnation that was started', false, [gap('a', 0), started('b', 1, 2)]],
    ['is over when it was seen before the new incarnation', false, [incarnation('a', 0, 2, 70), gap('b', 0)]],
    ['halts the new incarnation too', true, [incarnation('a', 0, 2, 70), gap('b', 1, { incarnation: 2 })]],
    ['is over when it is void', false, [gap('a', 0), voided('b', 1, 0)]],
    ['stands when another record is void', true, [started('a', 0), gap('b', 1), voided('c', 2, 0)]],
    ['is over for both daemons that have told of it', false, [gap('a', 0), gap('b', 0), voided('c', 2, 0)]],
    ['is over for one that tells of it late', false, [gap('a', 0), voided('b', 1, 0), gap('c', 0)]],
    ['comes back when it has grown', true, [gap('a', 0), voided('b', 1, 0), gap('c', 2, { bytes: 5_000 })]],
    ['comes back when it begins elsewhere', true, [gap('a', 0), voided('b', 1, 0), gap('c', 2, { from: '0/17' })]],
    ['is of its own source alone', false, [gap('a', 0, { source: 'crm' })]],
  ] as const)('%s', (...[, wanted, records]) => {
    expect(halts(...records)).toBe(wanted)
  })

  it('is told of by the first of the records that say it', () => {
    const { gaps } = folded(started('a', 0), gap('b', 1), gap('c', 1))
    expect(gapAt(gaps, 1)?.record.uuid).toBe('b')
    expect(gapAt(gaps, 2)).toBeNull()
    expect(isKnownGap(gaps, gap('d', 3, { bytes: 4_000 }))).toBe(true)
    expect(isKnownGap(gaps, gap('d', 3, { incarnation: 2 }))).toBe(false)
  })

  it('comes to the same however often and by how many it is told of', () => {
    const anyRecord = fc.oneof(
      fc.nat({ max: 2 }).map((behind) => ({ kind: 'gap', behind })),
      fc.nat({ max: 4 }).map((behind) => ({ kind: 'void', behind })),
    )
    const anyLog = fc.array(anyRecord, { maxLength: 12 }).map((steps) =>
      steps.map(({ kind, behind }, offset) => {
        const earlier = Math.max(0, offset - behind)
        if (kind === 'gap' || earlier === offset) return gap(`gap ${offset}`, earlier)
        return voided(`void ${offset}`, offset, earlier)
      }),
    )
    fc.assert(
      fc.property(anyLog, (records) => {
        const first = records.findIndex(({ kind }) => kind === 'gap')
        const isVoid = records.some((record) => record.kind === 'void' && record.offset === first)
        expect(halts(...records)).toBe(first >= 0 && !isVoid)
      }),
    )
  })
})
