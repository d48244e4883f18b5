import { describe, expect, it } from 'vitest'
import { emptyTally } from '../../../src/core/parity/causes.ts'
import { decodeParityReport, encodeParityReport, type ParityReport } from '../../../src/core/parity/parity-report.ts'

const report: ParityReport = {
  mapping: 'orders',
  version: 'v1',
  word: 7,
  topics: { bridge: 'orders.v1', native: 'native.orders.v1' },
  atMs: 20,
  sinceMs: 10,
  judgedMs: 15,
  pendingSinceMs: null,
  stalled: null,
  wrongPartitions: 0,
  tally: emptyTally,
}

describe('the report of a comparison', () => {
  it('comes back as it was written', () => {
    expect(decodeParityReport(encodeParityReport(report))).toMatchObject(report)
  })

  it.each([
    { name: 'that is no JSON', value: 'x', code: 'PARITY_UNREADABLE' },
    { name: 'without a tally', value: '{"format":1}', code: 'PARITY_UNREADABLE' },
    { name: 'of a later build', value: '{"format":9,"tally":{}}', code: 'NEWER_FORMAT' },
  ])('$name is refused', ({ value, code }) => {
    expect(() => decodeParityReport(Buffer.from(value))).toThrow(expect.objectContaining({ code }))
  })
})
