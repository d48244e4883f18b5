/** What a mapping file says in several places alike: maps with their place, how many rows there are, constants, days. */
import type { Place } from '../../diagnostics/problem.ts'
import { entriesBy, type Field, object, type ObjectOf } from '../../shape/composites.ts'
import { mapped, placed, type Placed, refine } from '../../shape/modifiers.ts'
import { custom } from '../../shape/scalars.ts'
import type { Shape } from '../../shape/shape.ts'
import type { ConstantPart, RowBounds } from './mapping-file.ts'
import { locatedText, text } from './names.ts'
import { valueOfText } from './value-of-text.ts'

/** A map, with its place. */
export const part = <const F extends Readonly<Record<string, Field<unknown>>>>(
  fields: F,
): Shape<ObjectOf<F> & { readonly place: Place }> =>
  mapped(object(fields), (value, { spot }, { placeOf }) => ({ ...value, place: placeOf(spot) }))

export const rowBounds: Shape<RowBounds> = {
  ...refine(text, (written, complain) => {
    const [, min, max] = /^(\d{1,9})\.\.(\d{1,9})$/.exec(written) ?? []
    if (min !== undefined && max !== undefined && Number(min) <= Number(max) && Number(max) > 0) {
      return { min: Number(min), max: Number(max) }
    }
    return complain([], 'must be min..max', 'rows: 1..1, 0..1 or 0..500')
  }),
  form: { kind: 'text', what: 'min..max', pattern: '^\\d{1,9}\\.\\.\\d{1,9}$' },
}

/** Name to a constant, typed later by the column where it stands. */
export const constants: Shape<ReadonlyMap<string, ConstantPart>> = entriesBy(text, {
  value: locatedText,
  join: (constant, { keySpot }, { placeOf }) => ({ column: placeOf(keySpot), constant }),
})

export const day: Shape<Placed<string>> = placed(
  custom('a day, as 2026-01-31', (written) => (valueOfText(written, { kind: 'date' }) === undefined ? null : written)),
)
