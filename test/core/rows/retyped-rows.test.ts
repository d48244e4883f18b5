/** Rows that are kept while a column of their table becomes one that is written otherwise. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { KeptForm } from '../../../src/core/capture/image/other-form.ts'
import type { RowImage } from '../../../src/core/capture/image/row-image.ts'
import type { PromisedForm } from '../../../src/core/capture/row/column-forms.ts'
import { type NamedForms, namedForms } from '../../../src/core/capture/row/named-forms.ts'
import type { RowChange } from '../../../src/core/capture/row-change.ts'
import type { RowIndex } from '../../../src/core/rows/rows-at-hand.ts'
import { RowForms } from '../../../src/core/rows/stored/row-forms.ts'
import { rowKey } from '../../../src/core/rows/stored/store-key.ts'
import { SourceRows } from '../../../src/core/rows/source-rows.ts'
import { ValueError } from '../../../src/core/values/value-error.ts'
import { imageOf, shown, type Values } from '../images.ts'
import { change } from '../transaction/changes.ts'
import { history, perform } from './history.ts'
import { Kept, name, placeholder } from './kept.ts'

const [ms, us, text, json] = ['Timestamp', 'MicroTimestamp', 'string', 'Json'].map((form) => `io.${form}`) as [
  string,
  string,
  string,
  string,
]

const formed = (v: string, doc: string = text): NamedForms => {
  const forms = { id: 'int32', v, doc }
  return namedForms(JSON.stringify(forms), forms)
}

const promised = (forms: Readonly<Record<string, string>>): ReadonlyMap<typeof name, readonly PromisedForm[]> =>
  new Map([
    [name, Object.entries(forms).map(([column, form]) => ({ column, form, type: 'any', use: 'value' as const }))],
  ])

/** As a connector sends it under REPLICA IDENTITY DEFAULT, with the forms of its columns. */
function sent({ before, after, ...rest }: RowChange, forms: NamedForms): RowChange {
  const isLeftOut = rest.op === 'u' && after?.get('doc') !== null && before?.get('doc') === after?.get('doc')
  const is = isLeftOut && after !== null ? imageOf({ ...(shown(after) as Values), doc: placeholder }) : after
  return { ...rest, before: rest.op === 'u' ? null : before, after: is, forms, formsNamed: true }
}

const a: Values = { id: 1, v: 1, doc: 'long' }
const b: Values = { id: 1, v: 2, doc: 'long' }

function updated(kept: Kept, forms: NamedForms, [from, to] = [a, b]): RowChange | undefined {
  return kept.complete(sent(change(from, to), forms))[0]
}

function keptIn(forms: NamedForms, steps = 4): Kept {
  const kept = new Kept('default')
  kept.complete(sent(change(null, a), forms))
  kept.bring(steps)
  return kept
}

describe('what a row was', () => {
  it.each([0, 1, 2, 3, 4])('is not told in a form that is not promised, when it has come %i steps far', (steps) => {
    const kept = keptIn(formed(ms), steps)
    kept.rows.expect(promised({ v: us, doc: text }))
    const before = updated(kept, formed(us))?.before
    expect(before?.get('v')).toEqual(new KeptForm(1, ms))
    expect(before?.get('v')).toBeInstanceOf(KeptForm)
    expect([before?.get('id'), before?.get('doc')]).toEqual([1, 'long'])
  })

  it.each([
    { what: 'the form is the same', kept: ms, now: { v: ms } },
    { what: 'nobody reads the column', kept: ms, now: { doc: text } },
    { what: 'integers have another width', kept: 'int32', now: { v: 'int64' } },
  ])('is told where $what', ({ kept: form, now }) => {
    const kept = keptIn(formed(form))
    kept.rows.expect(promised(now))
    expect(shown(updated(kept, formed(now.v ?? us))?.before)).toStrictEqual(a)
  })

  it('is known to be of a form by whoever opens the store, and the form is written down once', () => {
    const kept = keptIn(formed(ms))
    kept.complete(sent(change(null, { ...a, id: 2 }), formed(ms)))
    kept.bring(4)
    expect([...kept.stored.keys()].filter((key) => key.startsWith('f'))).toHaveLength(1)
    const again = new Kept('default')
    for (const [key, bytes] of kept.stored) again.stored.set(key, bytes)
    const rows = new SourceRows(again.rows.tables, again.pending)
    rows.expect(promised({ v: us }))
    rows.begin()
    const [update] = rows.complete([sent(change(a, b), formed(us))], new Set([name]))
    expect(update?.before?.get('v')).toEqual(new KeptForm(1, ms))
  })

  it('is read by nobody whose forms were not written down', () => {
    const forms = new RowForms()
    expect(forms.othersOf(7).size).toBe(0)
    forms.expect([])
    expect(() => forms.othersOf(7)).toThrow('names forms that are not known')
  })
})

describe('a large value that has not changed', () => {
  it('stays in the form in which it came, however often the rest of its row changes', () => {
    const kept = keptIn(formed(ms, text))
    kept.rows.expect(promised({ doc: json }))
    const first = updated(kept, formed(ms, json))
    expect(first?.after?.get('doc')).toEqual(new KeptForm('long', text))
    kept.bring(4)
    const second = updated(kept, formed(ms, json), [b, { ...b, v: 3 }])
    expect(second?.after?.get('doc')).toEqual(new KeptForm('long', text))
    expect(second?.before?.get('v')).toBe(2)
  })
})

describe('a row that is read again by a snapshot', () => {
  it('is new where its values are others, and not where the table alone has changed', () => {
    const kept = keptIn(formed('int32'))
    const row = (values: Values): RowChange => ({ ...sent(change(null, values), formed('int64')), op: 'r' })
    kept.rows.snapshotRow(row(a), true)
    expect(kept.rows.newRows.touchedBy([change(a, b)])).toEqual([])
    kept.rows.snapshotRow(row(b), true)
    expect(kept.rows.newRows.touchedBy([change(b, a)])).toHaveLength(1)
  })
})

describe('an index by a column that is retyped', () => {
  const byV: RowIndex = {
    id: 'by v',
    table: name,
    columns: ['v'],
    keyOf: (row: RowImage) => {
      const value = row.get('v')
      if (value instanceof KeptForm) throw new ValueError('schemaDrift', 'retyped')
      return String(value)
    },
  }

  it('is another one when the promised form is another, since its entries were made of the form of before', () => {
    const kept = new Kept('default')
    const idUnder = (forms: Readonly<Record<string, string>>): readonly string[] => {
      kept.rows.expect(promised(forms))
      kept.rows.findBy([byV])
      return kept.rows.indexes.withEntries.map(({ keptId }) => keptId)
    }
    expect(idUnder({ v: ms, doc: text })).toEqual(idUnder({ v: ms, doc: json }))
    expect(idUnder({ v: ms })).not.toEqual(idUnder({ v: us }))
    expect(idUnder({})).toEqual(['by v'])
  })
})

describe('any history of a table that is retyped now and then', () => {
  const forms = fc.constantFrom(...[ms, us].flatMap((v) => [text, json].map((doc) => ({ v, doc }))))

  it('leaves each value in the form in which it came last', () => {
    fc.assert(
      fc.property(history, fc.array(forms, { minLength: 8, maxLength: 8 }), (transactions, tableForms) => {
        const kept = new Kept('default')
        kept.rows.expect(promised({ v: 'none', doc: 'none' }))
        const rows = new Map<number, Values>()
        const came = new Map<number, { readonly v: string; readonly doc: string }>()
        for (const [at, { steps, bring }] of transactions.entries()) {
          const { v, doc } = tableForms[at] ?? { v: ms, doc: text }
          for (const step of steps) {
            const docs = new Map([...rows].map(([id, row]) => [id, row['doc']]))
            const changes = perform(rows, step)
            kept.complete(...changes.map((one) => sent(one, formed(v, doc))))
            for (const { op, after } of changes) {
              const id = Number(after?.get('id'))
              if (after === null) continue
              const isLeftOut = op === 'u' && after.get('doc') === docs.get(id)
              came.set(id, { v, doc: isLeftOut ? (came.get(id)?.doc ?? doc) : doc })
            }
          }
          kept.bring(bring)
        }
        const table = kept.rows.tables.get(name)
        for (const [id, { doc }] of rows) {
          const bytes = table && kept.pending.get(rowKey(table.range.from, imageOf({ id })), table.range)
          const row = bytes && table.codec.decode(bytes)
          const value = row?.get('v')
          expect(value instanceof KeptForm ? value.form : value).toBe(came.get(id)?.v)
          const large = row?.get('doc')
          expect(large instanceof KeptForm ? large.form : large).toBe(doc === null ? null : came.get(id)?.doc)
        }
      }),
      { numRuns: 1_000 },
    )
  })
})
