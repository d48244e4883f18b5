import fc from 'fast-check'
import { expect, it } from 'vitest'
import { checked, lookupText } from './shop.ts'
import { runs } from '../../../runs.ts'

const lookups = `  customer: {table: customers, key: [id], columns: [login], missing: null}
  linesOf: {table: lines, key: [order_id], where: {kind: item}, rows: 0..9, orderBy: line_no}
  metaOf: {table: meta, key: [order_id], rows: 0..9, pivot: {name: meta_key, value: meta_value, take: {note: note}, duplicate: last}}`

const sound = lookupText({
  lookups,
  fields:
    '{text: "customer(after.buyer_id).login", number: "size(linesOf(after.id))", yes: {expr: "metaOf(after.id).note == null", allowPii: tests}}',
})

const edit = fc.tuple(
  fc.integer({ min: sound.indexOf('lookups:'), max: sound.length - 1 }),
  fc.nat({ max: 12 }),
  fc.string({ unit: fc.constantFrom(...Array.from('{}[]:,#&*!|\'"- \n\t.0id')), maxLength: 6 }),
)

it('a file of look-ups is read without an exception, whatever stands in it, and compiles where nothing is refused', () => {
  expect(checked(sound).problems).toEqual([])
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 3 }), (edits) => {
      const text = edits.reduce((found, [at, cut, more]) => found.slice(0, at) + more + found.slice(at + cut), sound)
      const { mapping, problems } = checked(text)
      expect(mapping === null).toBe(problems.some(({ severity }) => severity === 'error'))
      const lines = text.split('\n').length
      for (const { place } of problems) expect(place.line).toBeLessThanOrEqual(lines)
    }),
    { numRuns: runs(200) },
  )
})
