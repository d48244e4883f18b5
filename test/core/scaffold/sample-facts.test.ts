/** What a draft takes from sampled rows, and that no value of one person is among it. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Column, type Table, tableName } from '../../../src/core/catalog/catalog.ts'
import { draftTable } from '../../../src/core/scaffold/draft-table.ts'
import { codesText, sampleFacts } from '../../../src/core/scaffold/sample-facts.ts'
import { type TableSample, wantedSample } from '../../../src/core/scaffold/table-sample.ts'
import { captureSettingsOfShop } from './shop-connector.ts'
import { runs } from '../../runs.ts'

const column = (name: string, more: Partial<Column> = {}): Column => ({ name, type: 'text', nullable: true, ...more })
const table: Table = {
  name: tableName('public', 'people'),
  columns: [
    column('id', { type: 'bigint', nullable: false }),
    column('status'),
    column('rank', { type: 'smallint', nullable: false }),
    column('email', { pii: 'email' }),
    column('known', { values: ['A', 'B'] }),
    column('store', { nullable: false }),
    column('body', { type: 'jsonb', nullable: false }),
  ],
  primaryKey: ['id'],
  uniqueKeys: [],
  foreignKeys: [
    {
      columns: ['store'],
      references: tableName('public', 'stores'),
      referencedColumns: ['id'],
      onDelete: 'no action',
    },
  ],
  replicaIdentity: 'default',
}
const wanted = wantedSample(table, captureSettingsOfShop)

/** Of one column alone. */
const codesOf = (values: readonly (string | null)[]) =>
  sampleFacts({ columns: [{ name: 'status', read: 'text' }] }, sampleOf(values.map((value) => [value]))).codes.get(
    'status',
  )
const sampleOf = (rows: TableSample['rows'], estimatedRows: number | null = null): TableSample => ({
  rows,
  estimatedRows,
})
const times = (count: number, value: string): readonly string[] => Array.from({ length: count }, () => value)

describe('what is asked of rows', () => {
  it('is no text of a column whose name looks like personal data', () => {
    const untagged = {
      ...table,
      columns: [column('id', { type: 'bigint', nullable: false }), column('nachname'), column('status')],
    }
    expect(wantedSample(untagged, captureSettingsOfShop).columns).toEqual([
      { name: 'nachname', read: 'presence' },
      { name: 'status', read: 'text' },
    ])
  })

  it('are texts of columns that may hold codes, and of others, personal data included, at most whether a value is there', () => {
    expect(wanted.columns).toEqual([
      { name: 'status', read: 'text' },
      { name: 'rank', read: 'text' },
      { name: 'email', read: 'presence' },
      { name: 'known', read: 'presence' },
    ])
  })
})

describe('what sampled rows say', () => {
  it('are the values of a column that holds few, the most frequent first', () => {
    expect(codesOf([...times(5, 'paid'), ...times(9, 'new'), null])).toEqual({ told: ['new', 'paid'], count: 2 })
  })

  it('is how many values there are, and not the value that one row alone has', () => {
    const rows = [...times(9, 'N'), ...times(5, 'P'), 'Smith', ''].map((value) => [value])
    const facts = sampleFacts({ columns: [{ name: 'status', read: 'text' }] }, sampleOf(rows))
    expect(codesText(facts)).toEqual(['status holds 4 values in 16 sampled rows: N P and 2 others'])
  })

  it.each([
    ['more than twelve values', Array.from({ length: 13 }, (_, n) => times(20, `v${n}`)).flat()],
    ['as many values as a small table has of names', ['Ana', 'Ana', 'Ben', 'Ben']],
    ['one mail address among codes', [...times(50, 'N'), ...times(50, 'ana@example.com')]],
    ['one text that is longer than a code', [...times(50, 'N'), ...times(50, 'x'.repeat(33))]],
    ['sentences', times(50, 'Called back, no answer.')],
    ['no value', []],
  ])('is nothing of the values of a column with %s', (_, values) => {
    expect(codesOf(values)).toBeUndefined()
  })

  it('is which columns are never null', () => {
    const rows = [
      ['N', '1', '', null],
      ['N', '1', '', ''],
    ]
    expect([...sampleFacts(wanted, sampleOf(rows)).neverNull]).toEqual(['status', 'rank', 'email'])
    expect([...sampleFacts(wanted, sampleOf([])).neverNull]).toEqual([])
  })
})

describe('values that look like personal data', () => {
  const facts = sampleFacts(
    { columns: [{ name: 'status', read: 'text' }] },
    sampleOf(times(40, '+41441234567').map((value) => [value])),
  )

  it('are named by their kind, and are no codes', () => {
    expect([[...facts.personal], [...facts.codes]]).toEqual([[['status', 'phone']], []])
  })

  it('are left out of a draft, with what makes the column one of personal data', () => {
    const draft = draftTable({ source: 'shop', table }, captureSettingsOfShop, facts)
    if (typeof draft === 'string') throw new Error(draft)
    const text = draft.files.find(({ path }) => path === 'mappings/people.yaml')?.text
    expect(text).toContain(
      '#   status looks like personal data (phone) and has no tag: where it is, add "pii": "phone"',
    )
    expect(text).not.toMatch(/^[^#]*status/m)
    expect(draft.look.join('\n')).not.toContain('+41')
  })
})

describe('a draft from sampled rows', () => {
  const drafted = (sample: TableSample) => {
    const draft = draftTable({ source: 'shop', table }, captureSettingsOfShop, sampleFacts(wanted, sample))
    if (typeof draft === 'string') throw new Error(draft)
    return draft
  }

  it('says what the columns hold, and takes its examples from it', () => {
    const draft = drafted(
      sampleOf(
        [...times(8, 'NEW'), ...times(4, 'OLD')].map((text) => [text, '7', '', '']),
        2_140_000,
      ),
    )
    const files = new Map(draft.files.map(({ path, text }) => [path, text]))
    expect(draft.about).toBe('7 columns, key (id), ~2.1M rows, replica identity DEFAULT')
    expect(draft.look).toContain('values: status holds 2 values in 12 sampled rows: NEW OLD: a code table, or rules')
    expect(draft.look).toContain('nullable, and null in none of 12 sampled rows: status, known')
    expect(files.get('mappings/people.yaml')).toContain('\n# status holds 2 values in 12 sampled rows: NEW OLD\n')
    expect(files.get('mappings/people.test.yaml')).toContain('status: "NEW", rank: "7"')
  })

  it('never has a value that one row alone has, or one among many', () => {
    const text = fc.constantFrom(...Array.from({ length: 30 }, (_, n) => `zq${n}zq`))
    const row = fc.tuple(text, fc.constant('1'), fc.constantFrom('', null), fc.constantFrom('', null))
    fc.assert(
      fc.property(fc.array(row, { maxLength: 80 }), (rows) => {
        const draft = drafted(sampleOf(rows))
        const all = [...draft.look, ...draft.files.map((file) => file.text)].join('\n')
        const counts = Map.groupBy(rows, ([value]) => value)
        const told = [...counts].filter(([value]) => all.includes(value))
        expect(told.every(([, { length }]) => length > 1)).toBe(true)
        expect(counts.size <= 12 || told.length === 0).toBe(true)
      }),
      { numRuns: runs(200) },
    )
  })
})
