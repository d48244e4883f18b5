import { describe, expect, it } from 'vitest'
import { noticeLines } from '../../../src/app/observe/notice-lines.ts'
import type { Noticed } from '../../../src/core/delivery/checkpoint.ts'

const nothing: Noticed = { unknownTables: [], suspectedHeads: null }

describe('what status tells of a schema that has changed', () => {
  it('is nothing where nothing was noticed', () => {
    expect(noticeLines(undefined)).toEqual([])
    expect(noticeLines(nothing)).toEqual([])
  })

  it('names columns that the catalog does not know, table by table', () => {
    const unknownColumns = [
      { table: 's.a', column: 'x', offset: 3 },
      { table: 's.b', column: 'x', offset: 4 },
      { table: 's.a', column: 'y', offset: 5 },
    ]
    expect(noticeLines({ ...nothing, unknownColumns })).toEqual([
      'rows of s.a have 2 columns that the catalog does not know, and nothing reads: x (first at offset 3), ' +
        'y (first at offset 5): run `falsework catalog pull`, and `falsework register`',
      expect.stringMatching(/^rows of s\.b have a column .* x \(first at offset 4\): run/),
    ])
  })

  it('names tables by their former names, from their first row on', () => {
    const unknownTables = [{ table: 's.b', offset: 7 }]
    const renamedTables = [
      { table: 's.b', from: 's.a', row: 7 },
      { table: 's.a', from: 's.c', row: 9 },
      { table: 's.d', from: 's.e', row: null },
    ]
    expect(noticeLines({ ...nothing, unknownTables, renamedTables })).toEqual([
      expect.stringMatching(
        /^rows of s\.b, which the catalog does not know and which was s\.a, are passed over \(first at offset 7\)/,
      ),
      expect.stringMatching(/^rows of s\.a are of another table since offset 9, which was s\.c: /),
    ])
  })
})
