import { describe, expect, it } from 'vitest'
import {
  decodeEpochReport,
  encodeEpochReport,
  epochReportKey,
} from '../../../../src/core/migration/epochs/epoch-report.ts'

const report = {
  atMs: 1_700_000_000_000,
  decreases: [{ topic: 'orders.v1', partition: 3, offset: 70, before: 2, epoch: 1, records: 5 }],
  forgotten: 0,
}

describe('a report about epochs', () => {
  it('comes back as it was written, and has a key that no comparison has', () => {
    expect(decodeEpochReport(encodeEpochReport(report))).toEqual(report)
    expect(epochReportKey('orders')).toBe('orders epochs')
  })

  it.each([
    { name: 'no JSON', value: 'x', code: 'PARITY_UNREADABLE' },
    { name: 'no decreases', value: '{"format":1,"atMs":1,"forgotten":0}', code: 'PARITY_UNREADABLE' },
    { name: 'a later format', value: '{"format":2,"atMs":1,"forgotten":0,"decreases":[]}', code: 'NEWER_FORMAT' },
  ])('that has $name is refused', ({ value, code }) => {
    expect(() => decodeEpochReport(Buffer.from(value))).toThrow(expect.objectContaining({ code }))
  })
})
