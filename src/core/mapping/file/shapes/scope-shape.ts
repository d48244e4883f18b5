/** The structural scope of a mapping file: a column, and the keys by which the rows of other tables reach it. */
import { entriesBy, filled, object, required } from '../../../shape/composites.ts'
import { refine } from '../../../shape/modifiers.ts'
import type { Shape } from '../../../shape/shape.ts'
import type { ScopePart, WayPart } from '../mapping-file.ts'
import { locatedText, text } from '../names.ts'
import { part } from '../parts.ts'

const way: Shape<Omit<WayPart, 'namePlace'>> = refine(
  entriesBy(text, {
    value: locatedText,
    least: 1,
    join: (parent, { key, keySpot }, { placeOf }) => ({ column: { value: key, place: placeOf(keySpot) }, parent }),
  }),
  (columns, complain) => {
    const [first, second] = columns.values()
    if (first !== undefined && second === undefined) return first
    return complain([], 'a table reaches the scope by one column', '{order_id: orders}')
  },
)

const ways: Shape<ReadonlyMap<string, WayPart>> = entriesBy(text, {
  value: way,
  join: (found, { keySpot }, { placeOf }) => ({ ...found, namePlace: placeOf(keySpot) }),
})

export const migration: Shape<{ readonly scope: ScopePart }> = object({
  scope: required(
    part({
      column: required(locatedText, 'The column whose value is the scope, as `orders.store_no`; it is never null.'),
      via: filled(
        ways,
        new Map(),
        'Of each other table of the rules, the column with the primary key of the table by which it is reached: `{lines: {order_id: orders}}`.',
      ),
    }),
    'What is migrated at one time.',
  ),
})
