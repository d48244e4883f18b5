/** What still waits, as bytes and back. */
import { FalseworkError } from '../../diagnostics/falsework-error.ts'
import { byKey } from '../../shape/alternatives.ts'
import { list, mapOf, nullable, openObject, optional, required } from '../../shape/composites.ts'
import { parseJson } from '../../shape/json/json-tree.ts'
import { mapped, refine } from '../../shape/modifiers.ts'
import { bool, integer, oneOf, text } from '../../shape/scalars.ts'
import { readParsed, type Shape } from '../../shape/shape.ts'
import type { ComparedEvent, Side } from '../compared-event.ts'
import type { AggregateWindow } from '../pairing/aggregate-window.ts'
import type { KeyWindow, Slot } from '../pairing/key-pairing.ts'
import type { SequenceWindow } from '../pairing/sequence-pairing.ts'

export interface SavedComparator {
  /** Of the comparison. */
  readonly version: string
  /** Of the first event that was taken, ms since the epoch. */
  readonly sinceMs: number | null
  /** Of each stream's latest event, ms since the epoch. */
  readonly latestMs: Readonly<Record<Side, number | null>>
  /** Records of the native stream in another partition than their key says. */
  readonly wrongPartitions: number
  readonly live: readonly { readonly aggregate: string; readonly dueMs: number; readonly window: AggregateWindow }[]
}

const time = required(integer(), 'ms since the epoch.')

const event: Shape<ComparedEvent> = openObject({
  side: required(oneOf(['bridge', 'native']), 'Its stream.'),
  type: required(text, 'Of the event.'),
  scope: optional(text, 'That it says.'),
  key: required(text, 'Of the record.'),
  partition: required(integer(), 'Of the record.'),
  offset: required(integer(), 'Of the record.'),
  atMs: time,
  sequence: required(integer(), 'In its aggregate.'),
  isMisplaced: optional(
    refine(bool, (): true => true),
    'In a partition that is not its key’s.',
  ),
  missedFor: optional(text, 'Why it counts as missing.'),
  text: required(text, 'Normalised fields.'),
})

const slot: Shape<Slot> = byKey(
  {
    event: openObject({
      phase: required(oneOf(['waiting', 'missing']), 'Of the pair.'),
      event: required(event, 'That is there.'),
    }),
  },
  openObject({
    phase: required(oneOf(['settled']), 'Of the pair.'),
    bridge: required(text, 'Digest.'),
    native: required(text, 'Digest.'),
    atMs: time,
  }),
)

const counted = required(
  openObject({ bridge: required(integer(), 'Its events.'), native: required(integer(), 'Its events.') }),
  'Ordinals.',
)

const keyWindow: Shape<KeyWindow> = openObject({
  slots: required(
    mapped(
      list(openObject({ name: required(text, 'Of the pair.'), slot: required(slot, 'The pair.') })),
      (slots) => new Map(slots.map((one) => [one.name, one.slot])),
    ),
    'Pairs.',
  ),
  counted,
  paired: counted,
})

const sequenceWindow: Shape<SequenceWindow> = openObject({
  waiting: required(
    openObject({ bridge: required(list(event), 'In order.'), native: required(list(event), 'In order.') }),
    'Events without a verdict.',
  ),
  missing: required(list(event), 'That may come late.'),
  settled: required(
    mapped(mapOf(text, integer()), (settled) => new Map(settled)),
    'Digests, and until when they are kept.',
  ),
  counted,
})

const window: Shape<AggregateWindow> = openObject({
  byKey: required(nullable(keyWindow), 'Pairs by name.'),
  inSequence: required(nullable(sequenceWindow), 'Pairs by their order.'),
})

const latest = required(nullable(integer()), 'ms since the epoch.')

const saved: Shape<SavedComparator> = openObject({
  version: required(text, 'Of the comparison.'),
  sinceMs: latest,
  latestMs: required(openObject({ bridge: latest, native: latest }), 'Of the latest events.'),
  wrongPartitions: required(integer(), 'Of native records.'),
  live: required(
    list(openObject({ aggregate: required(text, 'Its id.'), dueMs: time, window: required(window, 'What waits.') })),
    'Aggregates of which something waits.',
  ),
})

export const encodeWindow = (one: AggregateWindow): Buffer => Buffer.from(JSON.stringify(plainWindow(one)))

/** Raises `INTERNAL` for what `encodeWindow` has not written. */
export function decodeWindow(bytes: Buffer): AggregateWindow {
  const read = readParsed(window, parseJson(bytes.toString()))
  if (read.kind === 'value') return read.value
  throw new FalseworkError('INTERNAL', 'what a store has of an aggregate cannot be read')
}

export const encodeComparator = ({ live, ...rest }: SavedComparator): Buffer =>
  Buffer.from(JSON.stringify({ ...rest, live: live.map((one) => ({ ...one, window: plainWindow(one.window) })) }))

/** `otherVersion`: of another comparison, whose pairs mean something else. Both it and `unreadable` call for a new beginning. */
export function decodeComparator(
  bytes: Buffer,
  version: string,
): { readonly kind: 'saved'; readonly saved: SavedComparator } | { readonly kind: 'otherVersion' | 'unreadable' } {
  const read = readParsed(saved, parseJson(bytes.toString()))
  if (read.kind === 'mistakes') return { kind: 'unreadable' }
  return read.value.version === version ? { kind: 'saved', saved: read.value } : { kind: 'otherVersion' }
}

const plainWindow = ({ byKey: pairs, inSequence }: AggregateWindow): unknown => ({
  byKey: pairs === null ? null : { ...pairs, slots: [...pairs.slots].map(([name, each]) => ({ name, slot: each })) },
  inSequence: inSequence === null ? null : { ...inSequence, settled: Object.fromEntries(inSequence.settled) },
})
