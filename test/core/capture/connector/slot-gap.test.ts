import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { confirmsBehindOffset } from '../../../../src/core/capture/connector/settings/checked-settings.ts'
import { compareSlot } from '../../../../src/core/capture/connector/slot-gap.ts'

const stored = (offset: Readonly<Record<string, unknown>>) => ({ partition: { server: 'shop' }, offset })
const spelt = (lsn: bigint): string => `${(lsn >> 32n).toString(16)}/${(lsn & 0xffff_ffffn).toString(16)}`.toUpperCase()

describe('a slot beside the stored offset of its connector', () => {
  it.each([
    ['is sound where both are at one position', '0/10', { lsn_commit: 16 }, { kind: 'none' }],
    ['is sound where the offset is ahead', '0/10', { lsn_commit: 99 }, { kind: 'none' }],
    [
      'has a gap where it is ahead',
      '1/10',
      { lsn_commit: 2 ** 32, lsn: 1 },
      { kind: 'gap', gap: { from: '1/0', to: '1/10', bytes: 16 } },
    ],
    ['is measured by the last commit that was sent', '0/10', { lsn_commit: 16, lsn: 1 }, { kind: 'none' }],
    [
      'is measured by the position of a connector that has passed no commit',
      '0/10',
      { lsn: 15 },
      { kind: 'gap', gap: { from: '0/F', to: '0/10', bytes: 1 } },
    ],
    ['says nothing where there is no slot', null, { lsn: 15 }, { kind: 'unknown', why: 'the slot does not exist' }],
    [
      'says nothing before an offset is stored',
      '0/10',
      null,
      { kind: 'unknown', why: 'the connector has stored no offset yet' },
    ],
    [
      'says nothing of an offset of another database',
      '0/10',
      { file: 'binlog.000001', pos: 4 },
      { kind: 'unknown', why: 'the stored offset names no position of PostgreSQL' },
    ],
  ] as const)('%s', (...[, confirmed, offset, wanted]) => {
    expect(compareSlot(confirmed, offset === null ? null : stored(offset))).toEqual(wanted)
  })

  it('spells positions as PostgreSQL does', () => {
    const lsn = fc.bigInt({ min: 1n, max: 2n ** 53n - 1n })
    fc.assert(
      fc.property(lsn, lsn, (one, other) => {
        const [from, to] = one < other ? [one, other] : [other, one]
        const wanted = { from: spelt(from), to: spelt(to), bytes: Number(to - from) }
        const compared = compareSlot(spelt(to), stored({ lsn_commit: Number(from) }))
        expect(compared).toEqual(from === to ? { kind: 'none' } : { kind: 'gap', gap: wanted })
      }),
    )
  })
})

describe('who confirms to the database', () => {
  it.each([
    [true, {}],
    [true, { 'lsn.flush.mode': ' Connector' }],
    [false, { 'lsn.flush.mode': 'connector_and_driver' }],
    [false, { 'lsn.flush.mode': '${file:elsewhere}' }],
  ] as const)('is the connector alone: %s with %j', (alone, settings) => {
    expect(confirmsBehindOffset(settings)).toBe(alone)
  })
})
