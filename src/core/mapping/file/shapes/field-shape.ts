/** The fields of an event: expressions, constants, records and lists of records. */
import { byKey, byKind } from '../../../shape/alternatives.ts'
import { entriesBy, filled, object, required } from '../../../shape/composites.ts'
import { insteadOf, mapped, placed, recursive } from '../../../shape/modifiers.ts'
import { said, type Shape } from '../../../shape/shape.ts'
import { scalarStyle } from '../../../shape/yaml/scalar-positions.ts'
import { complainOfQuotes, expression, fieldExpression } from './expression-shape.ts'
import type { FieldPart } from '../mapping-file.ts'
import { locatedText, text, variable } from '../names.ts'

type FieldForm = FieldPart extends infer P ? (P extends FieldPart ? Omit<P, 'place' | 'namePlace'> : never) : never

const plain: Shape<FieldForm> = mapped(fieldExpression, (source) => ({
  kind: 'expression',
  expression: source,
  allowPii: null,
}))

/** Why personal data may leave. Of a reason that is none, that alone is to be said. */
const reason: Shape<string> = mapped(text, (written, tree, reading) => {
  const isWord = /^(true|false|[-+]?\.?\d[\w.+-]*)$/.test(written) && scalarStyle(tree.spot, reading.text) === 'plain'
  if (written.trim() !== '' && !isWord) return written
  const hint = 'allowPii: "age checks, agreed with the data protection officer"'
  const message = said(tree.spot.path, 'it is the reason why personal data may leave')
  reading.complain(tree.spot, { fault: 'value', message, hint })
  return ''
})

export const fields: Shape<ReadonlyMap<string, FieldPart>> = recursive('fields', () => fieldsByName)

const written = object({
  expr: required(expression, 'The expression.'),
  allowPii: filled(reason, null, 'Why personal data may leave in it.'),
})

const constant = object({ const: required(locatedText, 'The constant, typed by the contract.') })

const record = object({
  when: filled(expression, null, 'Where it is not true, the record is null.'),
  fields: required(fields, 'The fields of the record.'),
})

const records = object({
  each: required(expression, 'The list of which each element becomes a record.'),
  as: required(placed(variable), 'The name of the element in the fields.'),
  fields: required(fields, 'The fields of each record.'),
})

/** What stands beside what says the content, and never alone. */
const beside: ReadonlySet<string> = new Set(['allowPii', 'when', 'as'])

const noForm: Shape<never> = {
  form: fieldExpression.form,
  read: (tree, reading) => {
    if (tree.kind === 'map' && tree.entries.some(({ key }) => beside.has(key))) {
      const message = said(tree.spot.path, 'has none of expr, const, fields and each')
      return reading.complain(tree.spot, { fault: 'missing', message })
    }
    const more = ', or a map with expr, const, fields or each'
    return complainOfQuotes(tree, reading, 'is an expression, YAML reads it as a map', more)
  },
}

const field: Shape<FieldForm> = byKind({
  scalar: plain,
  list: plain,
  nothing: plain,
  map: byKey<FieldForm, never>(
    {
      expr: mapped(written, ({ expr, allowPii }) => ({ kind: 'expression', expression: expr, allowPii })),
      const: mapped(constant, ({ const: found }) => ({ kind: 'constant', text: found })),
      each: mapped(records, (found) => ({ kind: 'each', ...found })),
      fields: mapped(record, (found) => ({ kind: 'record', ...found })),
    },
    noForm,
  ),
})

const mistaken: Shape<FieldForm> = insteadOf<FieldForm, FieldForm>(field, { kind: 'mistake' })

const fieldsByName: Shape<ReadonlyMap<string, FieldPart>> = entriesBy(text, {
  value: mistaken,
  join: (found, { keySpot, value }, { placeOf }) => ({
    place: placeOf(value.spot),
    namePlace: placeOf(keySpot),
    ...found,
  }),
})
