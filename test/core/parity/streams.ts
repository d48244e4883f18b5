/** A bridge's stream and the native one of a service that does everything right, in other forms of the same values. */
import type { ComparedType, Comparison } from '../../../src/core/parity/comparison.ts'
import type { StreamEvent } from '../../../src/core/parity/compared-event.ts'
import { Comparator } from '../../../src/core/parity/comparator.ts'
import type { Difference } from '../../../src/core/parity/difference.ts'
import type { Verdict } from '../../../src/core/parity/verdict.ts'
import { partitionOf } from '../../../src/core/event/partition.ts'

export const windowMs = 60_000
export const lateMs = 600_000

const orders: Omit<ComparedType, 'name'> = {
  match: ['orderVersion'],
  compare: null,
  ignore: ['publishedBy'],
  tolerance: {},
  normalise: {
    total: ['decimalScale'],
    placedAt: ['milliseconds', 'zone'],
    customer: ['case'],
    note: ['nullAsAbsent'],
    tags: ['set'],
  },
}

/** Of both types, with the same change of what is said of each. */
export const comparison = (change: Partial<Omit<ComparedType, 'name'>> = {}): Comparison => ({
  version: '1',
  types: {
    'shop.OrderPlaced': { name: 'OrderPlaced', ...orders, ...change },
    'shop.OrderChanged': { name: 'OrderChanged', ...orders, ...change },
  },
  windowMs,
  lateMs,
  stalledMs: 600_000,
})

const partitions = 6
export const aggregateSize = 5
const aggregatesTogether = 10
const blockSize = aggregateSize * aggregatesTogether
const startMs = 1_790_000_000_000

export const eventOf = (
  event: Pick<StreamEvent, 'side' | 'aggregate' | 'type' | 'atMs' | 'offset'> & {
    readonly fields: StreamEvent['fields']
  },
): StreamEvent => ({
  ...event,
  key: event.aggregate,
  partitions,
  partition: partitionOf(Buffer.from(event.aggregate), partitions),
})

/** Every aggregate has five events, 100 ms apart; ten aggregates are at work together. */
export function bridgeEvents(count: number): readonly StreamEvent[] {
  return Array.from({ length: count }, (_, at) => {
    const number = Math.floor(at / blockSize) * aggregatesTogether + (at % aggregatesTogether)
    const orderVersion = Math.floor((at % blockSize) / aggregatesTogether) + 1
    const fields = {
      orderVersion,
      total: `${at % 9_000}.50`,
      placedAt: '2026-11-30T10:00:00.123456Z',
      customer: `Ana ${at}`,
      comment: null,
      note: null,
      tags: ['b', 'a'],
      lines: [{ sku: `sku-${at % 7}`, quantity: 9_007_199_254_740_993n }],
      publishedBy: 'falsework',
    }
    const type = orderVersion === 1 ? 'shop.OrderPlaced' : 'shop.OrderChanged'
    return eventOf({ side: 'bridge', aggregate: `order-${number}`, type, atMs: startMs + at * 10, offset: at, fields })
  })
}

/** Up to 40 ms behind the bridge. */
export const nativeEvents = (bridge: readonly StreamEvent[]): readonly StreamEvent[] =>
  bridge.map((event, at) => {
    const { total, customer, ...fields } = fieldsOf(event)
    const other = {
      ...fields,
      note: undefined,
      total: `${String(total)}00`,
      placedAt: '2026-11-30T12:00:00.123+02:00',
      customer: String(customer).toUpperCase(),
      tags: ['a', 'b'],
      publishedBy: 'orders',
    }
    return { ...event, side: 'native', atMs: event.atMs + ((at * 37) % 41), fields: other }
  })

export function fieldsOf({ fields }: StreamEvent): Readonly<Record<string, unknown>> {
  if (typeof fields === 'string') throw new Error(fields)
  return fields
}

/** As they were appended: of equal times the bridge's first. */
export const mixed = (bridge: readonly StreamEvent[], native: readonly StreamEvent[]): readonly StreamEvent[] =>
  [...bridge, ...native].sort((a, b) => a.atMs - b.atMs)

export type Between = (comparator: Comparator, at: number) => Comparator

const unchanged: Between = (comparator) => comparator

/** Takes all; both streams are read to their end every so many events, and for long after the last one. */
export function verdictsOf(
  events: readonly StreamEvent[],
  options: {
    readonly comparison: Comparison
    readonly passEvery?: number
    readonly between?: Between
    readonly comparator?: Comparator
  },
): readonly Verdict[] {
  const { passEvery = 500, between = unchanged } = options
  const verdicts: Verdict[] = []
  let comparator = options.comparator ?? new Comparator(options.comparison)
  for (const [at, event] of events.entries()) {
    if (at % passEvery === 0 || event.atMs - (events[at - 1]?.atMs ?? 0) > windowMs) {
      verdicts.push(...comparator.pass({ bridgeMs: event.atMs - 1, nativeMs: event.atMs - 1 }))
    }
    verdicts.push(...comparator.take(event))
    comparator = between(comparator, at)
  }
  const endMs = events.at(-1)?.atMs ?? 0
  for (const atMs of [endMs + windowMs, endMs + 2 * windowMs + lateMs]) {
    verdicts.push(...comparator.pass({ bridgeMs: atMs, nativeMs: atMs }))
  }
  return verdicts
}

const causeText = ({ path, what }: Difference): string => (path === '' ? what : `${path}: ${what}`)

/** All but the matches: `field-mismatch total: another number`. */
export const findings = (verdicts: readonly Verdict[]): readonly string[] =>
  verdicts
    .filter(({ outcome }) => outcome !== 'match')
    .map(({ outcome, causes }) => `${outcome} ${causes.map(causeText).join(', ')}`)
