/** What can go wrong with a native stream, and as what it is to come out. */
import type { StreamEvent } from '../../../src/core/parity/compared-event.ts'
import { partitionOf } from '../../../src/core/event/partition.ts'
import { fieldsOf, lateMs, windowMs } from './streams.ts'

export interface Mutation {
  readonly name: string
  /** Alters the five native events of one aggregate. */
  readonly alter: (events: Five) => readonly StreamEvent[]
  /** Findings when paired by version, and when aligned. */
  readonly byField: readonly string[]
  readonly aligned: readonly string[]
}

/** A native stream with something wrong in some of its aggregates. */
export function altered(
  native: readonly StreamEvent[],
  mutationOf: (aggregate: string) => Mutation | undefined,
): readonly StreamEvent[] {
  const byAggregate = Map.groupBy(native, ({ aggregate }) => aggregate)
  return [...byAggregate].flatMap(([aggregate, events]) => {
    const [a, b, c, d, e] = events
    const mutation = mutationOf(aggregate)
    if (mutation === undefined || a === undefined || b === undefined || c === undefined) return events
    return d === undefined || e === undefined ? events : mutation.alter([a, b, c, d, e])
  })
}

type Five = readonly [StreamEvent, StreamEvent, StreamEvent, StreamEvent, StreamEvent]

const withFields = (event: StreamEvent, fields: Readonly<Record<string, unknown>>): StreamEvent => ({
  ...event,
  fields: { ...fieldsOf(event), ...fields },
})

/** The third event in another form. */
const third =
  (alter: (event: StreamEvent) => readonly StreamEvent[]): Mutation['alter'] =>
  ([a, b, c, d, e]) => [a, b, ...alter(c), d, e]

const inBoth = (name: string, alter: Mutation['alter'], finding: string): Mutation => ({
  name,
  alter,
  byField: [finding],
  aligned: [finding],
})

const without = (event: StreamEvent, name: string): StreamEvent => ({
  ...event,
  fields: Object.fromEntries(Object.entries(fieldsOf(event)).filter(([field]) => field !== name)),
})

export const mutations: readonly Mutation[] = [
  inBoth(
    'drop',
    third(() => []),
    'missing-in-native no counterpart',
  ),
  inBoth(
    'duplicate',
    third((c) => [c, { ...c, atMs: c.atMs + 5 }]),
    'duplicate the same event again in native',
  ),
  inBoth(
    'reorder',
    ([a, b, c, d, e]) => [a, { ...c, atMs: b.atMs }, { ...b, atMs: c.atMs }, d, e],
    'order-mismatch another order of events in native',
  ),
  {
    name: 'late',
    alter: third((c) => [{ ...c, atMs: c.atMs + windowMs + lateMs / 2 }]),
    byField: ['missing-in-native no counterpart', 'late native came behind its window'],
    aligned: ['missing-in-native no counterpart', 'late native came behind its window'],
  },
  inBoth(
    'wrong field',
    third((c) => [withFields(c, { customer: 'Bob' })]),
    'field-mismatch customer: another text',
  ),
  inBoth(
    'wrong field in a list',
    third((c) => [withFields(c, { lines: [{ sku: 'x', quantity: 9_007_199_254_740_993n }] })]),
    'field-mismatch lines[].sku: another text',
  ),
  inBoth(
    'a number that a double has rounded',
    third((c) => [withFields(c, { lines: [{ ...firstLine(c), quantity: 9_007_199_254_740_992 }] })]),
    'field-mismatch lines[].quantity: another number',
  ),
  inBoth(
    'wrong scale',
    third((c) => [withFields(c, { total: String(fieldsOf(c)['total']).replace('.', '') })]),
    "field-mismatch total: native is the bridge's × 10^4",
  ),
  inBoth(
    'other zone',
    third((c) => [withFields(c, { placedAt: '2026-11-30T13:00:00.123+02:00' })]),
    'field-mismatch placedAt: native is 60 minutes later',
  ),
  inBoth(
    'absent instead of null',
    third((c) => [without(c, 'comment')]),
    'field-mismatch comment: null in bridge, absent in native',
  ),
  inBoth(
    'null instead of a value',
    third((c) => [withFields(c, { tags: null })]),
    'field-mismatch tags: null in native',
  ),
  {
    name: 'extra',
    alter: third((c) => [c, withFields(c, { orderVersion: 99, customer: 'Eve' })]),
    byField: ['missing-in-bridge no counterpart'],
    aligned: ['missing-in-bridge no counterpart'],
  },
  inBoth(
    'extra of another type',
    third((c) => [c, { ...c, type: 'OrderSeen' }]),
    'extra a type that is not compared in native',
  ),
  inBoth(
    'wrong key',
    third((c) => [{ ...c, key: `${c.key}!`, partition: partitionOf(Buffer.from(`${c.key}!`), c.partitions) }]),
    'field-mismatch (key): another key',
  ),
  inBoth(
    'wrong partition',
    third((c) => [{ ...c, partition: (c.partition + 1) % c.partitions }]),
    'field-mismatch (partition): not the partition of its key in native',
  ),
  {
    name: 'wrong aggregate',
    alter: third((c) => [{ ...c, aggregate: `${c.aggregate}!` }]),
    byField: ['missing-in-bridge no counterpart', 'missing-in-native no counterpart'],
    aligned: ['missing-in-bridge no counterpart', 'missing-in-native no counterpart'],
  },
  {
    name: 'split',
    alter: third((c) => [withFields(c, { total: '1' }), withFields({ ...c, atMs: c.atMs + 1 }, { total: '2' })]),
    byField: ['extra another event of one name in native', 'field-mismatch total: another number'],
    aligned: ['extra one event in bridge, several in native'],
  },
  {
    name: 'merged',
    alter: ([a, b, c, d, e]) => [a, withFields(c, { total: '1', customer: fieldsOf(b)['customer'] }), d, e],
    byField: ['field-mismatch customer: another text, total: another number', 'missing-in-native no counterpart'],
    aligned: ['extra several events in bridge, one in native'],
  },
  {
    name: 'cannot be read',
    alter: third((c) => [{ ...c, fields: 'no Avro' }]),
    byField: ['missing-in-native no counterpart', 'uncomparable no Avro in native'],
    aligned: ['missing-in-native no counterpart', 'uncomparable no Avro in native'],
  },
]

function firstLine(event: StreamEvent): object {
  const lines = fieldsOf(event)['lines']
  return Array.isArray(lines) ? (lines[0] as object) : {}
}
