import { describe, expect, it } from 'vitest'
import { FalseworkError } from '../../../src/core/diagnostics/falsework-error.ts'
import { TornRows } from '../../../src/core/translation/ownership/torn-rows.ts'

const torn = new FalseworkError('SCOPES_TORN', 'a row has moved')

describe('a row that is torn between two owners', () => {
  it('halts its source as long as nobody has looked', () => {
    expect(() => new TornRows().judge(torn)).toThrow(torn)
  })

  it('is set aside with all others of the source transaction that comes behind the word of an operator', () => {
    const rows = new TornRows()
    rows.seen()
    expect(() => rows.judge(torn)).not.toThrow()
    expect(() => rows.judge(torn)).not.toThrow()
    rows.ended()
    expect(() => rows.judge(torn)).toThrow(torn)
  })

  it('halts where the word was said for another reason, and source transactions have passed since', () => {
    const rows = new TornRows()
    rows.seen()
    rows.ended()
    expect(() => rows.judge(torn)).toThrow(torn)
  })
})
