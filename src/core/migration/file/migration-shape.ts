/** The migration file: what it may hold, declared once. */
import { namesOnce, locatedText, name, text, words } from '../../mapping/file/names.ts'
import { parityOutcomes } from '../../parity/verdict.ts'
import { day, part } from '../../mapping/file/parts.ts'
import { entriesBy, filled, list, object, required } from '../../shape/composites.ts'
import { forgiven, mapped, placed } from '../../shape/modifiers.ts'
import { integer, matching, oneOf } from '../../shape/scalars.ts'
import type { Shape } from '../../shape/shape.ts'
import {
  type AcceptedOutcome,
  type ComparedEvent,
  type FieldRule,
  type GatesPart,
  type IgnoredField,
  type MigrationFile,
  normalisations,
} from './migration-file.ts'

/** A number that may be left out, and what it is then. */
const preset = (shape: Shape<number>, standard: number, doc: string) => ({
  ...filled(shape, standard, doc),
  standard,
})

const ruleBy = <T>(value: Shape<T>): Shape<ReadonlyMap<string, FieldRule<T>>> =>
  entriesBy(text, { value, join: (read, { keySpot }, { placeOf }) => ({ namePlace: placeOf(keySpot), value: read }) })

const reason = required(words, 'Why.', 'reason: "..."')
const until = required(day, 'The last day on which it is so.', 'until: 2026-12-31')

const ignored: Shape<IgnoredField> = object({
  field: required(locatedText, 'The field; inside of records and lists by dots: `lines.sku`.'),
  reason,
  until,
})

const eventParts = part({
  match: filled(namesOnce, [], 'Fields that make a pair, with the key: a version of the aggregate, a correlation id.'),
  compare: filled(namesOnce, null, 'The fields that are compared; otherwise all.'),
  ignore: filled(list(ignored), [], 'Fields that are not compared.'),
  tolerance: filled(
    ruleBy(matching('a number that is not negative, as 0.01', /^\d{1,18}(\.\d{1,18})?$/)),
    new Map(),
    'Field to the largest difference that counts as none; of times in seconds.',
  ),
  normalise: filled(
    ruleBy(list(placed(oneOf(normalisations)), 1)),
    new Map(),
    'Field to what its values may differ in.',
  ),
})

const events: Shape<ReadonlyMap<string, ComparedEvent>> = entriesBy(text, {
  value: eventParts,
  join: ({ match, compare, ignore, tolerance, normalise }, { keySpot }, { placeOf }) => {
    return { namePlace: placeOf(keySpot), match, compare, ignore, tolerance, normalise }
  },
})

const accepted: Shape<AcceptedOutcome> = object({
  outcome: required(oneOf(parityOutcomes), 'The class of the difference.'),
  by: required(words, 'Who answers for it.'),
  reason,
  until,
})

const secondsPerDay = 86_400

export const noGates: GatesPart = {
  days: 7,
  events: 1_000,
  rare: new Map(),
  lagSecondsMax: 5,
  pendingSecondsMax: null,
  rehearsedWithinDays: 7,
  accept: [],
}

const gates: Shape<GatesPart> = object({
  days: preset(integer(0, 3_650), noGates.days, 'For so many days in a row nothing unexplained was found.'),
  events: preset(integer(1), noGates.events, 'So many events of each type were compared.'),
  rare: filled(ruleBy(integer(1)), noGates.rare, 'Event to the number that is enough of it: deletes, refunds.'),
  lagSecondsMax: preset(integer(1, secondsPerDay), noGates.lagSecondsMax, 'How far the bridge may be behind.'),
  pendingSecondsMax: filled(
    placed(integer(1, 14 * secondsPerDay)),
    null,
    'How long an event may wait for its pair; otherwise twice the window.',
  ),
  rehearsedWithinDays: preset(
    integer(1, 365),
    noGates.rehearsedWithinDays,
    'How old a rehearsal of the way back may be.',
  ),
  accept: filled(list(accepted), [], 'Classes of differences that are accepted, each signed off by name.'),
})

const whole = object({
  migration: required(name, 'The name of the migration.'),
  format: required(forgiven(oneOf(['1'])), 'The version of this format.'),
  mapping: required(locatedText, 'The mapping whose topic the new service takes over.'),
  topics: required(
    object({
      bridge: required(name, 'The topic to which the mapping publishes.'),
      native: required(name, 'The topic to which the new service publishes until it owns the other one.'),
    }),
    'The two streams that are compared.',
  ),
  events: filled(events, new Map(), 'How events are compared; those that are not here whole, by their order.'),
  windowSeconds: preset(
    integer(1, 7 * secondsPerDay),
    600,
    'So long both streams must have passed an event before its pair is missing.',
  ),
  gates: filled(gates, noGates, 'What must hold before the new service takes over.'),
  native: required(
    object({
      transactionalIds: required(
        list(locatedText, 1),
        'Of the producers of the new service, which falsework fences.',
        'transactionalIds: [falsework.native.orders.1]',
      ),
    }),
    'The new service.',
  ),
})

export const migrationShape: Shape<MigrationFile> = mapped(whole, ({ migration, mapping, topics, ...found }) => {
  const { events: compared, windowSeconds, gates: declared, native } = found
  return { name: migration, mapping, topics, events: compared, windowSeconds, gates: declared, native }
})
