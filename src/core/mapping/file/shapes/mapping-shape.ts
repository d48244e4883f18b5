/** The mapping file: what it may hold, declared once. */
import { byKind } from '../../../shape/alternatives.ts'
import { entriesBy, filled, list, mapOf, nullable, object, optional, required } from '../../../shape/composites.ts'
import { forgiven, insteadOf, mapped, placed, refine } from '../../../shape/modifiers.ts'
import { integer, oneOf } from '../../../shape/scalars.ts'
import { type Shape, wrong } from '../../../shape/shape.ts'
import { expression } from './expression-shape.ts'
import { lookups } from './lookup-shape.ts'
import type { CodesPart, DefaultsPart, MappingFile, RulePart } from '../mapping-file.ts'
import { locatedText, name, text, variable, words } from '../names.ts'
import { part } from '../parts.ts'
import { onError } from './policy-shape.ts'
import { rule } from './rule-shape.ts'
import { migration } from './scope-shape.ts'
import { noShared, shared } from './shared-shape.ts'

const defaults: Shape<DefaultsPart> = object({
  namespace: filled(locatedText, null, 'The namespace of the contracts.'),
  topic: filled(name, null, 'The topic of events that name none.'),
  key: filled(forgiven(expression), null, 'The key of events that name none.'),
  partitions: filled(
    forgiven(placed(integer(1, 10_000))),
    null,
    'Partitions of the topics; otherwise the default of the project.',
  ),
})

const noDefaults: DefaultsPart = { namespace: null, topic: null, key: null, partitions: null }

/** Code to word: in the mapping, or in a file of its own. */
export const codeValues: Shape<ReadonlyMap<string, string>> = mapOf(text, text, 1)

const unknownCode: Shape<CodesPart['unknown']> = mapped(
  nullable(byKind({ scalar: oneOf(['error']), map: object({ value: required(text, 'The word that stands in.') }) })),
  (found) =>
    found === null ? { kind: 'null' } : found === 'error' ? { kind: 'error' } : { kind: 'value', value: found.value },
)

const codeTable: Shape<Omit<CodesPart, 'namePlace'>> = refine(
  part({
    values: optional(codeValues, 'Code to word.'),
    file: optional(locatedText, 'The file of the project that has them, in place of `values`.'),
    unknown: required(
      unknownCode,
      'What a code that is not listed means: `error`, `null`, or `{value: WORD}`.',
      'unknown: error, null or {value: WORD}',
    ),
  }),
  ({ place, values, file, unknown }, complain) => {
    if (values !== undefined && file === undefined) return { place, content: { kind: 'values', values }, unknown }
    if (file !== undefined && values === undefined) return { place, content: { kind: 'file', path: file }, unknown }
    return complain([], { fault: 'missing', message: "needs either 'values' or 'file'" })
  },
)

const codeTables: Shape<ReadonlyMap<string, CodesPart | null>> = entriesBy(variable, {
  value: forgiven(codeTable),
  join: (found, { keySpot }, { placeOf }) => (found === null ? null : { ...found, namePlace: placeOf(keySpot) }),
})

const declared = object({
  mapping: required(name, 'The name of the mapping.'),
  format: required(forgiven(oneOf(['1'])), 'The version of this format.'),
  owner: required(forgiven(placed(words)), 'Who answers for it.'),
  source: required(locatedText, 'The source, as `falsework.yaml` names it.'),
  tables: required(insteadOf(mapOf(text, locatedText, 1), new Map()), 'Alias to schema.table.'),
  defaults: filled(insteadOf(defaults, noDefaults), noDefaults, 'What events have that do not say otherwise.'),
  codes: filled(insteadOf(codeTables, new Map()), new Map(), 'Tables of codes, which expressions call by their name.'),
  lookups: filled(
    insteadOf(lookups, new Map()),
    new Map(),
    'Rows of other tables, which expressions call by their name.',
  ),
  shared: filled(insteadOf(shared, noShared), noShared, 'What several rules have in common, written once.'),
  rules: required(
    mapped(insteadOf<readonly (RulePart | null)[], []>(list(forgiven(rule), 1), []), (rules) =>
      rules.flatMap((one) => one ?? []),
    ),
    'What changes become which events.',
  ),
  onError: filled(insteadOf(onError, new Map()), new Map(), 'What becomes of an input that a rule fails on.'),
  migration: filled(forgiven(migration), null, 'How the mapping is migrated scope by scope.'),
})

const whole: Shape<MappingFile> = mapped(declared, ({ migration: migrated, ...found }) => ({
  ...found,
  name: found.mapping,
  scope: migrated?.scope ?? null,
}))

export const mappingShape: Shape<MappingFile> = {
  form: whole.form,
  read: (tree, reading) => {
    const has = (key: string): boolean => tree.kind === 'map' && tree.entries.some((entry) => entry.key === key)
    if (!has('tests') || has('rules')) return whole.read(tree, reading)
    const message = 'this is a file of fixtures, and its name is that of a mapping'
    reading.complain(tree.spot, { fault: 'value', message, hint: 'fixtures are read from <mapping>.test.yaml' })
    return wrong
  },
}
