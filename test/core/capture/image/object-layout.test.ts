import fc from 'fast-check'
import { expect, it } from 'vitest'
import { JsonBytes } from '../../../../src/core/capture/image/json-bytes.ts'
import { learnLayout, type ObjectLayout } from '../../../../src/core/capture/image/object-layout.ts'
import { Tape } from '../../../../src/core/capture/image/tape.ts'

const columns = ['id', 'status', 'name', 'total', 'note']
const value = fc.oneof(
  fc.constantFrom(null, true, false, 0, 7, 70, -1.5, 1e21, '', 'a', 'ab', 'é', '"', [], [7], { id: 7 }),
  fc.string({ maxLength: 9 }),
)
const row = fc.tuple(...columns.map(() => value))
const textOf = (values: readonly unknown[]): string =>
  JSON.stringify(Object.fromEntries(columns.map((column, at) => [column, values[at]])))

/** Where the objects end, and where the values of the second one stand; `scan` takes the second one. */
function scanned(text: string, scan: (layout: ObjectLayout, json: JsonBytes, at: number, tape: Tape) => number) {
  const bytes = Buffer.from(text)
  const layout = learnLayout(Buffer.from(textOf(columns)), 0)
  if (layout === null) throw new Error('no layout')
  const [json, tape] = [new JsonBytes(), new Tape()]
  json.open(bytes)
  tape.room(2 * layout.placeCount)
  const first = layout.scan(json, 1, tape)
  tape.mark = layout.placeCount
  const second = first < 0 ? first : scan(layout, json, first + 1, tape)
  return { first, second, places: second < 0 ? null : tape.places.slice(layout.placeCount, 2 * layout.placeCount) }
}

it('finds what it finds alone, or as little, beside another object of its layout', () => {
  const put = fc.constantFrom('', '"', '\\', '{', '}', ',', ':', '0', 'e', ' ', '\u0000', 'null')
  const another = fc.record({ values: row, keeps: fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }) })
  fc.assert(
    fc.property(row, another, put, fc.double({ min: 0, max: 1, noNaN: true }), (before, { values, keeps }, by, at) => {
      const after = values.map((one, column) => (keeps[column] === true ? before[column] : one))
      const text = textOf(after)
      const place = Math.floor(at * text.length)
      const changed = by === '' ? text : `${text.slice(0, place)}${by}${text.slice(place + 1)}`
      const both = `[${textOf(before)},${changed}]`
      const alone = scanned(both, (layout, json, from, tape) => layout.scan(json, from, tape))
      const beside = scanned(both, (layout, json, from, tape) => {
        return layout.scanLike(json, from, tape, { places: tape.places, mark: 0 })
      })
      expect(beside).toEqual(alone)
    }),
    { numRuns: 2_000 },
  )
})
