import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RowImage } from '../../../src/core/capture/image/row-image.ts'
import { RowIndexes } from '../../../src/core/rows/row-indexes.ts'
import { RowOverlay } from '../../../src/core/rows/row-overlay.ts'
import type { RowIndex } from '../../../src/core/rows/rows-at-hand.ts'
import { ValueError } from '../../../src/core/values/value-error.ts'
import { shown, type Values } from '../images.ts'
import { change } from '../transaction/changes.ts'
import { matchedTexts, matchText } from '../../../src/core/expression/types/matching.ts'
import { history, perform } from './history.ts'
import { Kept, name } from './kept.ts'
import { runs } from '../../runs.ts'

const byV: RowIndex = { id: 'by v', table: name, keyOf: (row: RowImage) => String(row.get('v')) }
const byDoc: RowIndex = {
  id: 'by doc',
  table: name,
  keyOf: (row) => (row.get('doc') === null ? null : String(row.get('doc'))),
}
/** Of a column whose twos cannot be read. */
const unreadable: RowIndex = {
  ...byV,
  id: 'unreadable',
  keyOf: (row) => {
    if (row.get('v') === 2) throw new ValueError('decode', 'a two')
    return byV.keyOf(row)
  },
}

function keptBy(...indexes: readonly RowIndex[]): Kept {
  const kept = new Kept('full')
  kept.rows.findBy(indexes)
  return kept
}

const found = (kept: Kept, index: RowIndex, text: string): unknown[] => kept.rows.find(index, text).map(shown)

describe('rows that are looked up', () => {
  it('are those that the transaction leaves, in the order of their keys, and apart from them those that it deletes', () => {
    fc.assert(
      fc.property(history, (transactions) => {
        const kept = keptBy(byV, byDoc)
        const rows = new Map<number, Values>()
        for (const { steps, bring } of transactions) {
          const before = new Map(rows)
          const changes = steps.flatMap((one) => perform(rows, one))
          kept.complete(...changes)
          if (steps.some(({ act }) => act === 'empty' || act === 'move')) continue
          const gone = [...before].filter(([id]) => !rows.has(id)).map(([, row]) => row)
          const left = [...rows].toSorted(([a], [b]) => a - b).map(([, row]) => row)
          for (const v of [0, 1, 2]) {
            expect(found(kept, byV, String(v))).toStrictEqual(left.filter((row) => row['v'] === v))
            const deleted = kept.rows.deleted(byV, String(v)).map(shown)
            expect(deleted).toStrictEqual(
              gone.filter((row) => row['v'] === v).toSorted((a, b) => Number(a['id']) - Number(b['id'])),
            )
          }
          kept.bring(bring)
        }
      }),
      { numRuns: runs(300) },
    )
  })

  it('are found under the key that they were moved to, and none that a truncate has ended', () => {
    fc.assert(
      fc.property(history, (transactions) => {
        const kept = keptBy(byV)
        const rows = new Map<number, Values>()
        for (const { steps, bring } of transactions) {
          kept.complete(...steps.flatMap((one) => perform(rows, one)))
          // Behind the transaction its deletes are over.
          kept.complete()
          const seen = [...rows].toSorted(([a], [b]) => a - b).map(([, row]) => row)
          for (const v of [0, 1, 2])
            expect(found(kept, byV, String(v))).toStrictEqual(seen.filter((row) => row['v'] === v))
          kept.bring(bring)
        }
      }),
      { numRuns: runs(300) },
    )
  })

  it('of a table with a row that cannot be read are not told, until it is another', () => {
    const kept = keptBy(unreadable)
    const two = { id: 2, v: 2, doc: null }
    kept.complete(change(null, { id: 1, v: 1, doc: null }), change(null, two))
    expect(() => kept.rows.find(unreadable, '1')).toThrow(ValueError)
    kept.complete(change(two, { ...two, v: 1 }))
    expect(found(kept, unreadable, '1')).toHaveLength(2)
  })

  it('are drift of the schema while one of them has no such column as the catalog says', () => {
    const drifted: RowIndex = {
      ...byV,
      id: 'drifted',
      keyOf: (row) => {
        if (row.get('v') === undefined) throw new ValueError('schemaDrift', 'no column v')
        return byV.keyOf(row)
      },
    }
    const kept = keptBy(drifted)
    kept.complete(change(null, { id: 1, v: 1, doc: null }), change(null, { id: 2, doc: null }))
    const failure = expect.objectContaining({ errorClass: 'schemaDrift' }) as unknown
    expect(() => kept.rows.find(drifted, '1')).toThrow(failure)
    kept.complete(change({ id: 2, doc: null }, { id: 2, v: 1, doc: null }))
    expect(found(kept, drifted, '1')).toHaveLength(2)
  })

  it('by an index that there is not are not told', () => {
    expect(() => keptBy(byV).rows.find(byDoc, 'one')).toThrow(ValueError)
  })

  it('are found under texts of any length and with any character', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string({ unit: 'binary', maxLength: 600 }), { minLength: 2, maxLength: 6 }),
        (texts) => {
          const kept = keptBy(byDoc)
          kept.complete(...texts.map((doc, id) => change(null, { id, v: 0, doc })))
          for (const [id, doc] of texts.entries()) expect(found(kept, byDoc, doc)).toStrictEqual([{ id, v: 0, doc }])
        },
      ),
      { numRuns: runs(60) },
    )
  })
})

describe('rows that are looked up by the key of their table', () => {
  const byId: RowIndex = {
    id: 'by id',
    table: name,
    keyOf: (row) => matchText([row.get('id') as number]),
    plain: { columns: ['id'], valuesOf: (text) => matchedTexts(text).map(BigInt) },
  }

  it('are found as by any other index, and take no entries', () => {
    const withEntries: RowIndex = { id: 'by id, with entries', table: name, keyOf: byId.keyOf }
    fc.assert(
      fc.property(history, (transactions) => {
        const [direct, other] = [keptBy(byId), keptBy(withEntries)]
        const [here, there] = [new Map<number, Values>(), new Map<number, Values>()]
        for (const { steps, bring } of transactions) {
          direct.complete(...steps.flatMap((one) => perform(here, one)))
          other.complete(...steps.flatMap((one) => perform(there, one)))
          for (const text of ['1:0', '1:1', '1:2', '1:3']) {
            expect(found(direct, byId, text)).toStrictEqual(found(other, withEntries, text))
            expect(direct.rows.deleted(byId, text).map(shown)).toStrictEqual(
              other.rows.deleted(withEntries, text).map(shown),
            )
          }
          direct.bring(bring)
          other.bring(bring)
        }
        expect([...direct.stored.keys()].filter((key) => key.startsWith('i'))).toStrictEqual([])
      }),
      { numRuns: runs(200) },
    )
  })
})

describe('an index that is built later', () => {
  it('has the entries that one has which was there from the beginning', () => {
    fc.assert(
      fc.property(history, (transactions) => {
        const kept = keptBy(byV)
        const rows = new Map<number, Values>()
        for (const { steps } of transactions) kept.complete(...steps.flatMap((one) => perform(rows, one)))
        kept.complete()
        const later = new RowIndexes([byV], kept.rows.tables)
        const entries = new RowOverlay({ get: () => null, entries: () => [], has: () => false })
        const [table] = kept.rows.tables.values()
        for (const [id] of rows) {
          const key = table?.keyOf(change(null, rows.get(id) ?? {})) ?? null
          const bytes = key === null || table === undefined ? null : kept.pending.get(key, table.range)
          if (key !== null && bytes !== null && table !== undefined)
            later.follow(entries, name, { key, was: null, is: table.codec.decode(bytes) })
        }
        for (const text of ['0', '1', '2']) {
          expect(later.keysAt(entries, byV, text)).toStrictEqual(kept.rows.indexes.keysAt(kept.pending, byV, text))
        }
      }),
      { numRuns: runs(150) },
    )
  })
})
