/** What the rules of a mapping file share: expressions that they name, and fields of their events. */
import { entriesBy, filled, object } from '../../../shape/composites.ts'
import { forgiven, insteadOf } from '../../../shape/modifiers.ts'
import type { Reading, Shape } from '../../../shape/shape.ts'
import type { TreeEntry } from '../../../shape/tree.ts'
import { expression } from './expression-shape.ts'
import { fields } from './field-shape.ts'
import type { SharedFields, SharedLet, SharedPart, SharedPlace } from '../mapping-file.ts'
import { text, variable } from '../names.ts'

const placeOfEntry = ({ keySpot, value }: TreeEntry, { placeOf }: Reading): SharedPlace => ({
  namePlace: placeOf(keySpot),
  until: placeOf({ ...value.spot, start: value.spot.end }),
})

const lets: Shape<ReadonlyMap<string, SharedLet>> = entriesBy(variable, {
  value: forgiven(expression),
  join: (found, entry, reading) => ({ ...placeOfEntry(entry, reading), expression: found }),
})

const groups: Shape<ReadonlyMap<string, SharedFields | null>> = entriesBy(text, {
  value: forgiven(fields),
  join: (found, entry, reading) => (found === null ? null : { ...placeOfEntry(entry, reading), fields: found }),
})

export const noShared: SharedPart = { let: new Map(), fields: new Map() }

export const shared: Shape<SharedPart> = object({
  let: filled(
    insteadOf(lets, noShared.let),
    noShared.let,
    'Expressions that rules name, each checked and computed as if it stood in the `let` of the rule.',
  ),
  fields: filled(
    insteadOf(groups, noShared.fields),
    noShared.fields,
    'Fields under a name, which events take with `use`.',
  ),
})
