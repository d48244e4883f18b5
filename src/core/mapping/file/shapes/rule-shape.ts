/** One rule of a mapping file. */
import { nearestName } from '../../../diagnostics/nearest-name.ts'
import { byKey, byKind } from '../../../shape/alternatives.ts'
import { entriesBy, filled, list, object, optional, required } from '../../../shape/composites.ts'
import { type ComplainBelow, forgiven, mapped, placed, refine } from '../../../shape/modifiers.ts'
import { integer, oneOf } from '../../../shape/scalars.ts'
import { type ReadBy, said, type Shape, wrong } from '../../../shape/shape.ts'
import { anchor, withs } from './change-shape.ts'
import { expression } from './expression-shape.ts'
import { fields } from './field-shape.ts'
import {
  type Deprecation,
  type EachPart,
  type EventPart,
  type LetPart,
  type PublishPart,
  type RulePart,
  snapshotUses,
  type TombstonePart,
} from '../mapping-file.ts'
import { type Located, locatedText, name, namesOnce, variable } from '../names.ts'
import { day, part } from '../parts.ts'

const lets: Shape<ReadonlyMap<string, LetPart>> = entriesBy(variable, {
  value: forgiven(expression),
  join: (found, { keySpot }, { placeOf }) => ({ namePlace: placeOf(keySpot), expression: found }),
})

const guard = filled(forgiven(expression), null, 'Only where it is true.')

const tombstone: Shape<TombstonePart> = mapped(
  object({
    tombstone: required(name, 'The topic whose key is deleted.'),
    key: filled(forgiven(expression), null, 'The key of the events that it deletes; otherwise that of `defaults`.'),
    when: guard,
  }),
  ({ tombstone: topic, ...rest }) => ({ kind: 'tombstone', topic, ...rest }),
)

const deprecation: Shape<Deprecation> = refine(
  object({
    since: required(day, 'Since when another version should be used.'),
    sunset: required(day, 'The last day of this version.'),
    use: filled(placed(integer(1, 9_999)), null, 'The version that readers should use.'),
  }),
  ({ since, sunset, use }, complain) => {
    if (sunset.value >= since.value) return { since: since.value, sunset: sunset.value, use }
    return complain(['sunset'], `is ${sunset.value}, before the deprecation begins on ${since.value}`)
  },
)

/** A key of the format that this version does not have. */
const later = (remedy: string): Shape<null> => ({
  form: { kind: 'any' },
  read: ({ spot }, { complain }) =>
    complain(spot, { fault: 'later', message: said(spot.path, 'is not in this version'), hint: remedy }),
})

const contractFile = 'the contract of an event is contracts/<Event>.v<version>.avsc'

const names: Shape<readonly Located<string>[]> = byKind({
  scalar: mapped(locatedText, (one) => [one]),
  list: namesOnce,
})

const ownKeys = {
  event: required(locatedText, 'The type of the event, by its contract.'),
  version: { ...filled(integer(1, 9_999), 1, 'The major version of its contract.'), standard: 1 },
  topic: filled(name, null, 'The topic; otherwise that of `defaults`.'),
  each: optional(forgiven(expression), 'A list, each element of which becomes an event.'),
  as: optional(placed(variable), 'The name of the element in the other expressions.'),
  key: filled(forgiven(expression), null, 'The key of the record; otherwise that of `defaults`.'),
  subject: filled(forgiven(expression), null, 'What the event is about; otherwise its key.'),
  time: filled(forgiven(expression), null, 'When it happened; otherwise the commit time.'),
  when: guard,
  contract: filled(forgiven(later(contractFile)), null, `Not in this version: ${contractFile}.`),
  deprecated: filled(forgiven(deprecation), null, 'That readers should use another version.'),
  use: optional(forgiven(names), 'Names under `shared.fields`, one or a list, whose fields it has beside its own.'),
}

const fieldsDoc = 'The fields of the contract, each with its expression; without `use` they must be there.'
const withoutGroups = object({ ...ownKeys, fields: required(fields, fieldsDoc) })
const eventKeys = [...Object.keys(ownKeys), 'fields']
const withGroups = object({ ...ownKeys, fields: filled(fields, new Map(), fieldsDoc) })

/** All fields of an event may be shared ones: where one of the keys is misspelt, it is not known which it has. */
const declaredEvent: typeof withGroups = {
  form: withGroups.form,
  read: (tree, reading) => {
    const keys = tree.kind === 'map' ? tree.entries.map(({ key }) => key) : []
    const misspelt = keys.filter((key) => !eventKeys.includes(key)).map((key) => nearestName(key, eventKeys))
    if (!keys.includes('use') && !misspelt.includes('use')) return withoutGroups.read(tree, reading)
    const found = withGroups.read(tree, reading)
    const isKnown = found === wrong || !(misspelt.includes('use') || misspelt.includes('fields'))
    return isKnown ? found : { ...found, use: null }
  },
}

const event: Shape<EventPart> = refine(declaredEvent, ({ use = [], ...found }, complain) => ({
  kind: 'event',
  ...found,
  use,
  each: eachOf(found, complain),
}))

/** Null where there is none, or half of one, which is reported. */
function eachOf(
  { each, as }: Pick<ReadBy<typeof declaredEvent>, 'each' | 'as'>,
  complain: ComplainBelow,
): EachPart | null {
  if (each !== undefined && as !== undefined) return { list: each, as }
  if (each !== undefined) {
    const hint = 'as: x, and the other expressions name its element x'
    complain([], { fault: 'missing', message: "has 'each' and no 'as'", hint })
  } else if (as !== undefined) {
    const hint = 'each: the list of which every element becomes an event'
    complain([], { fault: 'missing', message: "has 'as' and no 'each'", hint })
  }
  return null
}

export const rule: Shape<RulePart> = part({
  name: required(locatedText, 'Stands in dead letters and fixtures.'),
  on: required(anchor, 'The changes that the rule fires for.'),
  with: filled(withs, new Map(), 'Rows of other tables that change in the same source transaction, by alias.'),
  when: guard,
  let: filled(lets, new Map(), 'Expressions that others name, computed once.'),
  snapshot: filled(
    placed(oneOf(snapshotUses)),
    null,
    'What becomes of rows that were there before: nothing, events as if they were inserted, or these alone.',
  ),
  publish: required(
    mapped(list(forgiven(byKey<PublishPart, EventPart>({ tombstone }, event)), 1), (parts) =>
      parts.flatMap((one) => one ?? []),
    ),
    'What it publishes: events, and tombstones of compacted topics.',
  ),
})
