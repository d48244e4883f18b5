/** The look-ups of a mapping file. */
import { entriesBy, filled, nullable, object, optional, required } from '../../../shape/composites.ts'
import { type ComplainBelow, forgiven, refine } from '../../../shape/modifiers.ts'
import { oneOf } from '../../../shape/scalars.ts'
import { type ReadBy, type Shape, type Wrong, wrong } from '../../../shape/shape.ts'
import type { LookupPart, PivotPart } from '../mapping-file.ts'
import { namesOnce, locatedText, text, variable } from '../names.ts'
import { constants, part, rowBounds } from '../parts.ts'

const pivot: Shape<PivotPart> = object({
  name: required(locatedText, 'The column of the names.'),
  value: required(locatedText, 'The column of the values.'),
  take: required(constants, 'Member of the record to the name whose value it has.'),
  duplicate: {
    ...filled(oneOf(['last', 'first', 'error']), 'error', 'Which of two values of one name is taken.'),
    standard: 'error',
  },
})

const missingRow: Shape<'error' | null> = {
  ...refine(nullable(text), (word, complain) =>
    word === null || word === 'error' ? word : complain([], `expected error or null, got '${word}'`),
  ),
  form: nullable(oneOf(['error'])).form,
}

const declared = part({
  table: required(locatedText, 'The table, by its name under `tables`.'),
  key: required(namesOnce, 'The columns that the arguments of a call are compared with.'),
  columns: filled(namesOnce, null, 'The columns that expressions may read; otherwise all.'),
  where: filled(constants, new Map(), 'Column to the constant that it equals.'),
  missing: optional(missingRow, 'The look-up gives one row: what it is where there is none.'),
  rows: optional(rowBounds, 'The look-up gives a list: how many rows it may have, as `0..500`.'),
  orderBy: optional(locatedText, 'The column that orders the list, before the primary key.'),
  pivot: optional(pivot, 'Rows of names and values as one record.'),
})

const oneOrList = 'missing: error or missing: null for one row, rows: 0..500 for a list'

function resultOf(
  { missing, rows, orderBy, pivot: pivoted, columns }: ReadBy<typeof declared>,
  complain: ComplainBelow,
): LookupPart['result'] | Wrong {
  if (missing === undefined && rows === undefined) {
    return complain([], { fault: 'missing', message: "has neither 'missing' nor 'rows'", hint: oneOrList })
  }
  if (missing !== undefined && rows !== undefined) {
    return complain(['missing'], "there is 'rows' as well: it is one of them", oneOrList)
  }
  if (rows === undefined) {
    const extra = Object.entries({ orderBy, pivot: pivoted }).filter(([, value]) => value !== undefined)
    for (const [key] of extra) complain([key], 'is about several rows, and the look-up gives one', 'rows: 0..500')
    return extra.length > 0 ? wrong : { kind: 'row', missing: missing ?? 'null' }
  }
  if (pivoted !== undefined && columns !== null) {
    complain(['columns'], "what a look-up with 'pivot' reads is said under pivot")
  }
  return { kind: 'rows', rows, orderBy: orderBy ?? null, pivot: pivoted ?? null }
}

const lookup: Shape<Omit<LookupPart, 'namePlace'>> = refine(declared, (found, complain) => {
  const result = resultOf(found, complain)
  const { place, table, key, columns, where } = found
  return result === wrong ? wrong : { place, table, key, columns, where, result }
})

export const lookups: Shape<ReadonlyMap<string, LookupPart | null>> = entriesBy(variable, {
  value: forgiven(lookup),
  join: (found, { keySpot }, { placeOf }) => (found === null ? null : { ...found, namePlace: placeOf(keySpot) }),
})
