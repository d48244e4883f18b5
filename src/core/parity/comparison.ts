/** What is compared of the bridge's events and the native ones: declared in a file, read once, never guessed. */
import { byKind } from '../shape/alternatives.ts'
import { filled, list, object, required } from '../shape/composites.ts'
import { mapped } from '../shape/modifiers.ts'
import { integer, matching, oneOf, text } from '../shape/scalars.ts'
import type { ReadBy, Shape } from '../shape/shape.ts'

const fieldPath = matching('a path such as total or lines[].sku', /^\w+(\[\])*(\.\w+(\[\])*)*$/)

const day = matching('a date such as 2027-01-31', /^\d{4}-\d\d-\d\d$/)

const normalisation = object({
  field: required(fieldPath, 'Its path in the event.', 'total'),
  as: required(
    oneOf(['absentWhenNull', 'decimal', 'instant', 'caseless', 'set']),
    'What does not count: null against absent; digits of scale; precision and zone; case; the order of items.',
  ),
  precision: filled(oneOf(['us', 'ms', 's']), 'us', 'Of an instant: what is finer does not count.'),
  zone: filled(
    matching('an offset such as +02:00', /^[+-]\d\d:\d\d$/),
    '+00:00',
    'Of instants written without a zone.',
  ),
})
export type Normalisation = ReadBy<typeof normalisation>

const ignored = object({
  field: required(fieldPath, 'Its path in the event.'),
  reason: required(text, 'Why it may differ.'),
  until: required(day, 'The last day on which it may; behind it the gate is shut.'),
})

/** By a field that both streams have, or by what is the same in the two sequences of an aggregate. */
export type Match = { readonly by: 'field'; readonly field: string } | { readonly by: 'alignment' }

const match: Shape<Match> = byKind({
  scalar: mapped(oneOf(['alignment']), (by) => ({ by })),
  map: mapped(
    object({
      field: required(matching('the name of a field', /^\w+$/), 'Business version or correlation id of an event.'),
    }),
    ({ field }) => ({ by: 'field' as const, field }),
  ),
})

/** Two minutes: longer than a native service takes to publish behind its own commit. */
const windowMs = 120_000
/** A day: whoever repairs a native publisher sees its events come out as late, not as missing ones. */
const lateMs = 86_400_000

/** Two streams are compared by this, and by nothing else. A change of its meaning is another `version`. */
export const comparisonShape = object({
  version: required(integer(1), 'Counted up with each change; verdicts of another version do not count.'),
  events: required(list(text, 1), 'Types of the compared events.', 'events: [OrderShipped]'),
  match: required(match, 'The field that tells which two events are one, or alignment.'),
  ignore: filled(list(ignored), [], 'Fields that are not compared.'),
  normalise: filled(list(normalisation), [], 'Differences of form that do not count.'),
  windowMs: filled(integer(1), windowMs, 'How long both streams must be past an event before it counts as missing.'),
  lateMs: filled(integer(0), lateMs, 'How long behind that it can still come late.'),
  stalledMs: filled(integer(1), 600_000, 'A stream this far behind the other one counts as stalled.'),
})
export type Comparison = ReadBy<typeof comparisonShape>
