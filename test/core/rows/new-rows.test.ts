import { describe, expect, it } from 'vitest'
import { SourceRows } from '../../../src/core/rows/source-rows.ts'
import { shown } from '../images.ts'
import { change } from '../transaction/changes.ts'
import { Kept, name } from './kept.ts'

const read = (id: number, v: number) => ({ ...change(null, { id, v, doc: null }), op: 'r' }) as const
const ids = (rows: ReturnType<SourceRows['newRows']['touchedBy']>): readonly unknown[] =>
  rows.map(({ table, entry: [, bytes] }) => shown(table.codec.decode(bytes)))

/** A snapshot has read rows 1 and 2 behind the first one. */
function snapshotted(): Kept {
  const kept = new Kept()
  kept.rows.snapshotRow(read(1, 10), true)
  kept.rows.snapshotRow(read(2, 20), true)
  return kept
}

describe('a row that a later snapshot was the first to show', () => {
  it('is new until it changes, and then as it was', () => {
    const { rows } = snapshotted()
    const update = change({ id: 1, v: 10, doc: null }, { id: 1, v: 11, doc: null })
    expect(ids(rows.newRows.touchedBy([update, update]))).toStrictEqual([{ id: 1, v: 10, doc: null }])
    expect(ids(rows.newRows.touchedBy([update]))).toStrictEqual([])
  })

  it('is new when it was kept otherwise, and not when it was kept as it is', () => {
    const kept = new Kept()
    kept.complete(change(null, { id: 1, v: 10, doc: null }), change(null, { id: 2, v: 10, doc: null }))
    for (const row of [read(1, 10), read(2, 20)]) kept.rows.snapshotRow(row, true)
    const deletes = [1, 2].map((id) => change({ id }, null))
    expect(ids(kept.rows.newRows.touchedBy(deletes))).toStrictEqual([{ id: 2, v: 20, doc: null }])
  })

  it('is none of the first snapshot', () => {
    const { rows } = new Kept()
    rows.snapshotRow(read(1, 10), false)
    expect(ids(rows.newRows.touchedBy([change({ id: 1 }, null)]))).toStrictEqual([])
  })

  it('is gone with a truncate', () => {
    const { rows } = snapshotted()
    expect(ids(rows.newRows.touchedBy([{ ...change({ id: 1 }, null), op: 't', before: null, key: null }]))).toEqual([])
    expect(ids(rows.newRows.touchedBy([change({ id: 2 }, null)]))).toEqual([])
  })

  it('is shown when its snapshot has read the whole table, by whoever goes on behind a restart', () => {
    const kept = snapshotted()
    expect(kept.rows.newRows.show()).toEqual([])
    kept.rows.newRows.read(name)
    kept.bring(4)
    const restarted = new SourceRows(kept.rows.tables, kept.pending)
    expect(restarted.newRows.show()).toEqual([name])
    expect(restarted.newRows.shown).toEqual([name])
    restarted.newRows.clear(name)
    expect(ids(restarted.newRows.touchedBy([change({ id: 1 }, null)]))).toEqual([])
    expect(new SourceRows(kept.rows.tables, kept.pending).newRows.shown).toEqual([])
  })
})
