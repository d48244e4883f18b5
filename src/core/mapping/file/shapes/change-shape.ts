/** What a rule says of changes: those that it fires for, and those that it joins. */
import { byKind } from '../../../shape/alternatives.ts'
import { entriesBy, filled, list, required } from '../../../shape/composites.ts'
import { forgiven, mapped, placed, refine } from '../../../shape/modifiers.ts'
import { bool, oneOf } from '../../../shape/scalars.ts'
import type { Shape } from '../../../shape/shape.ts'
import { expression } from './expression-shape.ts'
import { type AnchorPart, type PerPart, type RowOperation, rowOperations, type WithPart } from '../mapping-file.ts'
import { namesOnce, locatedText, text, variable } from '../names.ts'
import { constants, part, rowBounds } from '../parts.ts'

const operation = oneOf(rowOperations)

const operations: Shape<readonly RowOperation[]> = byKind({
  scalar: mapped(operation, (one) => [one]),
  list: refine(list(operation, 1), (all, complain) => {
    for (const [at, one] of all.entries()) {
      if (all.indexOf(one) < at) complain([at], { fault: 'taken', message: `'${one}' is there twice` })
    }
    return [...new Set(all)]
  }),
})

const change = {
  table: required(locatedText, 'The table, by its name under `tables`.'),
  op: required(operations, 'The operations, one or a list; `rekey` is a change of the key.'),
  changed: filled(
    byKind({ scalar: oneOf(['any']), list: namesOnce }),
    null,
    'Of updates, those in which one of the columns differs; `any`: whichever.',
  ),
}

const perWords = ['row', 'change'] as const

const per: Shape<PerPart> = byKind({
  scalar: {
    ...refine(text, (word, complain): PerPart | ReturnType<typeof complain> => {
      const kind = perWords.find((one) => one === word)
      if (kind !== undefined) return { kind }
      const hint = `for one firing per value of a column, per: [${word}]`
      return complain([], `cannot be '${word}': it is row, change, or a list of columns`, hint)
    }),
    form: { kind: 'words', words: perWords },
  },
  list: mapped(placed(namesOnce), ({ value, place }): PerPart => ({ kind: 'group', place, columns: value })),
})

export const anchor: Shape<AnchorPart> = mapped(
  part({
    ...change,
    derived: filled(
      placed(bool),
      null,
      'Whether it fires for rows that a foreign key changes (CASCADE, SET NULL), too, where the database does not log that.',
    ),
    per: filled(per, { kind: 'row' }, 'What it fires once for: the net `row`, every `change`, or a group by columns.'),
  }),
  ({ op, ...rest }) => ({ ...rest, operations: op }),
)

const match: Shape<WithPart['match']> = refine(
  entriesBy(text, {
    value: expression,
    join: (source, { keySpot }, { placeOf }) => ({ column: placeOf(keySpot), expression: source }),
  }),
  (columns, complain) => {
    if (columns.size > 0) return columns
    const message = 'is empty: all rows of the transaction would be joined to each row'
    return complain([], { fault: 'missing', message, hint: 'match: {their_column: row.column}' })
  },
)

const joined = mapped(
  part({
    ...change,
    match: required(match, 'Column of that table to the expression over the anchor that it equals.'),
    where: filled(constants, new Map(), 'Column of that table to the constant that it equals.'),
    rows: required(
      rowBounds,
      'How many there are: `1..1` is a record, `0..1` one or null, else a list.',
      'rows: 1..1, 0..1 or 0..500',
    ),
    orderBy: filled(locatedText, null, 'The column that orders a list.'),
  }),
  ({ op, ...rest }) => ({ ...rest, operations: op }),
)

export const withs: Shape<ReadonlyMap<string, WithPart | null>> = entriesBy(variable, {
  value: forgiven(joined),
  join: (found, { keySpot }, { placeOf }) => (found === null ? null : { ...found, namePlace: placeOf(keySpot) }),
})
